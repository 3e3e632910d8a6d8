"""Rich text as Bluesky's own apps detect it: mentions, links and hashtags, by UTF-8 byte offsets. Pure.

After packages/api/src/rich-text/detection.ts of atproto; held to the official detector's answers by a test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_FACET = "app.bsky.richtext.facet"
_STOP = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"  # what ends a tag besides white space
_TAG = re.compile(rf"(?:^|\s)([#＃])((?!\ufe0f)[^\s{_STOP}]*)")
_CASHTAG = re.compile(r"(?:^|\s|\()\$([A-Za-z][A-Za-z0-9]{0,4})(?=\s|$|[.,;:!?)\"'’])")
_MENTION = re.compile(r"(?:^|\s|\()(@([a-zA-Z0-9.-]+)\b)")
_LINK = re.compile(r"(?:^|\s|\()((https?://\S+)|(([a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*))", re.IGNORECASE)
_TOP_LEVEL = frozenset({"org", "com", "net", "eu", "de", "dk", "pl", "jp"})  # the official list is long; these suffice


def detect(text: str, dids: Mapping[str, str]) -> list[Json]:
    """`dids`: the handles that resolve. A handle that does not is no mention."""
    found = [*_mentions(text, dids), *_links(text), *_tags(text), *_cashtags(text)]
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def _tags(text: str) -> Iterator[Json]:
    for found in _TAG.finditer(text):
        tag = found[2]
        if all(c in "0123456789" or _punctuation(c) for c in tag):
            continue
        while _punctuation(tag[-1]):
            tag = tag[:-1]
        if len(tag) <= 64:
            yield _facet(text, found.start(1), found.start(2) + len(tag), "tag", tag=tag)


def _cashtags(text: str) -> Iterator[Json]:
    for found in _CASHTAG.finditer(text):
        yield _facet(text, found.start(1) - 1, found.end(1), "tag", tag=f"${found[1].upper()}")


def _mentions(text: str, dids: Mapping[str, str]) -> Iterator[Json]:
    for found in _MENTION.finditer(text):
        handle = found[2].rstrip(".-")
        if handle in dids:
            yield _facet(text, found.start(1), found.start(2) + len(handle), "mention", did=dids[handle])


def _links(text: str) -> Iterator[Json]:
    for found in _LINK.finditer(text):
        if not found[2] and found[4].rsplit(".", 1)[1].lower() not in _TOP_LEVEL:
            continue
        shown = re.sub(r"[.,;:!?]$", "", found[1])
        if shown.endswith(")") and "(" not in shown:
            shown = shown[:-1]
        uri = shown if found[2] else f"https://{shown}"
        yield _facet(text, found.start(1), found.start(1) + len(shown), "link", uri=uri)


def _facet(text: str, start: int, end: int, feature: str, **what: str) -> Json:
    return {
        "features": [{"$type": f"{_FACET}#{feature}", **what}],
        "index": {"byteEnd": len(text[:end].encode()), "byteStart": len(text[:start].encode())},
    }


def _punctuation(letter: str) -> bool:
    return unicodedata.category(letter).startswith("P")
