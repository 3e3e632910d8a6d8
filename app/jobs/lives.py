"""Events become live, and are over, at the moments their organisers set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from app.database import Database, retrying
from app.domain.event import life
from app.lease import Holder

log = structlog.get_logger(__name__)


class Lives:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock

    async def turn(self) -> None:
        async with self._database.reading() as db:
            event_ids = await life.due(db, self._clock())
        for event_id in event_ids:
            await retrying(lambda id=event_id: self._turn(id))  # type: ignore[misc]
            log.info("life.turned", event_id=event_id)

    async def _turn(self, event_id: int) -> None:
        async with self._lease.transaction() as db:
            await life.turn(db, event_id, self._clock())
