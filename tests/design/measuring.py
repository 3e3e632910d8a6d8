"""What a wall must never do to words, measured in the page: too small, outside the picture, cut, over each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

MARKS = '.,;:!?…،؟。、’"“”()'  # a word may be the last without what stands behind it
SIZES = [(1920, 1080), (1080, 1920)]

# A rectangle of words may reach a little over its box: ascenders and the leading of other scripts.
_FAULTS = (Path(__file__).parent / "measuring.js").read_text().partition("\n")[2]


async def faults(page: Page) -> list[str]:
    """Everything that is wrong with the words of this wall."""
    found: list[str] = await page.evaluate(_FAULTS)
    return found


def words_of(post: dict[str, Any]) -> set[str]:
    """Every word of a post, as it was written."""

    def spoken(segments: list[dict[str, Any]], between: str) -> str:
        parts = (spoken(s["parts"], between) if s["t"] == "quote" else s.get("text", " ") for s in segments)
        return between.join(parts)

    return {word.strip(MARKS) for between in ("", " ") for word in spoken(post["words"], between).split()}
