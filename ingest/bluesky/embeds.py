"""What a Bluesky record carries beside its words: pictures, video, a link card, a quoted post.

Pure. Addresses of media are built from the record alone; views.py puts the AppView's own in their place.
"""

from __future__ import annotations

import re
from typing import Any, TypeGuard
from urllib.parse import quote as percent

from ingest.text import clean
from ingest.text.facets import is_did
from ingest.types import AttachmentKind, IncomingAttachment, IncomingCard, IncomingQuote

MAX_ATTACHMENTS = 20
POSTS = "app.bsky.feed.post"

_CID = re.compile(r"[A-Za-z0-9]{8,128}")
_RKEY = re.compile(r"[A-Za-z0-9._~:-]{1,512}")
_CDN = "https://cdn.bsky.app/img"
_VIDEO = "https://video.bsky.app/watch"


def kind(embed: object) -> str:
    """ "images", "video", "recordWithMedia" …; "" where there is none."""
    named = embed.get("$type") if isinstance(embed, dict) else None
    return named.removeprefix("app.bsky.embed.").removesuffix("#view") if isinstance(named, str) else ""


def media_part(embed: object) -> dict[str, Any]:
    """The embed that may hold media: a quote with media has its own inside."""
    inner = embed.get("media") if isinstance(embed, dict) and kind(embed) == "recordWithMedia" else embed
    return inner if isinstance(inner, dict) else {}


def attachments(did: str, embed: object) -> tuple[IncomingAttachment, ...]:
    part = media_part(embed)
    found = [_video(did, part)] if kind(part) == "video" else [_image(did, item) for item in pictures(part)]
    return tuple(attachment for attachment in found if attachment)


def pictures(part: dict[str, Any]) -> list[dict[str, Any]]:
    items = part.get({"images": "images", "gallery": "items"}.get(kind(part), ""))
    return [item for item in items if isinstance(item, dict)][:MAX_ATTACHMENTS] if isinstance(items, list) else []


def _image(did: str, item: dict[str, Any]) -> IncomingAttachment | None:
    cid = _blob(item.get("image"))
    if cid is None:
        return None
    width, height = size(item)
    return IncomingAttachment(
        kind="image",
        url=f"{_CDN}/feed_fullsize/plain/{did}/{cid}@jpeg",
        preview_url=f"{_CDN}/feed_thumbnail/plain/{did}/{cid}@jpeg",
        alt=clean.alt(item.get("alt")),
        width=width,
        height=height,
    )


def _video(did: str, part: dict[str, Any]) -> IncomingAttachment | None:
    cid = _blob(part.get("video"))
    if cid is None:
        return None
    base = f"{_VIDEO}/{percent(did, safe='')}/{cid}"
    shown: AttachmentKind = "gifv" if part.get("presentation") == "gif" else "video"
    width, height = size(part)
    return IncomingAttachment(
        kind=shown,
        url=f"{base}/playlist.m3u8",
        preview_url=f"{base}/thumbnail.jpg",
        alt=clean.alt(part.get("alt")),
        width=width,
        height=height,
    )


def card(did: str, embed: object) -> IncomingCard | None:
    external = media_part(embed).get("external")
    if not isinstance(external, dict) or not (url := clean.href(external.get("uri"))):
        return None
    thumb = _blob(external.get("thumb"))
    return IncomingCard(
        url=url,
        title=clean.line(external.get("title"), 300) or url,
        description=clean.line(external.get("description"), 500),
        image_url=f"{_CDN}/feed_thumbnail/plain/{did}/{thumb}@jpeg" if thumb else None,
    )


def quote(embed: object) -> IncomingQuote | None:
    """The quoted post; feeds, lists and starter packs are no posts."""
    record = embed.get("record") if isinstance(embed, dict) else None
    if isinstance(record, dict) and kind(embed) == "recordWithMedia":
        record = record.get("record")
    uri = post_uri(record.get("uri")) if isinstance(record, dict) else None
    return IncomingQuote(uri) if uri else None


def post_uri(value: object) -> str | None:
    """A post's at:// address by DID, or None for anything else."""
    parts = value.split("/") if isinstance(value, str) and len(value) < 1_000 else []
    if len(parts) != 5 or parts[:2] != ["at:", ""] or parts[3] != POSTS:
        return None
    return "/".join(parts) if is_did(parts[2]) and is_rkey(parts[4]) else None


def is_rkey(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _RKEY.fullmatch(value) is not None and value not in (".", "..")


def is_cid(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _CID.fullmatch(value) is not None


def size(item: dict[str, Any]) -> tuple[int | None, int | None]:
    ratio = item.get("aspectRatio")
    sides = (ratio.get("width"), ratio.get("height")) if isinstance(ratio, dict) else (None, None)
    good = all(type(side) is int and 0 < side < 100_000 for side in sides)
    return sides if good else (None, None)


def _blob(value: object) -> str | None:
    """The cid of a blob, in today's form or the one of 2022."""
    if not isinstance(value, dict):
        return None
    ref = value.get("ref")
    cid = ref.get("$link") if isinstance(ref, dict) else value.get("cid")
    return cid if is_cid(cid) else None
