"""A server to read, and a way to read it for the length of a block."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ingest.http import Guard
from ingest.mastodon import allowance
from ingest.mastodon.pace import Pace
from ingest.mastodon.reader import Reader
from ingest.text.segments import plain
from ingest.types import SourceConfig
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.server import FakeMastodon, fake_mastodon

QUICK = Pace(
    poll=0.02, sweep=0.04, idle=5.0, deadline=5.0, first_wait=0.01, longest_wait=0.02, requests=20_000,
    after=0.02, next=0.01, longest_after=0.02,
)  # fmt: skip
NEVER_AGAIN = replace(QUICK, poll=600, sweep=600)  # one round, then only what the stream wakes


@pytest.fixture(autouse=True)
def _fresh_allowances() -> None:
    """Servers of tests share addresses one after another; what one allowed says nothing of the next."""
    allowance.forget()


@pytest.fixture
async def mastodon() -> AsyncIterator[FakeMastodon]:
    async with fake_mastodon() as fake:
        yield fake


@contextlib.asynccontextmanager
async def reading(house: ListHouse, pace: Pace = QUICK) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Reader(house.configured, house, Guard(), pace=pace).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def having_read(mastodon: FakeMastodon, *sources: SourceConfig) -> ListHouse:
    """A house that has all there is, and whose events are over now. Nothing is counted as asked yet."""
    house = ListHouse(sources or [mastodon.source()])
    async with reading(house):
        await house.until(lambda: len(house.posts) == len(mastodon.statuses))
    house.configured = [replace(source, tags=(), over=True) for source in house.configured]
    house.checked.clear()
    mastodon.server.asked.clear()
    mastodon.asked_statuses.clear()
    mastodon.asked_together.clear()
    return house


def words(house: ListHouse) -> set[str]:
    """What is there now, without the tags."""
    return {plain(post.segments).partition(" #")[0] for post in house.posts.values()}
