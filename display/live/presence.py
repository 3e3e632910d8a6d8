"""What screens say they painted, gathered and written once a second: a thousand screens are not a thousand writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.audience import Audience
from app.domain.screens import Acknowledgement, acknowledge

log = structlog.get_logger(__name__)
EVERY = 1.0  # seconds


class Presence:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._said: dict[tuple[int, str], Acknowledgement] = {}

    def acknowledge(self, event_id: int, screen: str, audience: Audience, epoch: str, seq: int) -> None:
        """A screen painted everything up to this number."""
        word = Acknowledgement(event_id, screen, audience.value, epoch, seq, self._clock())
        self._said[event_id, screen] = word

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.flush()

    async def flush(self) -> None:
        said, self._said = self._said, {}
        if not said:
            return
        try:
            async with self._database.transaction() as db:
                await acknowledge(db, said.values())
        except (SQLAlchemyError, OSError) as error:  # the next word of each screen comes within seconds
            log.warning("presence.not_written", error=type(error).__name__)
