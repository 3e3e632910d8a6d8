"""One owner at a time, and a former owner writes nothing any more. On both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from app import lease as module
from app.database import Database
from app.domain import leases
from app.lease import Holder, LeaseLost
from app.models import Account
from tests.conftest import NOW, Clock
from tests.factories import make_account

HELD = leases.HELD.total_seconds()


@pytest.fixture
async def other(store_url: str) -> AsyncIterator[Database]:
    database = Database(store_url)
    yield database
    await database.close()


async def acquire(database: Database, owner: str, clock: Clock) -> int | None:
    async with database.transaction() as db:
        return await leases.acquire(db, "ingest", owner, clock())


async def accounts(database: Database) -> int:
    async with database.reading() as db:
        return (await db.execute(select(func.count()).select_from(Account))).scalar_one()


async def test_the_first_gets_it_and_keeps_it_by_asking_again(database: Database, clock: Clock) -> None:
    assert await acquire(database, "a", clock) == 1
    clock.forward(HELD - 1)
    assert await acquire(database, "a", clock) == 1
    clock.forward(HELD - 1)
    assert await acquire(database, "b", clock) is None, "it was renewed"


async def test_the_next_gets_it_when_it_ran_out_with_a_higher_token(database: Database, clock: Clock) -> None:
    await acquire(database, "a", clock)
    clock.forward(HELD)
    assert await acquire(database, "b", clock) == 2
    assert await acquire(database, "a", clock) is None
    clock.forward(HELD)
    assert await acquire(database, "a", clock) == 3, "an owner that comes back is a new one"


async def test_given_back_it_is_free_at_once(database: Database, clock: Clock) -> None:
    await acquire(database, "a", clock)
    async with database.transaction() as db:
        await leases.release(db, "ingest", "a", clock())
    assert await acquire(database, "b", clock) == 2


async def test_nobody_gives_back_what_is_anothers(database: Database, clock: Clock) -> None:
    await acquire(database, "a", clock)
    async with database.transaction() as db:
        await leases.release(db, "ingest", "b", clock())
    assert await acquire(database, "b", clock) is None


async def test_of_twenty_who_ask_at_the_same_moment_one_gets_it(
    database: Database, other: Database, clock: Clock
) -> None:
    holders = [Holder((database, other)[i % 2], "ingest", clock) for i in range(20)]
    tokens = await asyncio.gather(*[holder._acquire() for holder in holders])
    assert sorted(t for t in tokens if t is not None) == [1]


async def test_a_former_owner_writes_nothing(database: Database, other: Database, clock: Clock) -> None:
    former, successor = Holder(database, "ingest", clock), Holder(other, "ingest", clock)
    await former._set(await former._acquire())
    async with former.transaction() as db:
        await make_account(db)
    clock.forward(HELD)
    await successor._set(await successor._acquire())
    with pytest.raises(LeaseLost):
        async with former.transaction() as db:
            await make_account(db)
    async with successor.transaction() as db:
        await make_account(db)
    assert await accounts(database) == 2


async def test_who_never_had_it_writes_nothing(database: Database, clock: Clock) -> None:
    with pytest.raises(LeaseLost):
        async with Holder(database, "ingest", clock).transaction():
            raise AssertionError("unreachable")


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
async def test_a_takeover_waits_for_a_write_that_has_begun(database: Database, other: Database, clock: Clock) -> None:
    """Else the write could commit after the successor's first: the fence would have a hole."""
    former, successor = Holder(database, "ingest", clock), Holder(other, "ingest", clock)
    await former._set(await former._acquire())
    async with former.transaction() as db:
        clock.forward(HELD)
        taking = asyncio.create_task(successor._acquire())
        await asyncio.sleep(0.1)
        assert not taking.done()
        await make_account(db)
    assert await taking == 2
    assert await accounts(database) == 1


async def test_a_holder_takes_keeps_loses_and_gives_back(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_EVERY", 0.05)
    holder = Holder(database, "ingest", clock)
    running = asyncio.create_task(holder.run())
    async with asyncio.timeout(3):
        await holder.wait(ours=True)
        clock.forward(HELD)
        async with database.transaction() as db:  # somebody is quicker than our renewal
            lease = await leases.acquire(db, "ingest", "quicker", clock())
        if lease is not None:
            await holder.wait(ours=False)
            clock.forward(HELD)
            await holder.wait(ours=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not holder.is_ours
    assert await acquire(database, "next", clock) is not None, "given back on the way out"


async def test_a_holder_outlives_a_database_that_is_away(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_EVERY", 0.05)

    async def away(*_: object) -> None:
        raise OSError("away")

    holder = Holder(database, "ingest", clock)
    running = asyncio.create_task(holder.run())
    async with asyncio.timeout(3):
        await holder.wait(ours=True)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(leases, "acquire", away)
            await holder.wait(ours=False)
        await holder.wait(ours=True)
    assert clock() == NOW
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
