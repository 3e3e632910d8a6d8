"""Reads Bluesky for ever, for all sources that share its hosts: connect, listen, and come back when that ends.

Owns the loop, its pauses and the choice of host. What a connection brings is listener.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from ingest.bluesky import cursor as cursors
from ingest.bluesky.appview import DEADLINE, PUBLIC, AppView
from ingest.bluesky.cursor import REWIND, Cursor
from ingest.bluesky.dial import HOSTS, Dialler, Line, name
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.jetstream import Wire
from ingest.bluesky.listener import Choked, Listener, Lost, Restarted, Silent
from ingest.bluesky.news import News
from ingest.bluesky.pace import Pace
from ingest.http import Guard, OutboundError
from ingest.types import House, SourceConfig

FIRST_LOOK_BACK = timedelta(minutes=5)  # a new source shows the post that was written to try it


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
        self._failures = 0

    async def run(self) -> None:
        self._cursor = await self._stored()
        self._dialler.prefer(self._cursor.host)
        async with self._guard.client(timeout=DEADLINE) as client:
            appview = AppView(self._guard, client, appview_base(self._sources[0]), pause=self._pace.refresh)
            harvest = Harvest(self._sources, self._house, appview, self._now)
            while True:
                await self._connect_and_listen(harvest, appview)
                await asyncio.sleep(self._pace.wait(self._failures))

    async def _stored(self) -> Cursor:
        """Where the source that is furthest behind stopped. To read something twice does no harm."""
        stored = [cursors.read(await self._house.cursor(source.id)) for source in self._sources]
        begin = cursors.microseconds(self._now() - FIRST_LOOK_BACK) + REWIND
        return min(filter(None, stored), key=lambda one: one.time, default=Cursor("", Wire.V2, None, begin))

    async def _connect_and_listen(self, harvest: Harvest, appview: AppView) -> None:
        """One connection from dialling to its end; afterwards `_failures` says how long to wait."""
        began = asyncio.get_running_loop().time()
        try:
            line = await self._dialler.dial(self._cursor, by_time=self._by_time)
        except OutboundError as error:
            self._failures += 1
            self._dialler.rotate()
            await self._news.failing(str(error))
            return
        heard = await self._listen(line, harvest, appview)
        lasted = asyncio.get_running_loop().time() - began
        self._failures = 0 if lasted >= self._pace.stable else self._failures + 1
        if not heard:
            self._dialler.rotate()

    async def _listen(self, line: Line, harvest: Harvest, appview: AppView) -> int:
        """Until the connection is lost; how many frames it brought."""
        listener = Listener(line, harvest, self._house, self._upstream, self._pace, self._now)
        try:
            async with line.socket:
                while True:
                    await self._news.listening(
                        name(line.cursor.host), listener.began, listener.cursor.at, listener.missed, appview.problem
                    )
                    await listener.step()
        except Lost as lost:
            self._remember(lost, listener)
            if not listener.heard:
                await self._news.failing(str(lost))
        return listener.heard

    def _remember(self, lost: Lost, listener: Listener) -> None:
        """Where to go on, given how it ended."""
        self._by_time = isinstance(lost, Restarted)
        self._cursor = None if isinstance(lost, Choked) else listener.cursor
        if isinstance(lost, Silent):
            self._dialler.rotate()


def hosts(source: SourceConfig) -> list[str]:
    """The Jetstream hosts to try, as bases of WebSocket addresses."""
    given = source.settings.get("jetstream")
    named = (
        [one.strip().rstrip("/") for one in given if isinstance(one, str)] if isinstance(given, list | tuple) else []
    )
    sockets = [f"ws{one[4:]}" if one.startswith("http") else one for one in named if one]
    return sockets or list(HOSTS)


def appview_base(source: SourceConfig) -> str:
    given = source.settings.get("appview")
    return given if isinstance(given, str) and given else PUBLIC
