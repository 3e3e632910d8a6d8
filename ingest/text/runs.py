"""Collecting segments in the order they are read: white space as a browser would show it, line ends never doubled.

Pure. Knows no HTML: it is told what begins and what ends.
"""

from __future__ import annotations

import re

from ingest.text import clean, tags
from ingest.text.segments import BREAK, Segment

_SPACE = re.compile(r"[ \t\n\f\r]+")


class Runs:
    def __init__(self) -> None:
        self._out: list[Segment] = []
        self._outer: tuple[list[Segment], int] | None = None  # the list around an open quote, and what it owed
        self._breaks = 0  # owed before the next words
        self._space = False  # owed before the next words on the same line

    def text(self, words: str) -> None:
        """Words in running text: any white space is one space, and none at a line's edge."""
        collapsed = _SPACE.sub(" ", words)
        if not collapsed:
            return
        self._space = self._space or collapsed.startswith(" ")
        bare = collapsed.strip(" ")
        if bare:
            self.put({"t": "text", "text": bare})
        if collapsed != " ":
            self._space = collapsed.endswith(" ")

    def put(self, segment: Segment) -> None:
        # A quote is a block of its own: no line ends around it.
        if "quote" not in (segment["t"], self._out[-1]["t"] if self._out else "quote"):
            if self._breaks:
                self._out.extend([BREAK] * self._breaks)
            elif self._space:
                self._append_text(" ")
        self._breaks, self._space = 0, False
        if segment["t"] == "text":
            self._append_text(segment.get("text", ""))
        else:
            self._out.append(segment)

    def lines(self, count: int, *, more: bool = False) -> None:
        """A line's end (1) or a paragraph's (2). `more` adds to what is owed already: two <br> are a paragraph."""
        owed = self._breaks + count if more else max(self._breaks, count)
        self._breaks, self._space = min(owed, 2), False

    def link(self, href: str, text: str, classes: frozenset[str]) -> None:
        """A link, or the mention or hashtag that its classes say it is."""
        words = _SPACE.sub(" ", text)
        bare = words.strip()
        self._space = self._space or words.startswith(" ")
        if "hashtag" in classes and (tag := tags.normalise(bare)):
            self.put({"t": "hashtag", "text": bare, "tag": tag, "href": href})
        elif "mention" in classes and bare:
            self.put({"t": "mention", "text": bare, "href": href})
        else:
            self.put({"t": "link", "text": clean.link_text(bare, href), "href": href})
        self._space = words.endswith(" ") and bool(bare)

    def open_quote(self) -> None:
        self._outer = self._out, self._breaks
        self._out, self._breaks, self._space = [], 0, False

    def close_quote(self) -> None:
        if self._outer is None:
            return
        parts, (self._out, self._breaks) = self._out, self._outer
        self._outer, self._space = None, False
        if parts:
            self.put({"t": "quote", "parts": parts})

    def done(self) -> tuple[Segment, ...]:
        self.close_quote()
        return tuple(self._out)

    def _append_text(self, text: str) -> None:
        last = self._out[-1] if self._out else None
        if last is not None and last["t"] == "text":
            self._out[-1] = {"t": "text", "text": last.get("text", "") + text}
        else:
            self._out.append({"t": "text", "text": text})
