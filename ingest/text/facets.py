"""Bluesky's rich text to segments: words, and facets that point into them by UTF-8 bytes.

Pure, and total: whatever stands in the facets, every word of the text comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import quote, urlsplit

from ingest.text import clean, tags
from ingest.text.segments import BREAK, Segment, tidy

MAX_FACETS = 300  # a post of 3,000 bytes has no room for more

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,250}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LOOKS_LIKE_HOST = re.compile(
    r"^(?:https?://)?(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24})(?=[/:?#…]|\.\.\.|$)"
)


class Facet(NamedTuple):
    start: int
    end: int
    segment: Segment  # without its text, which stands in the post


def segments(text: str, facets: object) -> tuple[Segment, ...]:
    """The words as segments. Facets that lie, overlap or split a character are left out; their words stay."""
    # U+FFFD is three bytes, as a surrogate would be: offsets stay true.
    raw = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text[: clean.MAX_TEXT]).encode()
    out: list[Segment] = []
    at = 0
    for facet in _usable(raw, facets):
        out += _lines(raw[at : facet.start].decode(), {"t": "text"})
        out += _lines(raw[facet.start : facet.end].decode(), facet.segment)
        at = facet.end
    return tidy([*out, *_lines(raw[at:].decode(), {"t": "text"})])


def tagged(facets: object) -> list[object]:
    """The tags that facets name, as they came."""
    return [feature.get("tag") for feature in _features(facets, "tag")]


def mentioned(facets: object) -> tuple[str, ...]:
    """The DIDs of those the post speaks to, each once, in order."""
    dids = (feature.get("did") for feature in _features(facets, "mention"))
    return tuple(dict.fromkeys(did for did in dids if is_did(did)))


def is_did(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _DID.fullmatch(value) is not None


def _usable(raw: bytes, facets: object) -> Iterator[Facet]:
    found = [facet for facet in (_facet(raw, given) for given in _list(facets)) if facet]
    end = 0
    for facet in sorted(found, key=lambda facet: facet.start):
        if facet.start >= end:
            yield facet
            end = facet.end


def _facet(raw: bytes, given: object) -> Facet | None:
    index = given.get("index") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(index, dict):
        return None
    start, end = index.get("byteStart"), index.get("byteEnd")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(raw)):
        return None
    if not (_boundary(raw, start) and _boundary(raw, end)):
        return None
    segment = next(filter(None, map(_segment, _list(given.get("features")))), None)
    return Facet(start, end, segment) if segment else None


def _boundary(raw: bytes, at: int) -> bool:
    return at == len(raw) or raw[at] & 0xC0 != 0x80


def _segment(feature: object) -> Segment | None:
    """What a feature makes of its words, or None where we do not know it or it leads nowhere."""
    if not isinstance(feature, dict):
        return None
    kind = feature.get("$type")
    if kind == "app.bsky.richtext.facet#link" and (href := clean.href(feature.get("uri"))):
        return {"t": "link", "href": href}
    if kind == "app.bsky.richtext.facet#mention" and is_did(feature.get("did")):
        return {"t": "mention", "href": f"https://bsky.app/profile/{feature['did']}"}
    if kind == "app.bsky.richtext.facet#tag" and isinstance(tag := feature.get("tag"), str):
        return _hashtag(tag)
    return None


def _hashtag(tag: str) -> Segment | None:
    name, written = tags.normalise(tag), clean.line(tag, tags.MAX_LENGTH).lstrip("#＃")
    return (
        {"t": "hashtag", "tag": name, "href": f"https://bsky.app/hashtag/{quote(written, safe='')}"} if name else None
    )


def _lines(text: str, like: Segment) -> Iterator[Segment]:
    for number, words in enumerate(clean.scrub(text).split("\n")):
        if number:
            yield BREAK
        if words:
            yield {**like, "text": _honest(words, like)}


def _honest(words: str, like: Segment) -> str:
    """Words that name one host while the link leads to another get the real one beside them."""
    shown = _LOOKS_LIKE_HOST.match(words.strip().lower()) if like["t"] == "link" else None
    if not shown:
        return words
    real = (urlsplit(like["href"]).hostname or "").removeprefix("www.")
    named = shown["host"].removeprefix("www.")
    return words if real == named or real.endswith(f".{named}") else f"{words} [{real}]"


def _features(facets: object, kind: str) -> Iterator[dict[str, Any]]:
    for facet in _list(facets):
        for feature in _list(facet.get("features") if isinstance(facet, dict) else None):
            if isinstance(feature, dict) and feature.get("$type") == f"app.bsky.richtext.facet#{kind}":
                yield feature


def _list(value: object) -> list[Any]:
    return value[:MAX_FACETS] if isinstance(value, list) else []
