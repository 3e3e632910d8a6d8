"""Reads Bluesky for ever, for all sources that share its hosts: connect, listen, and come back when that ends.

Owns the loop, its pauses and the choice of host. What a connection brings is listener.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from ingest.backoff import Backoff
from ingest.bluesky import cursor as cursors
from ingest.bluesky.appview import DEADLINE
from ingest.bluesky.cursor import REWIND, Cursor
from ingest.bluesky.dial import HOSTS, Dialler, name
from ingest.bluesky.jetstream import Wire
from ingest.bluesky.listener import Choked, Listener, Lost, Restarted, Silent
from ingest.bluesky.news import News
from ingest.bluesky.pace import Pace
from ingest.bluesky.staff import Staff, hire, together
from ingest.http import Guard, OutboundError
from ingest.types import House, SourceConfig

FIRST_LOOK_BACK = 2.0  # hours a new source goes back; a day and a half of everything would take it an hour to read


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Reader:
    """An Ingester. The sources share one upstream: the same hosts, the same AppView."""

    def __init__(
        self,
        sources: Sequence[SourceConfig],
        house: House,
        guard: Guard,
        *,
        pace: Pace | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._sources, self._house, self._now = tuple(sources), house, now
        self._guard = guard.allowing([place for source in sources for place in source.allow_private])
        self._pace = pace or Pace()
        self._upstream = sources[0].upstream
        self._dialler = Dialler(self._guard, hosts(sources[0]), now, self._pace.dial)
        self._news = News(house, self._upstream, now)
        self._cursor: Cursor | None = None
        self._by_time = False
        self._backoff = Backoff(self._pace.first_wait, self._pace.longest_wait, self._pace.stable)

    async def run(self) -> None:
        async with self._guard.client(timeout=DEADLINE) as client:
            staff = hire(self._sources, self._house, self._guard, client, self._now, self._pace)
            if all(source.over for source in self._sources):
                await self._news.looking_after()
                await staff.recheck.run()
                return
            await together(self._read(staff), staff.recheck.run(), *(search.run() for search in staff.searches))

    async def _read(self, staff: Staff) -> NoReturn:
        self._cursor = await self._stored()
        self._dialler.prefer(self._cursor.host)
        while True:
            await self._connect_and_listen(staff)
            await asyncio.sleep(self._backoff.next())

    async def _stored(self) -> Cursor:
        """Where the source that is furthest behind stopped; a new one looks back. To read twice does no harm."""
        begin = cursors.microseconds(self._now() - look_back(self._sources[0])) + REWIND
        new = Cursor("", Wire.V2, None, begin)
        stored = [
            cursors.read(await self._house.cursor(source.id)) or new for source in self._sources if not source.over
        ]
        return min(stored, key=lambda cursor: cursor.time)

    async def _connect_and_listen(self, staff: Staff) -> None:
        """One connection, from dialling to its end."""
        try:
            line = await self._dialler.dial(self._cursor, by_time=self._by_time)
        except OutboundError as error:
            self._dialler.rotate()
            await self._news.failing(str(error))
            return
        self._backoff.working()
        listener = Listener(
            line, staff.harvest, self._house, self._upstream, self._pace, self._now, staff.after_a_gap
        )  # fmt: skip
        try:
            async with line.socket:
                await self._listen(listener, staff)
        except Lost as lost:
            await self._remember(lost, listener)

    async def _listen(self, listener: Listener, staff: Staff) -> NoReturn:
        """Until the connection is lost, saying how it goes."""
        host = name(listener.cursor.host)
        while True:
            await self._news.listening(
                host, listener.began, listener.reached, listener.missed_since, staff.helpers
            )  # fmt: skip
            await listener.step()

    async def _remember(self, lost: Lost, listener: Listener) -> None:
        """Where to go on, given how it ended. A host that told us nothing is no better than one that is down."""
        self._by_time = isinstance(lost, Restarted)
        self._cursor = None if isinstance(lost, Choked) else listener.cursor
        if isinstance(lost, Silent) or not listener.heard:
            self._dialler.rotate()
        if not listener.heard:
            await self._news.failing(str(lost))


def hosts(source: SourceConfig) -> list[str]:
    """The Jetstream hosts to try, as bases of WebSocket addresses."""
    given = source.settings.get("jetstream")
    named = (
        [one.strip().rstrip("/") for one in given if isinstance(one, str)] if isinstance(given, list | tuple) else []
    )
    sockets = [f"ws{one[4:]}" if one.startswith("http") else one for one in named if one]
    return sockets or list(HOSTS)


def look_back(source: SourceConfig) -> timedelta:
    given = source.settings.get("look_back_hours")
    return timedelta(hours=min(35.0, max(0.0, given)) if isinstance(given, int | float) else FIRST_LOOK_BACK)
