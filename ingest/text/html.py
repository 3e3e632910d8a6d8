"""Untrusted HTML of a fediverse post to segments: cleaned by nh3 first, then read tag by tag. No HTML comes out.

Owns what each element means to a reader. Knows no network; what a link's class means is Mastodon's convention.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import nh3

from ingest.text import clean
from ingest.text.runs import Runs
from ingest.text.segments import Segment, shorten

MAX_INPUT = 64 * 1024  # characters that are looked at
_MAX_TAGS = 4_000  # nh3 takes quadratic time for what is nested deeply
_MAX_LINKS = 50
_MAX_EMOJI = 100
_SHORTCODE = re.compile(r":([A-Za-z0-9_]{1,64}):")

# Mastodon's own list, and headings, divisions and tables for the servers that send them: they are never drawn, but
# where one ends, a line ends.
_BLOCKS = frozenset(["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"])
_LINES = frozenset(("li", "tr", "td", "th"))
_LISTS = frozenset(("ul", "ol"))
_INLINE = frozenset(["br", "span", "a", "del", "s", "strong", "b", "em", "i", "u", "code", "ruby", "rt", "rp"])
_DROPPED_WHOLE = frozenset(
    ["script", "style", "title", "textarea", "iframe", "noscript", "noembed", "noframes", "template", "svg", "math"]
)
_CLASSES = {"mention", "hashtag", "ellipsis", "invisible", "quote-inline"}

_CLEANER = nh3.Cleaner(
    tags=set(_BLOCKS | _LINES | _INLINE),
    clean_content_tags=set(_DROPPED_WHOLE),
    attributes={"a": {"href"}, "ol": {"start"}},
    allowed_classes={"a": _CLASSES, "span": _CLASSES, "p": _CLASSES},
    url_schemes={"http", "https"},
    link_rel=None,
    strip_comments=True,
)


def segments(html: object, emojis: Mapping[str, str] | None = None, *, quoted: bool = False) -> tuple[Segment, ...]:
    """The words of `html`. `emojis`: shortcode to picture. `quoted`: drop the fallback, the quote itself is shown."""
    if not isinstance(html, str):
        return ()
    reader = _Reader(emojis or {}, quoted)
    bounded = "<".join(html[:MAX_INPUT].split("<", _MAX_TAGS)[:_MAX_TAGS])
    # Scrubbed first: nh3 raises on a lone surrogate.
    reader.feed(_CLEANER.clean(clean.scrub(bounded)))
    reader.close()
    return shorten(reader.runs.done(), clean.MAX_TEXT)


class _Reader(HTMLParser):
    """Reads what nh3 wrote: well-formed, known tags only."""

    def __init__(self, emojis: Mapping[str, str], quoted: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.runs = Runs()
        self._emojis = emojis
        self._quoted = quoted
        self._hidden = 0  # open elements since the hidden one, itself included
        self._quotes = 0
        self._code: list[str] | None = None
        self._codes = 0
        self._link: tuple[str, frozenset[str], list[str]] | None = None
        self._links = self._emoji_count = 0
        self._ellipses: list[bool] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line_end()
            return
        given = dict(attrs)
        classes = frozenset((given.get("class") or "").split())
        if self._hidden or "invisible" in classes or tag == "rp" or (self._quoted and "quote-inline" in classes):
            self._hidden += 1
        elif tag == "span":
            self._ellipses.append("ellipsis" in classes)
        elif tag == "a":
            self._open_link(given.get("href"), classes)
        elif tag == "rt":
            self._words("(")
        elif tag == "code":
            self._open_code()
        elif tag not in _INLINE:
            self._open_block(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            return
        if self._hidden:
            self._hidden -= 1
        elif tag == "span":
            if self._ellipses and self._ellipses.pop():
                self._words("…")
        elif tag == "a":
            self._close_link()
        elif tag == "rt":
            self._words(")")
        elif tag == "code":
            self._close_code()
        elif tag not in _INLINE:
            self._close_block(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words(data)

    def _words(self, data: str) -> None:
        data = clean.scrub(data)  # again: an entity can spell what scrub removed
        if self._code is not None:
            self._code.append(data)
        elif self._link is not None:
            self._link[2].append(data)
        else:
            self._text(data)

    def _line_end(self) -> None:
        if self._hidden:
            return
        if self._code is not None:
            self._code.append("\n")
        elif self._link is not None:
            self._link[2].append(" ")
        else:
            self.runs.lines(1, more=True)

    def _text(self, data: str) -> None:
        end = 0
        for match in _SHORTCODE.finditer(data) if self._emojis else ():
            src = clean.href(self._emojis.get(match[1]))
            if src is None or self._emoji_count >= _MAX_EMOJI:
                continue
            self._emoji_count += 1
            self.runs.text(data[end : match.start()])
            self.runs.put({"t": "emoji", "text": match[0], "src": src})
            end = match.end()
        self.runs.text(data[end:])

    def _open_link(self, href: str | None, classes: frozenset[str]) -> None:
        good = clean.href(href)
        if good is not None and self._link is None and self._code is None and self._links < _MAX_LINKS:
            self._links += 1
            self._link = (good, classes, [])

    def _close_link(self) -> None:
        if self._link is None:
            return
        (href, classes, parts), self._link = self._link, None
        self.runs.link(href, "".join(parts), classes)

    def _open_block(self, tag: str, given: Mapping[str, str | None]) -> None:
        self._close_link()
        self.runs.lines(1 if tag in _LINES or (tag in _LISTS and self._lists) else 2)
        if tag == "pre":
            self._open_code()
        elif tag == "blockquote":
            self._quotes += 1
            if self._quotes == 1:
                self.runs.open_quote()
        elif tag in _LISTS:
            self._lists.append(_start(given.get("start")) if tag == "ol" else None)
        elif tag == "li":
            self._open_item()

    def _open_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is None:
            self.runs.text("• ")
        else:
            self.runs.text(f"{number}. ")
            self._lists[-1] = number + 1

    def _close_block(self, tag: str) -> None:
        self._close_link()
        if tag == "pre":
            self._close_code()
        elif tag == "blockquote":
            self._quotes -= 1
            if self._quotes == 0:
                self.runs.close_quote()
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        self.runs.lines(1 if tag in _LINES or (tag in _LISTS and self._lists) else 2)

    def _open_code(self) -> None:
        if self._link is None:  # code inside a link is the link's text
            self._codes += 1
            self._code = [] if self._code is None else self._code

    def _close_code(self) -> None:
        self._codes = max(0, self._codes - 1)
        if self._codes == 0 and self._code is not None:
            code, self._code = "".join(self._code).strip("\n"), None
            if code.strip():
                self.runs.put({"t": "code", "text": code})


def _start(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
