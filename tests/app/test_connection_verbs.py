"""What connecting does in the store, on both databases; and what a reader's word does to it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import intake
from app.domain.sources import connections
from app.house import RealHouse
from app.lease import Holder
from app.models import Connection, Copy, Source
from app.settings import Settings
from ingest.types import Batch, Mode, SourceState
from tests.conftest import NOW, Clock
from tests.factories import a_post, make_event, make_source

KEY = "only for tests"


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("social.example", "https://social.example"),
        (" https://Social.Example/@ada ", "https://social.example"),
        ("@ada@social.example", "https://social.example"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_a_server_is_understood_however_it_is_typed(typed: str, server: str) -> None:
    assert connections.server_of(typed) == server


async def test_what_the_old_reader_brought_is_looked_after_by_the_new_one(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db, tags=["HarbourTalks"])
        source = await make_source(db, event)
        await intake.receive(db, Batch(source.upstream, (a_post(),)), NOW)
        await connections.connect(db, event, source.url, "wall@kueste.example", "good-token", KEY, NOW)
        await db.flush()
        assert await db.scalar(select(Copy.upstream)) == source.upstream != f"mastodon:{source.url}"
        assert await connections.disconnect(db, event, source.url, KEY) == "good-token"
        assert await db.scalar(select(Copy.upstream)) == source.upstream == f"mastodon:{source.url}"


async def test_what_a_reader_learns_of_its_token_is_what_the_desk_shows(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db)
        source = await make_source(db, event)
        connection = await connections.connect(db, event, source.url, "w@kueste.example", "good-token", KEY, NOW)
    clock = Clock()
    lease = Holder(database, "ingest", clock)
    house = RealHouse(database, Settings(secret_key=KEY), clock, lease)
    holding = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    for taken, reason in ((False, "The access token there no longer works."), (True, "Live.")):
        await house.report(source.upstream, SourceState(Mode.POLL, taken, reason, NOW, budget=7, token_ok=taken))
        async with database.reading() as db:
            found = await db.get_one(Connection, connection.id)
            assert (found.ok, found.reason) == (taken, "" if taken else reason)
            assert (await db.get_one(Source, source.id)).budget == 7
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
