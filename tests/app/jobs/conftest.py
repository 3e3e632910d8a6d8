"""A house with an event, a server that gives pictures, and the job between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database import Database
from app.domain import intake
from app.jobs.pictures import Pictures
from app.lease import Holder
from app.models import Attachment, Entry, Event, Media, Policy, Post
from app.settings import Settings
from ingest.types import Batch, Incoming, IncomingAttachment, IncomingPost
from tests.app.jobs.drawings import jpeg
from tests.conftest import Clock
from tests.factories import a_post, make_event, make_source
from tests.ingest.servers import RawServer, Request, raw_server, reply

UP = "mastodon:https://kueste.example"


@dataclass
class Gallery:
    """What the server gives: `shown` by path; everything else is a 404."""

    server: RawServer
    shown: dict[str, bytes] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    doors: dict[str, asyncio.Event] = field(default_factory=dict)  # a path waits until its door opens

    def hang(self, path: str, body: bytes | None = None, **headers: str) -> str:
        self.shown[path] = reply(jpeg() if body is None else body, **headers)
        return self.server.base + path

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.server.asked]


@dataclass
class House:
    database: Database
    event: Event
    clock: Clock
    lease: Holder
    settings: Settings
    pictures: Pictures

    async def receive(self, *items: Incoming) -> None:
        async with self.database.transaction() as db:
            await intake.receive(db, Batch(UP, items), self.clock())

    async def post(self, *urls: str, kind: str = "image", preview: str | None = None) -> IncomingPost:
        """Somebody posts these pictures."""
        shown = tuple(IncomingAttachment(kind, url, preview_url=preview) for url in urls)  # type: ignore[arg-type]
        post = a_post(attachments=shown)
        await self.receive(post)
        return post

    async def stored(self, post: IncomingPost) -> Post:
        async with self.database.reading() as db:
            return (await db.scalars(select(Post).where(Post.uri == post.uri))).one()

    async def attachments(self) -> Sequence[Attachment]:
        async with self.database.reading() as db:
            return (await db.scalars(select(Attachment).order_by(Attachment.id))).all()

    async def media(self) -> Sequence[Media]:
        async with self.database.reading() as db:
            return (await db.scalars(select(Media).order_by(Media.created_at, Media.id))).all()

    async def entries(self) -> int:
        async with self.database.reading() as db:
            return (await db.execute(select(func.count()).select_from(Entry))).scalar_one()

    def files(self) -> set[str]:
        return {p.name for p in (self.settings.data_dir / "media").rglob("*") if p.is_file()}


@pytest.fixture
async def gallery() -> AsyncIterator[Gallery]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        gallery.at_once += 1
        gallery.most_at_once = max(gallery.most_at_once, gallery.at_once)
        try:
            if door := gallery.doors.get(request.path):
                await door.wait()
            await asyncio.sleep(0.01)
        finally:
            gallery.at_once -= 1
        writer.write(gallery.shown.get(request.path) or reply(b"gone", "404 Not Found"))

    async with raw_server(answer) as server:
        gallery = Gallery(server)
        yield gallery


async def open_house(database: Database, clock: Clock, data_dir: Path, gallery: Gallery) -> AsyncIterator[House]:
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        await make_source(db, event, UP)
    lease = Holder(database, "ingest", clock)
    keeping = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    settings = Settings(data_dir=data_dir, allowed_private_hosts=f"127.0.0.1:{gallery.server.port}")
    pictures = Pictures(database, lease, settings, clock)
    yield House(database, event, clock, lease, settings, pictures)
    await pictures.close()
    keeping.cancel()
    await asyncio.wait([keeping])


@pytest.fixture
async def house(sqlite: Database, clock: Clock, tmp_path: Path, gallery: Gallery) -> AsyncIterator[House]:
    async for house in open_house(sqlite, clock, tmp_path, gallery):
        yield house


@pytest.fixture
async def both(database: Database, clock: Clock, tmp_path: Path, gallery: Gallery) -> AsyncIterator[House]:
    """The house, once on each database."""
    async for house in open_house(database, clock, tmp_path, gallery):
        yield house
