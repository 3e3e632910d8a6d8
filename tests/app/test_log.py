"""The log counts: gapless, in the order of commits, whoever writes at the same time. On both databases."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import log
from app.models import Entry, EntryKind, Event
from tests.conftest import NOW
from tests.factories import make_event

WRITERS = 60


@pytest.fixture
async def other(store_url: str) -> AsyncIterator[Database]:
    """The same store as another process has it."""
    database = Database(store_url)
    yield database
    await database.close()


async def an_event(database: Database) -> Event:
    async with database.transaction() as db:
        return await make_event(db)


async def numbers(database: Database, event: Event) -> list[int]:
    async with database.reading() as db:
        return [e.seq for e in await log.read(db, event.id, 0, 10_000)]


async def write(database: Database, event: Event, subjects: int, dice: random.Random) -> int:
    """A writer that dawdles, and every third time breaks after it has counted. Returns what it committed."""
    breaks, first, second = dice.random() < 0.33, dice.random() / 200, dice.random() / 200
    with suppress(ZeroDivisionError):
        async with database.transaction() as db:
            await asyncio.sleep(first if not database.is_sqlite else 0)
            await log.append(db, event.id, EntryKind.POST, range(1, subjects + 1), NOW)
            await asyncio.sleep(second)
            if breaks:
                raise ZeroDivisionError
        return subjects
    return 0


async def poll(database: Database, event: Event, until: asyncio.Event) -> list[int]:
    """A reader that asks for what lies after the last number it saw, and for nothing else."""
    seen: list[int] = []
    while True:
        last = until.is_set()
        async with database.reading() as db:
            seen += [e.seq for e in await log.read(db, event.id, seen[-1] if seen else 0, 7)]
            if last and len(seen) >= (await log.head(db, event.id))[1]:
                return seen
        await asyncio.sleep(0.002)


async def test_sixty_writers_of_two_processes_leave_no_gap_and_no_reader_misses_one(
    database: Database, other: Database
) -> None:
    event, dice, done = await an_event(database), random.Random(7), asyncio.Event()
    readers = [asyncio.create_task(poll(d, event, done)) for d in (database, other)]
    writers = [write((database, other)[i % 2], event, 1 + i % 3, dice) for i in range(WRITERS)]
    committed = await asyncio.gather(*writers)
    done.set()
    assert 0 in committed, "somebody rolled back"
    expected = list(range(1, sum(committed) + 1))
    assert await numbers(database, event) == expected
    for seen in await asyncio.gather(*readers):
        assert seen == expected


async def test_the_head_is_never_ahead_of_the_entries_one_can_read(database: Database, other: Database) -> None:
    event, done = await an_event(database), asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            async with database.reading() as db:
                _, head = await log.head(db, event.id)
                await asyncio.sleep(0.002)  # others commit meanwhile
                entries = await log.read(db, event.id, 0, 10_000)
            assert len(entries) == head

    looking = asyncio.create_task(look())
    await asyncio.gather(*[write(other, event, 2, random.Random(i)) for i in range(30)])
    done.set()
    await looking


@pytest.fixture
def uncollected() -> Iterator[None]:
    """What is let go must be let go by us, and not when Python happens to collect what nobody holds any more."""
    gc.disable()
    yield
    gc.enable()


async def test_writers_that_are_cancelled_anywhere_leave_the_log_whole_and_the_store_free(
    database: Database, uncollected: None
) -> None:
    event, dice = await an_event(database), random.Random(3)
    for _ in range(80):
        writer = asyncio.create_task(write(database, event, 2, dice))
        await asyncio.sleep(dice.random() / 100)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        async with asyncio.timeout(3), database.transaction() as db:  # a lock left behind would hold for longer
            head = await log.append(db, event.id, EntryKind.POST, [1], NOW)
    assert await numbers(database, event) == list(range(1, head + 1))


async def test_two_events_count_apart(database: Database) -> None:
    one, two = await an_event(database), await an_event(database)
    async with database.transaction() as db:
        assert await log.append(db, one.id, EntryKind.POST, [1, 2], NOW) == 2
        assert await log.append(db, two.id, EntryKind.POST, [1], NOW) == 1


async def test_nothing_to_say_makes_no_entry_and_rings_nobody(database: Database) -> None:
    event, rung = await an_event(database), []
    database.on_commit(rung.append)
    async with database.transaction() as db:
        assert await log.append(db, event.id, EntryKind.POST, [], NOW) == 0
        assert await log.append_posts(db, event.id, [], NOW) == 0
    assert rung == []


async def test_a_commit_rings_and_a_rollback_does_not(database: Database) -> None:
    event, rung = await an_event(database), []
    database.on_commit(rung.append)
    with suppress(ZeroDivisionError):
        async with database.transaction() as db:
            await log.append(db, event.id, EntryKind.EVENT, [event.id], NOW)
            raise ZeroDivisionError
    assert rung == []
    async with database.transaction() as db:
        await log.append(db, event.id, EntryKind.EVENT, [event.id], NOW)
        assert rung == [], "not before the commit"
    assert rung == [{event.id}]


async def test_beginning_anew_changes_the_epoch_and_nothing_else_does(database: Database) -> None:
    event = await an_event(database)
    async with database.transaction() as db:
        await log.append(db, event.id, EntryKind.POST, [1, 2], NOW)
        before = await log.head(db, event.id)
        assert before == (event.epoch, 2)
        epoch = await log.reset(db, event.id)
    assert epoch != event.epoch
    async with database.transaction() as db:
        assert await log.head(db, event.id) == (epoch, 0)
        assert await log.append(db, event.id, EntryKind.POST, [1], NOW) == 1


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
async def test_beginning_anew_waits_for_whoever_is_appending(database: Database, other: Database) -> None:
    """Else an entry of the old epoch would stay, and the number after it could never be given again."""
    event, appended = await an_event(database), asyncio.Event()

    async def anew() -> None:
        await appended.wait()
        async with other.transaction() as db:
            await log.reset(db, event.id)

    resetting = asyncio.create_task(anew())
    async with database.transaction() as db:
        await log.append(db, event.id, EntryKind.POST, [1, 2, 3], NOW)
        appended.set()
        await asyncio.sleep(0.1)
    await resetting
    async with database.reading() as db:
        assert (await db.scalars(select(Entry))).all() == []
