"""The hub as it runs: rung, unrung, without a database for a while, and beside other processes on one store."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest

from app.database import Database
from app.domain import log
from app.models import EntryKind
from display.live import hub as hub_module
from display.live import wake
from display.live.hub import Hub
from tests.conftest import NOW, Clock, _execute
from tests.display.live.gates import Gated
from tests.display.live.peers import FakePeer, joined, says_the_truth
from tests.display.live.world import World


@contextlib.asynccontextmanager
async def going(*parts: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield tasks
        assert not any(task.done() for task in tasks), "a part ended"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(holds: Callable[[], Awaitable[bool]], within: float = 3) -> float:
    began = time.perf_counter()
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.005)
    return time.perf_counter() - began


async def test_a_ring_is_heard_at_once_by_walls_and_within_a_tick_by_followers(world: World, hub: Hub) -> None:
    world.database.on_commit(hub.ring)
    async with going(hub.run()):
        wall, follower = await joined(hub, world.event.id), await joined(hub, world.event.id, pace="follow")
        await world.say()
        await eventually(lambda: says_the_truth(world, wall), within=0.9)  # before any poll
        await eventually(lambda: says_the_truth(world, follower), within=0.9)


async def test_a_lost_ring_costs_a_poll_and_no_post(world: World, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hub_module.POLL == 1.0, "the promise is a second"
    monkeypatch.setattr(hub_module, "POLL", 0.1)
    async with going(hub.run()):
        one = await joined(hub, world.event.id)
        await world.say()
        await eventually(lambda: says_the_truth(world, one))


async def test_a_database_that_comes_back_finds_everybody_where_they_were(
    world: World, gated: Gated, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "POLL", 0.05)
    async with going(hub.run()):
        members = [await joined(hub, world.event.id, pace=p) for p in ("wall", "follow")]  # type: ignore[arg-type]
        gated.away = True
        await world.say()
        await world.act("reset")
        await world.say()
        await asyncio.sleep(0.2)
        gated.away = False
        for one in members:
            await eventually(lambda one=one: says_the_truth(world, one))  # type: ignore[misc]


async def test_heartbeats_go_on_while_the_database_is_away(
    world: World, gated: Gated, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a wall shows is still what was last true; only moderators are worse off."""
    monkeypatch.setattr(hub_module, "POLL", 0.2)
    monkeypatch.setattr(hub_module, "HEARTBEAT", 0.05)
    async with going(hub.run()):
        one = await joined(hub, world.event.id)
        gated.away = True
        await asyncio.sleep(0.3)
        assert isinstance(one.peer, FakePeer)
        before = len(one.peer.messages("heartbeat"))
        await asyncio.sleep(0.5)
        assert len(one.peer.messages("heartbeat")) > before


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
async def test_a_postgres_that_restarts_is_waited_for(
    world: World, database: Database, postgres_server: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections are ended, new ones refused for a while: as seen by hub and listener, that is a restart."""
    monkeypatch.setattr(hub_module, "POLL", 0.05)
    monkeypatch.setattr(wake, "AGAIN", 0.05)
    name = re.search(r"/(t_\w+)\?", database.url).group(1)  # type: ignore[union-attr]
    real = Hub(database, clock)
    async with going(real.run(), wake.listen(database, real.ring_all)):
        one = await joined(real, world.event.id)
        await _execute(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        await _execute(postgres_server, ended)
        await asyncio.sleep(0.4)
        await _execute(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await world.say()
        await eventually(lambda: says_the_truth(world, one))


@pytest.fixture
async def elsewhere(store_url: str) -> AsyncIterator[Database]:
    """The store as another process has it open."""
    database = Database(store_url)
    yield database
    await database.close()


async def test_a_commit_in_another_process_wakes_this_one(world: World, elsewhere: Database) -> None:
    rung = asyncio.Event()
    async with going(wake.listen(world.database, rung.set)):
        async with asyncio.timeout(3):
            await rung.wait()  # once at the start, for what happened before
        rung.clear()
        async with elsewhere.transaction() as db:
            await log.append(db, world.event.id, EntryKind.EVENT, [world.event.id], NOW)
        async with asyncio.timeout(0.9):
            await rung.wait()


async def test_hubs_of_two_processes_tell_the_same(world: World, elsewhere: Database, clock: Clock) -> None:
    here, there = Hub(world.database, clock), Hub(elsewhere, clock)
    world.database.on_commit(here.ring)
    parts = [here.run(), there.run(), wake.listen(elsewhere, there.ring_all)]
    async with going(*parts):
        members = [await joined(here, world.event.id), await joined(there, world.event.id),
                   await joined(there, world.event.id, pace="follow")]  # fmt: skip
        await world.say()
        await world.say()
        await world.hide(0)
        for one in members:
            await eventually(lambda one=one: says_the_truth(world, one))  # type: ignore[misc]


@pytest.mark.parametrize("steps", range(6))
async def test_a_hub_that_is_told_to_end_at_the_moment_it_is_rung_ends(hub: Hub, steps: int) -> None:
    running = asyncio.create_task(hub.run())
    await asyncio.sleep(0.01)
    hub._bell.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=1)
    hub.closing.set()  # else this test would hang where it should fail
    hub._bell.set()
    await asyncio.wait([running])
    assert done == {running}
