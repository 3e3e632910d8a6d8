"""Follows the log with the ledger of what left the house, so that no backup brings it back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.backup import ledger
from app.backup.leaving import Follower
from app.database import Database


class Leaving:
    def __init__(self, database: Database, data_dir: Path, clock: Callable[[], datetime]) -> None:
        self._database, self._path, self._clock = database, data_dir / ledger.FILE, clock
        self._follower: Follower | None = None

    async def note(self) -> None:
        """Only whoever does the jobs writes there. That another one began in between costs lines that say the same."""
        follower = self._follower or Follower(self._path)
        now = self._clock()
        async with self._database.reading() as db:
            news = await follower.look(db, now)
        await asyncio.to_thread(follower.keep, news, now)
        self._follower = follower

    async def close(self) -> None:
        """The last seconds too. Should the database be away just now, whoever begins next finds them."""
        with contextlib.suppress(SQLAlchemyError, OSError):
            await self.note()
