"""kill -9, again and again, while everybody is busy: nothing acknowledged is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.database import Database
from tests.conftest import _execute, postgres_url
from tests.e2e.crowd import Ledger, Moderator, Networks, Visitor
from tests.e2e.house import House, Running
from tests.e2e.oracle import Oracle
from tests.e2e.pages import until
from tests.upstream import Upstream, upstream

KILLS = 20  # of each way to run it, so 40 on each database
UNDER_WAY = {"form": 2, "decision": 1, "heard": 2}  # what must have been done since the last kill
SLUG = "harbour"


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on each database, with its event."""
    name, address = f"kills_{uuid4().hex[:12]}", ""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
        address = postgres_url(server, name).replace("+asyncpg", "")
    house = House(tmp_path, address)
    house.event(SLUG)
    yield house
    house.close()
    if address:
        asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


class Processes:
    """One process that does everything, or two: `serve --no-ingest` and `ingest`."""

    def __init__(self, house: House, *, apart: bool) -> None:
        self._house = house
        self.commands = {"serve": ["--no-ingest"], "ingest": []} if apart else {"serve": []}
        self.running: dict[str, Running] = {}

    def start(self, name: str) -> None:
        begun = self._house.begin
        if name == "serve":
            begun_serving = begun("serve", "--port", str(self._house.port), *self.commands["serve"])
            self.running["serve"] = self._house.ready(begun_serving)
        else:
            self.running["ingest"] = begun("ingest")

    def kill(self, name: str) -> None:
        assert self.running[name].alive, f"{name} ended by itself:\n{self.running[name].err}"
        self.running[name].kill()

    def stop(self) -> None:
        """In peace, and without a fault in any process's record."""
        for running in self.running.values():
            running.stop()
            assert "Traceback" not in running.err and '"level": "critical"' not in running.err, running.err


@pytest.mark.timeout(400)
@pytest.mark.parametrize("apart", [False, True], ids=["one-process", "two-processes"])
async def test_forty_kills_under_load_lose_nothing_and_double_nothing(store: House, apart: bool) -> None:
    seed = int(os.environ.get("KILLS_SEED", random.randrange(10**6)))
    print(f"KILLS_SEED={seed}")
    await _kill_again_and_again(store, Processes(store, apart=apart), KILLS, random.Random(seed))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("apart", [False, True], ids=["one-process", "two-processes"])
async def test_two_hundred_kills_under_load_lose_nothing_and_double_nothing(store: House, apart: bool) -> None:
    await _kill_again_and_again(store, Processes(store, apart=apart), 100, random.Random())


async def _kill_again_and_again(house: House, processes: Processes, kills: int, chance: random.Random) -> None:
    ledger = Ledger()
    async with upstream() as servers, _opened(house) as database:
        await _connect(house, servers)
        for name in processes.commands:
            await asyncio.to_thread(processes.start, name)
        moderator = Moderator(house, SLUG, ledger)
        await moderator.join()
        oracle = Oracle(database, SLUG, servers, ledger)
        async with _at_work(moderator.watch()):
            crowd = [Visitor(house, SLUG, ledger, chance, f"Visitor {n}").run() for n in range(3)]
            async with _at_work(Networks(servers, ledger, chance).run(), moderator.decide(), *crowd):
                reader = list(processes.commands)[-1]  # the last to die, so that it looks at everything once more
                victims = [*chance.sample(list(processes.commands) * kills, kills - 1), reader]
                done = [await _one_kill(processes, victim, ledger, oracle, chance) for victim in victims]
            with contextlib.suppress(AssertionError):  # the oracle says what is missing
                await until(lambda: _nothing(oracle), "everything served is in the store", 40)
                await until(lambda: _level(database, moderator), "the desk has heard all of it")
        await oracle.nothing_is_lost_or_doubled()
        _the_desk_is_right(moderator, ledger, servers)
        await asyncio.to_thread(processes.stop)
    assert len(done) == kills and all(work[kind] >= n for work in done for kind, n in UNDER_WAY.items())
    print(f"{kills} kills: {Counter(victims)}, acknowledged {dict(ledger.told)}, {len(servers.world.posts)} served")


async def _one_kill(
    processes: Processes, victim: str, ledger: Ledger, oracle: Oracle, chance: random.Random
) -> Counter[str]:
    """Wait until everybody is busy, and a moment; kill, look, start again. Gives what was done since the last kill."""
    before = ledger.told.copy()

    async def busy() -> bool:
        return all(ledger.told[kind] - before[kind] >= n for kind, n in UNDER_WAY.items())

    await until(busy, f"work before the next kill, since {before}", 30)
    await asyncio.sleep(chance.uniform(0, 0.4))
    work = ledger.told - before
    processes.kill(victim)
    ledger.kills += 1
    await oracle.cursors_are_not_ahead()
    await asyncio.to_thread(processes.start, victim)
    return work


def _the_desk_is_right(moderator: Moderator, ledger: Ledger, servers: Upstream) -> None:
    """What somebody at the desk sees who resumed after every break: one snapshot, and what is so now."""
    assert moderator.snapshots == 1
    seen = Counter(words for post in moderator.posts.values() for words in [_plain(post)])
    assert all(seen[post.text] == 1 for post in servers.world.posts.values())
    assert all(seen[words] == 1 for words in ledger.receipts)


def _plain(post: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in post["words"])


async def _connect(house: House, servers: Upstream) -> None:
    token = servers.mastodon.token or ""
    mastodon = ("--server", servers.mastodon.base, "--token", token)
    bluesky = ("--jetstream", servers.jetstream.base, "--appview", servers.appview.base)
    await asyncio.to_thread(house.done, "source", "add", SLUG, "mastodon", *mastodon)
    await asyncio.to_thread(house.done, "source", "add", SLUG, "bluesky", *bluesky)


async def _nothing(oracle: Oracle) -> bool:
    return await oracle.missing() == []


async def _level(database: Database, moderator: Moderator) -> bool:
    from sqlalchemy import select

    from app.models import Event

    async with database.reading() as db:
        head = (await db.execute(select(Event.epoch, Event.seq).where(Event.slug == SLUG))).one()
    return moderator.cursor == tuple(head)


@asynccontextmanager
async def _opened(house: House) -> AsyncIterator[Database]:
    """The store, for the oracle's eyes."""
    url = house.database_url.replace("postgresql://", "postgresql+asyncpg://")
    database = Database(url or f"sqlite+aiosqlite:///{house.folder / 'strand.sqlite'}")
    yield database
    await database.close()


@asynccontextmanager
async def _at_work(*parts: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run them beside the block; whatever goes wrong in one of them goes wrong in the test, at once."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in parts]
        yield
        for task in tasks:
            task.cancel()
