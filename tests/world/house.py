"""A real house for a seeded world: its store, its event, its sources, and its work, to be stopped at any moment."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import events
from app.domain.sources import sources
from app.lease import LeaseLost
from app.models import Entry, Event, Policy, Post, Source
from app.settings import Settings
from app.work import work
from ingest.bluesky.pace import Pace as BlueskyPace
from ingest.bluesky.reader import Reader as BlueskyReader
from ingest.http import Guard
from ingest.mastodon.pace import Pace as MastodonPace
from ingest.mastodon.reader import Reader as MastodonReader
from ingest.types import House as Port
from ingest.types import Ingester, Network, SourceConfig
from tests.world.generator import TAG
from tests.world.networks import POLLED, Networks

MASTODON = MastodonPace(
    poll=0.6, sweep=1.0, idle=1.6, deadline=5, first_wait=0.05, longest_wait=0.5, requests=1_000_000, refused=1.0,
    origin=1.0, sweep_pages=2, put_off=2.0, alone=4.0,
)  # fmt: skip
BLUESKY = BlueskyPace(
    batch=0.05, tick=0.1, silence=1.6, dial=2.0, first_wait=0.05, longest_wait=0.5, cursor=0.2, refresh=0.5,
    recheck=0.5, request=0.1, missing=3.0, settle=2.0,
)  # fmt: skip
Making = Callable[[Sequence[SourceConfig], Port, Guard], Ingester]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Restarts:
    """Makes readers that can be ended from outside at any moment; a new one then begins anew, knowing nothing."""

    def __init__(self) -> None:
        self.running: dict[asyncio.Task[None], None] = {}  # in order, so that a seed chooses the same
        self.broken: list[BaseException] = []
        self.times = 0

    def making(self, make: Making) -> Making:
        def made(configured: Sequence[SourceConfig], house: Port, guard: Guard) -> Ingester:
            return _Ended(self, lambda: make(configured, house, guard).run())

        return made

    def restart(self, task: asyncio.Task[None]) -> None:
        self.times += 1
        task.cancel()


class _Ended:
    def __init__(self, restarts: Restarts, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._restarts, self._run = restarts, run

    async def run(self) -> None:
        while True:
            task = asyncio.create_task(self._run())
            self._restarts.running[task] = None
            try:
                await asyncio.wait({task})
            finally:
                del self._restarts.running[task]
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if task.cancelled():
                continue
            if (error := task.exception()) and not isinstance(error, LeaseLost):
                self._restarts.broken.append(error)
            return task.result()


class House:
    def __init__(self, database: Database, settings: Settings, networks: Networks) -> None:
        self.database, self.settings, self.networks = database, settings, networks
        self.restarts = Restarts()
        self.times = 0
        self._working: asyncio.Task[None] | None = None

    async def furnish(self) -> None:
        """An event under which everything is shown, that reads all of it."""
        nets, now, key = self.networks, utc_now(), self.settings.key
        async with self.database.transaction() as db:
            event = await events.create_event(db, "world", "A world", [TAG], now, policy=Policy.OPEN)
            for host, server in nets.mastodons.items():
                token = "" if host == POLLED else server.token or ""
                await sources.add_mastodon(db, event, nets.base(server.port), token, key, now)
            jetstreams = [nets.base(server.port, "ws") for server in nets.jetstreams]
            await sources.add_bluesky(db, event, jetstreams, nets.base(nets.appview.port), now)

    def start(self, mastodon: MastodonPace | None = MASTODON, bluesky: BlueskyPace | None = BLUESKY) -> None:
        making = self.restarts.making
        readers = {
            Network.MASTODON: making(functools.partial(MastodonReader, pace=mastodon)),
            Network.BLUESKY: making(functools.partial(BlueskyReader, pace=bluesky)),
        }
        self._working = asyncio.create_task(work(self.database, self.settings, utc_now, readers))

    async def stop(self) -> None:
        """Whatever it was in the middle of."""
        assert self._working is not None
        assert not self._working.done(), self._working.exception()
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)

    async def restart(self) -> None:
        self.times += 1
        await self.stop()
        self.start()

    async def posts(self) -> Sequence[Post]:
        everything = (joinedload(Post.author), selectinload(Post.copies), selectinload(Post.every_attachment))
        async with self.database.reading() as db:
            return (await db.scalars(select(Post).options(*everything, joinedload(Post.reply_to)))).unique().all()

    async def the_log_is_whole(self) -> None:
        """Numbers without a hole, every post told, every source with a place to go on from."""
        async with self.database.reading() as db:
            event = (await db.scalars(select(Event))).one()
            log = (await db.execute(select(Entry.seq, Entry.subject_id).order_by(Entry.seq))).all()
            posts = set(await db.scalars(select(Post.id)))
            reading = (await db.scalars(select(Source).where(Source.kind != Network.FORM))).all()
        assert [seq for seq, _ in log] == list(range(1, event.seq + 1)), "the log has a hole"
        assert posts <= {subject for _, subject in log}, "a post nobody was told of"
        assert all(orjson.loads(source.cursor or "null") for source in reading), "a source without its place"
