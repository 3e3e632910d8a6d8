"""How long a post takes from its network into the queue, on a calm day, at the intervals that are really used."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Copy
from app.settings import Settings
from ingest.mastodon import allowance
from tests.world.generator import Generator
from tests.world.house import House
from tests.world.networks import POLLED, Networks

POSTS, SECONDS = 160, 40.0
POLLING = 15.0  # seconds, between two looks
WITHIN = 5.0  # seconds: a stream is live, even on a machine that is busy with other things


class Queue:
    """Watches the store as the desk does: rung after each commit, it looks what is new."""

    def __init__(self, database: Database) -> None:
        self._database, self._rung = database, asyncio.Event()
        self.seen: dict[tuple[str, str], float] = {}  # (server, uri): when it could first be read
        database.on_commit(lambda _: self._rung.set())

    async def watch(self) -> None:
        last = 0
        while True:
            await self._rung.wait()
            self._rung.clear()
            async with self._database.reading() as db:
                new = (await db.execute(select(Copy.id, Copy.server, Copy.uri).where(Copy.id > last))).all()
            now = time.time()
            for id, server, uri in new:
                last = max(last, id)
                self.seen.setdefault((server, uri), now)


@asynccontextmanager
async def beside(queue: Queue) -> AsyncIterator[None]:
    watching = asyncio.create_task(queue.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


@pytest.mark.timeout(180)
async def test_a_streamed_post_is_in_the_queue_at_once_and_a_polled_one_after_the_next_look(
    sqlite: Database, tmp_path: Path
) -> None:
    allowance.forget()
    data = tmp_path / "world"
    data.mkdir()
    networks = Networks(Generator(3, POSTS, SECONDS).write(data), heartbeat=15, lead=3.0)
    settings = Settings(secret_key="only for tests", data_dir=tmp_path, allowed_private_hosts="127.0.0.1")
    queue = Queue(sqlite)
    async with networks.open(), beside(queue):
        house = House(sqlite, settings, networks)
        await house.furnish()
        house.start(mastodon=None, bluesky=None)  # at their own pace
        await networks.play()
        await asyncio.sleep(POLLING + 1)
        await house.stop()
    delays = by_way(networks, queue)
    print(table(delays))
    assert all(len(found) > 20 for found in delays.values()), "enough to speak of"
    for way, found in delays.items():
        assert p95(found) <= (2 * POLLING if way == "polled" else WITHIN), way


def by_way(networks: Networks, queue: Queue) -> dict[str, list[float]]:
    """Seconds from when a network had it, by the way it came."""
    arrived = {
        post.uri: post.arrived_at.timestamp()
        for post in networks.world.posts.values()
        if post.created_at == post.arrived_at and post.version == 0
    }
    delays: dict[str, list[float]] = {"streamed by Mastodon": [], "streamed by Jetstream": [], "polled": []}
    for (server, uri), seen in queue.seen.items():
        if uri in arrived:
            host = networks.hosts().get(server)
            way = "polled" if host == POLLED else "streamed by Mastodon" if host else "streamed by Jetstream"
            delays[way].append(seen - arrived[uri])
    return delays


def p95(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


def table(delays: dict[str, list[float]]) -> str:
    rows = [
        f"{way:<24}{len(found):>6}{statistics.median(found):>9.2f}{p95(found):>9.2f}" for way, found in delays.items()
    ]
    return "\n".join(["", f"{'upstream to queue':<24}{'posts':>6}{'p50 s':>9}{'p95 s':>9}", *rows])
