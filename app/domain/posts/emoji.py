"""Custom emoji: of which we keep pictures, and what is drawn of them.

They hang on a post as its pictures do, are fetched, served and taken away with them, but are none: nothing counts them,
and no verdict is asked for them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.models import Attachment, Media, Post
from app.models.post import EMOJI

MOST = 20  # different ones in a post; the others stay words
_AFTER = 1_000  # behind every picture, in whose order they are fetched


def kept(post: Post) -> list[Attachment]:
    """Those the post had, and still says. By its name: every server tells of its own copy."""
    said = dict(_said(post.segments))
    return [attachment for attachment in post.emoji if attachment.alt in said]


def wanted(post: Post) -> list[Attachment]:
    """Those the post says and does not have."""
    had = {attachment.alt for attachment in post.emoji}
    new = [(text, src) for text, src in dict(_said(post.segments)).items() if text not in had]
    return [
        Attachment(kind=EMOJI, alt=text, remote_url=src, position=_AFTER + n, tries=0)
        for n, (text, src) in enumerate(new[: MOST - len(had)], len(had))
    ]


def ours(post: Post) -> dict[str, Media]:
    """By what they are called: those of which we have a copy."""
    return {one.alt or "": one.media for one in post.emoji if one.media}


def drawn(segments: Iterable[Mapping[str, Any]], pictures: Mapping[str, Media]) -> list[dict[str, Any]]:
    """The wire's words. The picture of an emoji is ours or is not there: nobody's browser goes to a stranger."""
    return [_drawn(segment, pictures) for segment in segments]


def _drawn(segment: Mapping[str, Any], pictures: Mapping[str, Media]) -> dict[str, Any]:
    told = {name: value for name, value in segment.items() if name != "src"}
    if "parts" in told:
        told["parts"] = drawn(told["parts"], pictures)
    media = pictures.get(told.get("text", "")) if told["t"] == "emoji" else None
    if media is not None:
        told |= {"src": f"/media-files/{media.files[0]}", "width": media.width, "height": media.height}
    return told


def _said(segments: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for segment in segments:
        yield from _said(segment.get("parts", ()))
        if segment["t"] == "emoji" and segment.get("src"):
            yield segment["text"], segment["src"]
