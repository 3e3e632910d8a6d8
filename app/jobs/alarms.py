"""Looks whether a source has fallen silent or come back, and has it written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.database import Database
from app.domain.sources import alarms
from app.lease import Holder
from app.settings import Settings


class Alarms:
    def __init__(self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._settings, self._clock = database, lease, settings, clock
        self._since: dict[int, datetime] = {}  # when we began to watch each source

    async def look(self) -> None:
        """A source gets its ten minutes from when it was switched on, its event went live, or we were started."""
        if not self._settings.smtp_url:
            return
        now = self._clock()
        async with self._database.reading() as db:
            watched = {source.id for source, _ in await alarms.watched(db)}
        self._since = {id: self._since.get(id, now) for id in watched}
        if watched:
            async with self._lease.transaction() as db:
                await alarms.owe(db, now, self._since)
