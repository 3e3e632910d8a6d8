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
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.server import FakeMastodon, fake_mastodon

QUICK = Pace(poll=0.02, sweep=0.04, idle=5.0, deadline=5.0, first_wait=0.01, longest_wait=0.02, requests=20_000)
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


def words(house: ListHouse) -> set[str]:
    """What is there now, without the tags."""
    return {plain(post.segments).partition(" #")[0] for post in house.posts.values()}
