"""The pictures of the script, drawn when first asked for, kept as small files. Owns the files, not the drawing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from functools import lru_cache

from PIL import Image

from ingest.rehearsal import addresses, drawings, media
from ingest.rehearsal.lines import Medium
from ingest.rehearsal.script import Script

_SMALL = (640, 640)


class Gallery:
    def __init__(self, script: Script) -> None:
        self._media = {
            media.blob_name(line.id, n): m for line in script.posts.values() for n, m in enumerate(line.media)
        }
        people = script.people.values()
        self._main = {handle: person.handle or handle for person in people for handle in person.also}
        self._names: Mapping[str, str] = {addresses.blob_cid(name): name for name in self._media}

    async def picture(self, post: str, n: int, *, small: bool = False) -> bytes | None:
        """A film's picture is its first frame."""
        medium = self._media.get(media.blob_name(post, n))
        return await asyncio.to_thread(_jpeg, medium, small) if medium else None

    async def blob(self, cid: str, *, small: bool = False) -> bytes | None:
        post, _, n = self._names.get(cid, "").partition("/")
        return await self.picture(post, int(n), small=small) if post else None

    async def avatar(self, handle: str) -> bytes:
        """One face for all accounts of one person."""
        return await asyncio.to_thread(_disc, int(addresses.account_number(self._main.get(handle, handle))))


@lru_cache(maxsize=256)
def _jpeg(medium: Medium, small: bool) -> bytes:
    drawn = drawings.draw(medium.kind, media.size(medium), medium.seed)
    if small:
        drawn.thumbnail(_SMALL)
    return _file(drawn, "JPEG", quality=82)


@lru_cache(maxsize=256)
def _disc(seed: int) -> bytes:
    return _file(drawings.disc(160, seed), "PNG")


def _file(drawn: Image.Image, kind: str, **how: int) -> bytes:
    out = io.BytesIO()
    drawn.save(out, kind, **how)
    return out.getvalue()
