"""Erases what has had its time, a chunk and a transaction at a time, so that desks and walls stay alive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from app.database import Database, retrying
from app.domain.control import retention
from app.lease import Holder

log = structlog.get_logger(__name__)


class Retention:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock

    async def erase(self) -> None:
        """Events whose last day is over."""
        async with self._database.reading() as db:
            event_ids = await retention.due(db, self._clock())
        for event_id in event_ids:
            while await retrying(lambda id=event_id: self._erase(id)):  # type: ignore[misc]
                pass
            log.info("retention.erased", event_id=event_id)

    async def empty(self) -> None:
        """Posts that were never shown, a month after their event."""
        async with self._database.reading() as db:
            event_ids = await retention.with_unshown(db, self._clock())
        for event_id in event_ids:
            while await retrying(lambda id=event_id: self._empty(id)):  # type: ignore[misc]
                pass

    async def forget(self) -> None:
        async with self._lease.transaction() as db:
            await retention.forget(db, self._clock())

    async def _erase(self, event_id: int) -> bool:
        async with self._lease.transaction() as db:
            return await retention.erase(db, event_id, self._clock())

    async def _empty(self, event_id: int) -> bool:
        async with self._lease.transaction() as db:
            return await retention.empty_unshown(db, event_id, self._clock())
