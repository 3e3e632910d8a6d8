"""A Reader at work between fakes, stopped when the test is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from ingest.bluesky.cursor import microseconds
from ingest.bluesky.pace import Pace
from ingest.bluesky.reader import Reader
from ingest.http import Guard
from ingest.types import Network, SourceConfig
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import FakeAppView, FakeJetstream
from tests.ingest.house import ListHouse

QUICK = Pace(batch=0.02, tick=0.05, silence=20.0, dial=5.0, first_wait=0.0, cursor=0.0, refresh=0.05)


def source(jetstreams: list[FakeJetstream], appview: FakeAppView, **changes: Any) -> SourceConfig:
    settings = {"jetstream": [one.base for one in jetstreams], "appview": appview.base}
    known: dict[str, Any] = {"tags": ("wallconf",), "settings": settings, "allow_private": ("127.0.0.1",)}
    return SourceConfig(1, "conf", Network.BLUESKY, "bluesky:test", "", **(known | changes))


@asynccontextmanager
async def reading(
    *jetstreams: FakeJetstream,
    house: ListHouse | None = None,
    appview: FakeAppView | None = None,
    cursor: str | None = None,
    pace: Pace = QUICK,
    now: Callable[[], datetime] = lambda: SEEN,
) -> AsyncIterator[ListHouse]:
    async with (appview or FakeAppView()).running() as running:
        config = source(list(jetstreams), running)
        house = house or ListHouse()
        house.configured = [config]
        if cursor is not None:
            house.cursors[config.id] = cursor
        task = asyncio.create_task(Reader([config], house, Guard(), pace=pace, now=now).run())
        try:
            yield house
            if task.done():
                task.result()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def us(moment: datetime) -> str:
    return str(microseconds(moment))
