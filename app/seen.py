"""When each sign-in was used last: gathered here, written twice a minute, so that reading a page writes nothing."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.team import sign_ins

log = structlog.get_logger(__name__)
EVERY = 30.0  # seconds


class Seen:
    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}

    def note(self, fingerprint: str, now: datetime) -> None:
        self._seen[fingerprint] = now

    async def run(self, database: Database) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.flush(database)

    async def flush(self, database: Database) -> None:
        """What cannot be written is left: the next look is as good."""
        seen, self._seen = self._seen, {}
        if seen:
            try:
                async with database.transaction() as db:
                    await sign_ins.saw(db, seen)
            except (SQLAlchemyError, OSError) as error:
                log.warning("sign_ins.not_noted", error=type(error).__name__)
