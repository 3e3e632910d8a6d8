"""Pictures and films of a post, as both networks describe them. Pure; pictures.py draws what is asked for."""

from __future__ import annotations

from typing import Any

from ingest.rehearsal import addresses
from ingest.rehearsal.lines import Medium
from ingest.rehearsal.world import Post

Json = dict[str, Any]

LONGEST_SIDE = 1600  # servers and apps scale uploads down; so the sizes we tell are those of the files we serve

_COLOURS = {"slide": 0x0E5468, "photo": 0xA8BFBE, "chart": 0xF8F2E6, "drawing": 0xDDD0B8, "video": 0x0C2631}
_BASE83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


def size(medium: Medium) -> tuple[int, int]:
    scale = min(1.0, LONGEST_SIDE / max(medium.width, medium.height))
    return round(medium.width * scale), round(medium.height * scale)


def attachment(post: Post, n: int, base: str) -> Json:
    """The `n`th medium as a Mastodon MediaAttachment, its files at `base`."""
    medium = post.media[n]
    folder = f"/system/media_attachments/files/{post.id}/{n}"
    film = medium.kind == "video"
    ending = "mp4" if film else "jpg"
    return {
        "id": str(addresses.number(post.id) * 10 + n),
        "type": "video" if film else "image",
        "url": f"{base}{folder}/original.{ending}",
        "preview_url": f"{base}{folder}/small.jpg",
        "remote_url": f"https://{post.account.host}{folder}/original.{ending}",
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(medium),
        "description": medium.alt,
        "blurhash": blurhash(medium),
    }


def blurhash(medium: Medium) -> str:
    """The smallest there is: one component, one colour."""
    value, letters = _COLOURS[medium.kind], ""
    for _ in range(4):
        value, digit = divmod(value, 83)
        letters = _BASE83[digit] + letters
    return f"00{letters}"


def blob(post: Post, n: int) -> Json:
    """The `n`th medium as a Bluesky record refers to it."""
    film = post.media[n].kind == "video"
    return {
        "$type": "blob",
        "ref": {"$link": addresses.blob_cid(blob_name(post.id, n))},
        "mimeType": "video/mp4" if film else "image/jpeg",
        "size": 60_000 + post.media[n].seed % 40_000,
    }


def blob_name(post_id: str, n: int) -> str:
    return f"{post_id}/{n}"


def aspect_ratio(medium: Medium) -> Json:
    width, height = size(medium)
    return {"width": width, "height": height}


def _meta(medium: Medium) -> Json:
    meta: Json = {"original": _dimensions(*size(medium)), "small": _dimensions(*_small(medium))}
    if medium.kind == "video":
        width, height = size(medium)
        meta["original"] = {
            "width": width,
            "height": height,
            "frame_rate": "25/1",
            "duration": medium.duration_s,
            "bitrate": 900_000,
        }
        return meta
    return {"focus": {"x": medium.focal[0], "y": medium.focal[1]}, **meta}


def _small(medium: Medium) -> tuple[int, int]:
    width, height = size(medium)
    scale = min(1.0, 640 / max(width, height))
    return round(width * scale), round(height * scale)


def _dimensions(width: int, height: int) -> Json:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}
