"""Finds out whether two accounts with one name have one picture, and links what they said twice."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import datetime

import structlog
from PIL import Image
from sqlalchemy import select

from app.database import Database
from app.domain.posts import crossposts
from app.domain.posts.crossposts import Pair
from app.domain.posts.pictures import local_hosts
from app.encoder import Encoder
from app.errors import StrandError
from app.lease import Holder
from app.models import Event, EventState
from app.settings import Settings
from ingest.http import Guard, OutboundError, fetch

log = structlog.get_logger(__name__)
SAME = 6  # of 64 bits may differ: each network scales and compresses in its own way
MAX_BYTES = 2_000_000
KEPT = 2_000  # pictures and pairs remembered


class Crossposts:
    def __init__(self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._settings, self._clock = database, lease, settings, clock
        self._encoder = Encoder()
        self._prints: dict[str, int | None] = {}  # a picture's address, and its print; None: not to be had
        self._strangers: set[tuple[int, int]] = set()  # pairs that turned out to be two people

    async def link(self) -> None:
        async with self._database.reading() as db:
            pairs = await crossposts.candidates(db, self._clock())
            rehearsing = select(Event.id).where(Event.state == EventState.REHEARSAL)
            local = await local_hosts(db, (await db.scalars(rehearsing)).all())
        for pair in pairs:
            if (pair.original_id, pair.second_id) in self._strangers:
                continue
            hosts = (*self._settings.private_hosts, *local.get(pair.event_id, ()))
            if await self._one_picture(pair, Guard(allow_private=hosts, contact=self._settings.public_url)):
                async with self._lease.transaction() as db:
                    await crossposts.merge(db, pair, self._clock())
            else:
                self._remember_strangers(pair)

    async def close(self) -> None:
        await self._encoder.close()

    async def _one_picture(self, pair: Pair, guard: Guard) -> bool:
        first, second = [await self._print(url, guard) for url in pair.pictures]
        return first is not None and second is not None and (first ^ second).bit_count() <= SAME

    async def _print(self, url: str, guard: Guard) -> int | None:
        if url not in self._prints:
            if len(self._prints) >= KEPT:
                self._prints.clear()
            self._prints[url] = await self._fetched(url, guard)
        return self._prints[url]

    async def _fetched(self, url: str, guard: Guard) -> int | None:
        try:
            async with guard.client() as client:
                answer = await fetch(client, url, max_bytes=MAX_BYTES, deadline=10)
            if answer.status != 200:
                return None
            # Strangers' bytes are opened in the confined process; what comes back is a picture of our own making.
            picture = await self._encoder.encode(answer.body)
        except (OutboundError, StrandError) as error:
            log.info("crosspost.picture_unknown", why=str(error)[:200])
            return None
        return await asyncio.to_thread(difference_hash, picture.body)

    def _remember_strangers(self, pair: Pair) -> None:
        if len(self._strangers) >= KEPT:
            self._strangers.clear()
        self._strangers.add((pair.original_id, pair.second_id))


def difference_hash(body: bytes) -> int:
    """64 bits that a picture keeps when it is scaled or compressed: where it grows darker, row by row."""
    with Image.open(io.BytesIO(body), formats=["WEBP"]) as image:
        small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = list(small.tobytes())
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return bits
