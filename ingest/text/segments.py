"""Segments: the one form in which words are kept and drawn. No HTML leaves ingest.

Owns the shape of a segment and what can be read off a list of them. The makers are html.py, facets.py and plain.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, NotRequired, TypedDict

import orjson


class Segment(TypedDict):
    """One run of words. `t` says what it is; `text` is what a person reads (never empty, but for `break` and `quote`).

    text: nothing more · link, mention, hashtag: `href` where there is a page (http or https with a host) ·
    hashtag: `tag`, normalised, without # · emoji: `text` is ":shortcode:", `src` the remote picture ·
    code: verbatim · break: a line's end, two in a row end a paragraph · quote: `parts`, one level deep.
    """

    t: Literal["text", "link", "mention", "hashtag", "emoji", "quote", "code", "break"]
    text: NotRequired[str]
    href: NotRequired[str]
    tag: NotRequired[str]
    src: NotRequired[str]
    parts: NotRequired[list[Segment]]


BREAK: Segment = {"t": "break"}


def plain(segments: Iterable[Segment]) -> str:
    """The words alone: for search, feeds' titles, logs of lengths and comparison."""
    out: list[str] = []
    for segment in segments:
        if segment["t"] == "break":
            out.append("\n")
        elif segment["t"] == "quote":
            out.append(f"\n{plain(segment.get('parts', []))}\n")
        else:
            out.append(segment.get("text", ""))
    return "".join(out).strip()


def tidy(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Neighbouring texts joined, outer breaks gone, at most two breaks in a row: equal words give equal segments."""
    out: list[Segment] = []
    for segment in segments:
        last = out[-1] if out else None
        if segment["t"] == "text":
            if not segment.get("text"):
                continue
            if last is not None and last["t"] == "text":
                out[-1] = {"t": "text", "text": last.get("text", "") + segment.get("text", "")}
                continue
        if segment["t"] == "break" and (
            last is None or (last["t"] == "break" and len(out) > 1 and out[-2]["t"] == "break")
        ):
            continue
        out.append(segment)
    while out and out[-1]["t"] == "break":
        out.pop()
    return tuple(out)


def shorten(segments: Iterable[Segment], limit: int) -> tuple[Segment, ...]:
    """At most `limit` characters of words, ended by an ellipsis where something was cut."""
    out: list[Segment] = []
    left = limit
    for segment in segments:
        length = len(segment.get("text") or plain(segment.get("parts", ())))
        if length <= left:
            out.append(segment)
            left -= length
            continue
        if segment["t"] in ("text", "code"):
            out.append({"t": segment["t"], "text": segment.get("text", "")[:left] + "…"})
        else:
            out.append({"t": "text", "text": "…"})
        break
    return tuple(out)


def digest(segments: Sequence[Segment], *more: object) -> str:
    """A version for networks that give none: same words, warning and media, same digest (32 hex digits)."""
    return hashlib.sha256(orjson.dumps([list(segments), *more], default=str)).hexdigest()[:32]
