"""SQLite under asyncio: how often a statement leaves the event loop, and what may not happen on it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.database import Database
from app.models import Event
from tests.factories import make_event

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
LONG = text(f"SELECT (SELECT max(i) FROM ({COUNTING} SELECT i FROM n))")
NEVER_ENDING = 10**12


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to a connection's thread."""
    seen: list[str] = []
    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, act: Any, *args: Any, **options: Any) -> Any:
        seen.append(str(args[1]).split()[0] if len(args) > 1 else act.__name__)
        return await execute(self, act, *args, **options)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return seen


@pytest.fixture
async def warm(sqlite: Database, hops: list[str]) -> AsyncIterator[Database]:
    """Its connections are open and prepared."""
    async with sqlite.transaction() as db:
        await db.execute(select(1))
    async with sqlite.reading() as db:
        await db.execute(select(1))
    hops.clear()
    yield sqlite


async def test_reading_goes_to_the_thread_once_for_each_statement(warm: Database, hops: list[str]) -> None:
    async with warm.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Event)) == 0
        assert (await db.scalars(select(Event))).all() == []
    assert hops == ["BEGIN", "SELECT", "SELECT", "rollback"]


async def test_a_short_act_leaves_the_event_loop_for_its_commit_alone(warm: Database, hops: list[str]) -> None:
    async with warm.transaction() as db:
        event = await make_event(db)
        event.title = "Another"
        await db.flush()
        assert await db.scalar(select(Event.title)) == "Another"
    assert hops == ["commit"]


async def test_a_change_of_nobody_knows_how_many_rows_goes_to_the_thread(warm: Database, hops: list[str]) -> None:
    async with warm.transaction() as db:
        await db.execute(update(Event).where(Event.seq > 3).values(seq=4))
        await db.execute(text("INSERT INTO tally (source_id, reason, count) SELECT id, 'so', 1 FROM source"))
    assert hops == ["UPDATE", "INSERT", "commit"]


async def test_a_reading_that_turns_out_long_ends_in_the_thread_and_harms_nothing(
    warm: Database, hops: list[str]
) -> None:
    async with warm.transaction() as db:
        await make_event(db)
        await db.flush()
        assert await db.scalar(LONG, {"last": 100_000}) == 100_000
    assert hops == ["SELECT", "commit"]
    async with warm.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Event)) == 1


async def test_who_waits_for_another_process_does_not_stop_the_event_loop(warm: Database) -> None:
    other = sqlite3.connect(_path(warm), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with warm.transaction() as db:
            await make_event(db)

    writing = asyncio.create_task(write())
    for _ in range(20):
        await asyncio.sleep(0)  # the loop turns
    assert not writing.done()
    other.execute("COMMIT")
    await asyncio.wait_for(writing, 4)
    assert other.execute("SELECT count(*) FROM event").fetchone() == (1,)
    other.close()


async def test_a_store_that_another_process_is_putting_in_order_is_waited_for(
    warm: Database, hops: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
        raise error

    monkeypatch.setattr("app.sqlite._here", lambda statement: refuse if statement.startswith("BEGIN") else None)
    async with warm.transaction() as db:
        await make_event(db)
    assert hops == ["BEGIN", "INSERT", "commit"]


async def test_who_is_cancelled_in_the_middle_of_a_statement_leaves_the_store_whole_and_free(warm: Database) -> None:
    async def write(last: int) -> None:
        async with warm.transaction() as db:
            await make_event(db)
            await db.flush()
            await db.scalar(LONG, {"last": last})

    writing = asyncio.create_task(write(3_000_000))
    await asyncio.sleep(0.05)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await write(1)
    async with warm.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Event)) == 1


async def test_what_the_store_refuses_is_refused_in_the_same_words(warm: Database, hops: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            async with warm.transaction() as db:
                await db.execute(text("INSERT INTO tally (source_id, reason, count) VALUES (4711, 'so', 1)"))
    assert hops == ["rollback"] * 2


def _path(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite+aiosqlite:///"))
