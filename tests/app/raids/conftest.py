"""A house with an event, its door, and the job that watches it, turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import intake, log
from app.jobs.raids import Raids
from app.lease import Holder
from app.models import Account, Entry, Event, Post
from ingest.types import Batch, IncomingAuthor, IncomingPost, Network
from tests.conftest import Clock
from tests.factories import a_post, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"
_numbers = count(1)


@dataclass
class Watched:
    database: Database
    event: Event
    kim: Account
    clock: Clock
    lease: Holder
    raids: Raids

    async def say(self, *texts: str, server: str = "", ago: float = 1, **fields: Any) -> list[IncomingPost]:
        """Each by somebody new, from a server of their own where none is named."""
        posts = []
        for text in texts:
            n = next(_numbers)
            host = server or f"place{n}.example"
            who = IncomingAuthor(f"https://{host}/users/u{n}", Network.MASTODON, f"Person {n}", f"u{n}@{host}")
            at = self.clock() - timedelta(seconds=ago)
            posts.append(a_post(f"{text} #HarbourTalks", who, str(n), at, server=host, **fields))
        async with self.database.transaction() as db:
            await intake.receive(db, Batch(UP, tuple(posts)), self.clock())
        return posts

    async def posts(self) -> Sequence[Post]:
        async with self.database.reading() as db:
            return (await db.scalars(select(Post).where(Post.event_id == self.event.id).order_by(Post.id))).all()

    async def clusters(self) -> list[int | None]:
        """By place: 0 for the cluster of the first post, and so on."""
        posts = await self.posts()
        place = {post.id: n for n, post in enumerate(posts)}
        return [None if post.cluster_id is None else place[post.cluster_id] for post in posts]

    async def fresh(self) -> Event:
        async with self.database.reading() as db:
            return await db.get_one(Event, self.event.id)

    async def named_since(self, seq: int) -> list[int]:
        async with self.database.reading() as db:
            return [e.subject_id for e in await log.read(db, self.event.id, seq, 10_000)]

    async def entries(self) -> int:
        async with self.database.reading() as db:
            return len((await db.scalars(select(Entry.seq))).all())


@pytest.fixture
async def watched(database: Database, clock: Clock) -> AsyncIterator[Watched]:
    lease = Holder(database, "test", clock)
    holding = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    async with database.transaction() as db:
        event = await make_event(db, spare_tag="HarbourTalksBackup")
        await make_source(db, event, UP)
        kim = await make_account(db, "Kim")
    yield Watched(database, event, kim, clock, lease, Raids(database, lease, clock))
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
