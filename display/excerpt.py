"""The first words of something longer, in one line: for titles, lists and previews. Pure."""

from __future__ import annotations

_TRAILING = " ,;:.–—-\u200d\ufe0f"  # the last two join emoji: half of one would be another


def excerpt(text: str, most: int) -> str:
    """At most so many letters, ended at a whole word where there is one."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(_TRAILING) + "…"
