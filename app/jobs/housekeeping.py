"""Small jobs: posts whose safety delay is over, a spotlight on what is gone, words that are still on the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.database import Database
from app.domain import log, moderation, spotlight
from app.domain.strand import search
from app.lease import Holder
from app.models import Post, Verdict


class Housekeeping:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock

    async def release_due(self) -> None:
        now = self._clock()
        async with self._database.reading() as db:
            due = select(Post.event_id).where(Post.verdict == Verdict.WAITING, Post.due_at <= now).distinct()
            event_ids = (await db.scalars(due)).all()
        for event_id in event_ids:
            async with self._lease.transaction() as db:
                await moderation.release_due(db, event_id, now)

    async def take_down(self) -> None:
        """What somebody hid was taken down in the same act; this is for what its author, or their server, took away."""
        async with self._database.reading() as db:
            event_ids = await spotlight.due(db)
        for event_id in event_ids:
            async with self._lease.transaction() as db:
                await log.lock(db, [event_id])
                await spotlight.take_down(db, event_id, self._clock())

    async def wipe(self) -> None:
        """What is gone leaves the disk: until then its words lie in parts of the store that nobody reads any more."""
        async with self._lease.transaction() as db:
            had_some = await search.tidy(db)
        if had_some:
            await self._database.wipe()
