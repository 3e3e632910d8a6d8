"""What screens say they painted, gathered and written four times a second: a thousand are not a thousand writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.database import Database
from app.domain.audience import Audience
from app.domain.screens import Acknowledgement, acknowledge

log = structlog.get_logger(__name__)
EVERY = 0.25  # seconds: the desk waits for these after a freeze


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
        try:
            await self._write(said.values())
        except IntegrityError:  # one of them: its event is gone, or another process knew its screen first
            for key, word in said.items():
                await self._write_one(key, word)
        except (SQLAlchemyError, OSError) as error:
            # A screen says each number once, so its word is kept until it can be written.
            self._said = said | self._said
            log.warning("presence.not_written", error=type(error).__name__)

    async def _write_one(self, key: tuple[int, str], word: Acknowledgement) -> None:
        try:
            await self._write([word])
        except IntegrityError:
            log.info("presence.dropped", of_event=word.event_id)
        except (SQLAlchemyError, OSError):
            self._said.setdefault(key, word)

    async def _write(self, words: Collection[Acknowledgement]) -> None:
        if words:
            async with self._database.transaction() as db:
                await acknowledge(db, words)
