"""Seals the audit log now and then: after a hundred lines of a chain, or an hour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from app.checkpoints import Checkpoints as File
from app.database import Database
from app.domain.chains import Seal
from app.models import Chain
from app.settings import Settings

log = structlog.get_logger(__name__)
LINES, LONGEST = 100, timedelta(hours=1)


class Checkpoints:
    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._file = File(settings.data_dir, settings.key)

    async def seal(self) -> None:
        """A full disk is no reason to stop anything else: it is said, and tried again."""
        now = self._clock()
        async with self._database.reading() as db:
            chains = [Seal(chain.id, chain.length, chain.head) for chain in await db.scalars(select(Chain))]
        try:
            await asyncio.to_thread(self._append, chains, now)
        except OSError as error:
            log.warning("audit.not_sealed", error=type(error).__name__)

    def _append(self, chains: list[Seal], now: datetime) -> None:
        last = {one.seal.chain_id: one for one in self._file.read().checkpoints}
        due = []
        for chain in sorted(chains, key=lambda one: one.chain_id):
            before = last.get(chain.chain_id)
            new = chain.number - (before.seal.number if before else 0)
            if new >= LINES or (new > 0 and (before is None or now - before.at >= LONGEST)):
                due.append(chain)
        if due:
            self._file.append(due, now)
