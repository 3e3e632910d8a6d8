"""The first words of something longer, in one line: for titles, lists and previews. Pure."""

from __future__ import annotations

import re

_TRAILING = " ,;:.–—-\u200d\ufe0f"  # the last two join emoji: half of one would be another


_END = 400  # letters: a search in all of a long post would be slow where somebody means it to be
_LAST_TAGS = re.compile(r"(?:\s*[#＃]\w+)+$")


def excerpt(text: str, most: int) -> str:
    """At most so many letters, ended at a whole word where there is one; without the tags below the words."""
    flat = _without_last_tags(" ".join(text.split()))
    if len(flat) <= most:
        return flat
    space = flat[:most].rfind(" ")
    return flat[: space if space > most // 2 else most - 1].rstrip(_TRAILING) + "…"


def _without_last_tags(flat: str) -> str:
    end = flat[-_END:]
    found = _LAST_TAGS.search(end)
    words = flat[: len(flat) - len(end) + found.start()] if found else flat
    return words or flat
