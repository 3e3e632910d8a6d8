"""strand rehearse: begins, begins again, ends without a trace, and keeps its hands off what is real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.database import Database
from app.domain import events, log
from app.models import Entry, Event, EventState, Lease, Media, Post
from app.models.base import Base
from app.shelf import Shelf
from tests.e2e.house import House
from tests.e2e.pages import until

SLUG = "tryout"
Counts = dict[str, int]


@pytest.fixture
async def store(house: House) -> AsyncIterator[Database]:
    house.event("real")
    house.serve()
    database = Database(f"sqlite+aiosqlite:///{house.folder / 'strand.sqlite'}")
    yield database
    await database.close()


async def counts(store: Database) -> Counts:
    """How many rows every table has; who reads just now is nobody's trace."""
    async with store.reading() as db:
        tables = [table for table in Base.metadata.sorted_tables if table.name != Lease.__tablename__]
        return {table.name: await db.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


async def posts(store: Database) -> set[int]:
    async with store.reading() as db:
        return set(await db.scalars(select(Post.id)))


async def event(store: Database) -> Event | None:
    async with store.reading() as db:
        return (await db.scalars(select(Event).where(Event.slug == SLUG))).one_or_none()


async def strand(house: House, *words: str) -> str:
    return await asyncio.to_thread(house.done, "rehearse", SLUG, *words)


async def in_full_swing(store: Database, house: House) -> None:
    """Posts of the networks and the form are there, judged, and pictures lie on the shelf."""

    async def so() -> bool:
        found = await counts(store)
        return found["post"] > 20 and found["decision"] > found["post"] and found["media"] > 0

    await until(so, "the rehearsal is in full swing", 40)
    assert Shelf(house.folder).names()


async def no_trace(store: Database, house: House, before: Counts) -> None:
    async def so() -> bool:
        return await counts(store) == before and not Shelf(house.folder).names()

    try:
        await until(so, "no trace", 30)
    except AssertionError:
        now = await counts(store)
        left = {table: (n, now[table]) for table, n in before.items() if now[table] != n}
        raise AssertionError(f"left behind: {left}, {len(Shelf(house.folder).names())} files") from None
    await asyncio.sleep(1.5)  # whatever was on its way when it ended would be here by now
    assert await counts(store) == before


async def test_a_rehearsal_begins_begins_again_and_ends_without_a_trace(house: House, store: Database) -> None:
    before = await counts(store)
    assert (await strand(house, "--speed", "50")).startswith(f"/{SLUG} rehearses, 50 times as fast as life.")
    await in_full_swing(store, house)
    first, old = await event(store), await posts(store)
    assert first is not None and first.state is EventState.REHEARSAL

    await strand(house, "--speed", "20")
    again = await event(store)
    assert again is not None and again.epoch != first.epoch
    await in_full_swing(store, house)
    async with store.reading() as db:
        seqs = (await db.scalars(select(Entry.seq).where(Entry.event_id == again.id).order_by(Entry.seq))).all()
        kept = (await db.scalars(select(func.count(Media.id)))).one()
    assert seqs == list(range(1, len(seqs) + 1)) and kept
    assert len(await posts(store)) < 2 * len(old)

    assert "nothing of it is left and neither is /tryout" in await strand(house, "--end")
    await no_trace(store, house, before)
    assert await event(store) is None


async def test_a_draft_that_rehearsed_is_a_draft_again_with_an_empty_log_of_a_new_epoch(
    house: House, store: Database
) -> None:
    async with store.transaction() as db:
        made = await events.create_event(
            db, SLUG, "Harbour Talks", ["MyOwnTag"], datetime.now(UTC), state=EventState.DRAFT, languages=[]
        )
        await log.append_posts(db, made.id, [], datetime.now(UTC))
    before, epoch = await counts(store), made.epoch
    await strand(house)
    await in_full_swing(store, house)
    assert "nothing of it is left.\n" in await strand(house, "--end")
    await no_trace(store, house, before)
    after = await event(store)
    assert after is not None and after.state is EventState.DRAFT and after.rehearsal is None
    assert after.epoch != epoch and after.seq == 0 and after.tags == ["MyOwnTag"]


async def test_a_live_event_never_rehearses_and_a_rehearsal_touches_no_real_post(house: House, store: Database) -> None:
    refused = await asyncio.to_thread(house.cli, "rehearse", "real")
    assert refused.code == 2 and refused.err.startswith("This event is not a draft")
    told = await asyncio.to_thread(house.done, "rehearse", SLUG, "--if-empty")
    assert told == "There are events here already: no rehearsal was begun.\n"
    assert await event(store) is None
