"""Words as somebody typed them to segments: lines, links that are written out, hashtags. For the form.

Pure. Typed handles stay words: nobody is mentioned from here.
"""

from __future__ import annotations

import re

from ingest.text import clean, tags
from ingest.text.segments import BREAK, Segment, tidy

_MAX_LINKS = 50
_TOKEN = re.compile(r"https?://[^\s<>\"]+|[#＃][^\s#＃]+", re.IGNORECASE)
_ENDS = ".,;:!?'\"“”„«»’…)]}>*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def segments(text: str) -> tuple[Segment, ...]:
    """The segments of typed text. What looks like a link or tag and is none stays text."""
    text = clean.scrub(text)[: clean.MAX_TEXT]
    known = tags.in_text(text)
    out: list[Segment] = []
    for number, row in enumerate(text.split("\n")):
        if number:
            out.append(BREAK)
        out.extend(_row(row.strip(), known, _MAX_LINKS - sum(s["t"] == "link" for s in out)))
    return tidy(out)


def _row(row: str, known: frozenset[str], links: int) -> list[Segment]:
    out: list[Segment] = []
    end = 0
    for match in _TOKEN.finditer(row):
        token = _trimmed(match[0])
        made = _hashtag(token, known) if token[0] in "#＃" else _link(token)
        if made is None or match.start() < end or (made["t"] == "link" and links <= 0):
            continue
        links -= made["t"] == "link"
        out += [{"t": "text", "text": row[end : match.start()]}, made]
        end = match.start() + len(token)
    return [*out, {"t": "text", "text": row[end:]}]


def _trimmed(token: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays if it was opened inside."""
    while token and token[-1] in _ENDS and token.count(token[-1]) > token.count(_PAIRS.get(token[-1], "\0")):
        token = token[:-1]
    return token


def _link(token: str) -> Segment | None:
    href = clean.href(token)
    return {"t": "link", "text": token, "href": href} if href else None


def _hashtag(token: str, known: frozenset[str]) -> Segment | None:
    tag = tags.normalise(token)
    return {"t": "hashtag", "text": token, "tag": tag} if tag in known else None
