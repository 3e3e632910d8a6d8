"""An event in a real store, reading a Jetstream and an AppView that do and say what a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from websockets.asyncio.server import ServerConnection

from app.database import Database
from app.domain import moderation
from app.domain.audience import Audience, may_see
from app.domain.sources import sources
from app.house import RealHouse
from app.models import Event, Policy, Post, Verdict
from app.settings import Settings
from ingest.bluesky.reader import Reader
from ingest.http import Guard
from ingest.text.segments import plain
from ingest.types import Batch, SourceState
from tests.conftest import Clock
from tests.factories import make_account, make_event
from tests.ingest.bluesky.fakes import FakeAppView, FakeJetstream
from tests.ingest.bluesky.reading import QUICK
from tests.ingest.bluesky.stage import profile

A, B = "did:plc:aaa", "did:plc:bbb"
POST = "app.bsky.feed.post"
NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
PACE = replace(QUICK, recheck=0.02, request=0.0, missing=0.0, settle=0.0)


class Feed:
    """What the host sends, in the order it is told to. Every new connection hears all of it, from the start."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self._told = asyncio.Event()

    async def __call__(self, client: ServerConnection) -> None:
        talking = asyncio.create_task(self._talk(client))
        await client.wait_closed()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    async def _talk(self, client: ServerConnection) -> None:
        at = 0
        while True:
            told = self._told
            while at < len(self.frames):
                at += 1
                await client.send(self.frames[at - 1])
            await told.wait()

    def raw(self, *frames: str) -> None:
        self.frames += frames
        self._told.set()
        self._told = asyncio.Event()

    def say(self, kind: str, did: str, **payload: Any) -> None:
        kind = f"network.bsky.jetstream.subscribeEvents#{kind}"
        place = {"seq": len(self.frames) + 1, "time": f"{NOW:%Y-%m-%dT%H:%M:%S}.000000Z"}
        self.raw(json.dumps({"$type": "message", "payload": {"$type": kind, "did": did, **place, **payload}}))


@dataclass
class World:
    database: Database
    event: Event
    house: RealHouse
    feed: Feed
    appview: FakeAppView
    clock: Clock
    states: list[SourceState] = field(default_factory=list)
    _rev: int = 0

    def write(self, words: str, did: str = A, rkey: str = "1", *, how: str = "create", **record: Any) -> str:
        """Somebody writes. The AppView knows it too. Returns the address."""
        self._rev += 1
        cid, collection = f"bafyrei{self._rev:05d}", record.pop("collection", POST)
        rev = record.pop("rev", f"3k{self._rev:05d}")
        told = {"text": words, "createdAt": "2026-11-21T22:59:00Z"} | record
        if collection == POST:
            self.index(did, rkey, cid, told)
        self.feed.say(
            "commit", did, collection=collection, operation=how, rkey=rkey, cid=cid, rev=rev, record=told
        )  # fmt: skip
        return f"at://{did}/{collection}/{rkey}"

    def index(self, did: str, rkey: str, cid: str, record: dict[str, Any], **more: Any) -> None:
        uri = f"at://{did}/{POST}/{rkey}"
        author = self.appview.profiles.get(did, profile(did))
        self.appview.posts[uri] = {"uri": uri, "cid": cid, "record": record, "author": author} | more

    def take_back(self, did: str = A, rkey: str = "1", *, rev: str = "") -> None:
        self._rev += 1
        self.appview.posts.pop(f"at://{did}/{POST}/{rkey}", None)
        rev = rev or f"3k{self._rev:05d}"
        self.feed.say("commit", did, collection=POST, operation="delete", rkey=rkey, rev=rev)

    def mark(self, uri: str, **more: Any) -> None:
        """The AppView shows this post otherwise from now on."""
        self.appview.posts[uri] = {**self.appview.posts[uri], **more}

    def account(self, did: str, status: str = "") -> None:
        told = {"did": did, "active": not status} | ({"status": status} if status else {})
        self.feed.say("account", did, account=told)

    async def posts(self) -> dict[str, Post]:
        async with self.database.reading() as db:
            wanted = select(Post).options(
                joinedload(Post.author), selectinload(Post.copies), selectinload(Post.every_attachment)
            )  # fmt: skip
            return {post.uri: post for post in await db.scalars(wanted.order_by(Post.posted_at, Post.id))}

    async def shown(self, audience: Audience = Audience.PUBLIC) -> list[str]:
        """The words this audience sees, in order."""
        return [post.text for post in (await self.posts()).values() if may_see(post, audience)]

    async def approve(self, uri: str) -> None:
        async with self.database.transaction() as db:
            post = (await db.scalars(select(Post).where(Post.uri == uri))).one()
            await moderation.decide(db, self.event, post.id, post.version, Verdict.APPROVE, await make_account(db), NOW)

    async def until(self, condition: Callable[[dict[str, Post]], object], seconds: float = 20.0) -> dict[str, Post]:
        async with asyncio.timeout(seconds):
            while not condition(found := await self.posts()):
                await asyncio.sleep(0.01)
        return found

    async def until_shown(self, *words: str, audience: Audience = Audience.PUBLIC, seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while await self.shown(audience) != list(words):
                await asyncio.sleep(0.01)

    def looked_again(self) -> None:
        """Time passes, until it is everybody's turn to be looked at."""
        self.clock.forward(3600)


class _Watched(RealHouse):
    """The real house, with what it was told kept for a test to see."""

    states: list[SourceState]
    batches: list[Batch]

    async def report(self, upstream: str, state: SourceState) -> None:
        self.states.append(state)
        await super().report(upstream, state)

    async def receive(self, batch: Batch) -> None:
        self.batches.append(batch)
        await super().receive(batch)


@asynccontextmanager
async def living(
    database: Database, policy: Policy = Policy.OPEN, settings: dict[str, Any] | None = None
) -> AsyncIterator[World]:
    clock, feed = Clock(NOW), Feed()
    appview = FakeAppView(profiles={A: profile(A), B: profile(B, "b.test")})
    async with FakeJetstream([feed]).running() as jetstream, appview.running():
        async with database.transaction() as db:
            event = await make_event(db, policy=policy, tags=["WallConf"])
            source = await sources.add_bluesky(db, event, [jetstream.base], appview.base, NOW)
            source.settings = {**source.settings, **(settings or {})}
        house = _Watched(database, Settings(secret_key="x", allowed_private_hosts="127.0.0.1"), clock, database)  # type: ignore[arg-type]
        house.states, house.batches = [], []
        reader = Reader(list(await house.sources()), house, Guard(), pace=PACE, now=clock)
        reading = asyncio.create_task(reader.run())
        try:
            yield World(database, event, house, feed, appview, clock, house.states)
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


def words(post: Post) -> str:
    return plain(post.segments)  # type: ignore[arg-type]
