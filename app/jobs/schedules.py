"""Reads the schedules that have an address again every five minutes; each takes its own time and its own fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from app.database import Database, retrying
from app.domain.schedule import schedule, schedule_feed
from app.errors import BadInput
from app.lease import Holder
from app.models import Event, ScheduleFeed
from app.settings import Settings
from ingest.http import Guard, OutboundError
from ingest.schedule import Reading, read

log = structlog.get_logger(__name__)


class Schedules:
    def __init__(self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock
        self._guard = Guard(allow_private=settings.private_hosts, contact=settings.public_url)

    async def read(self) -> None:
        async with self._database.reading() as db:
            due = await schedule_feed.due(db, self._clock())
        for feed, event in due:
            await self._one(feed, event)

    async def _one(self, feed: ScheduleFeed, event: Event) -> None:
        problem, told = "", ""
        try:
            reading = await read(self._guard, feed.url, event.zone, feed.etag)
            told = await retrying(lambda: self._take(feed, event, reading))
        except (OutboundError, BadInput) as error:
            problem = str(error)
            async with self._lease.transaction() as db:
                await schedule_feed.note(db, feed.event_id, feed.url, self._clock(), problem)
        self._say(feed, event, problem, told)

    async def _take(self, feed: ScheduleFeed, event: Event, reading: Reading) -> str:
        """The sessions and what was read of them commit together."""
        now = self._clock()
        async with self._lease.transaction() as db:
            told = None
            if reading.schedule is not None:
                stored = await db.get_one(Event, event.id)
                told = await schedule.import_schedule(db, stored, reading.schedule, now)
            await schedule_feed.note(db, feed.event_id, feed.url, now, etag=reading.etag)
        return told.told() if told and told.changes else ""

    def _say(self, feed: ScheduleFeed, event: Event, problem: str, told: str) -> None:
        """One line when it begins to fail, one when it is well again, one when something changed."""
        if problem and feed.ok:
            log.warning("schedule.fails", slug=event.slug, why=problem)
        elif not problem and not feed.ok:
            log.info("schedule.recovered", slug=event.slug)
        if told:
            log.info("schedule.changed", slug=event.slug, what=told)
