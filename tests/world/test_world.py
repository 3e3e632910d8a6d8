"""A seeded world through the real readers into a real store, with everything going wrong: in the end store = oracle."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest

from app.database import Database
from app.domain.posts import rechecks
from app.settings import Settings
from ingest.mastodon import allowance
from tests.world.generator import Generator
from tests.world.house import House
from tests.world.networks import Networks
from tests.world.oracle import Oracle
from tests.world.trouble import Trouble

POSTS, SECONDS = 2_000, 40.0
SETTLED = 150.0  # seconds after the last word in which all must be right; a third of that on a machine of our own
STAYS = 3.0  # and for which it must stay so


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody sees is looked at every quarter of an hour; where its deletion was lost, it stays so long."""
    monkeypatch.setattr(rechecks, "LIVE", timedelta(seconds=30))


@pytest.mark.timeout(400)
async def test_whatever_goes_wrong_the_store_is_what_was_said(sqlite: Database, tmp_path: Path) -> None:
    await play(1, sqlite, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(2, 18))
async def test_in_every_other_world_too(seed: int, sqlite: Database, tmp_path: Path) -> None:
    await play(seed, sqlite, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(18, 22))
async def test_and_on_each_database(seed: int, database: Database, tmp_path: Path) -> None:
    await play(seed, database, tmp_path)


async def play(seed: int, database: Database, folder: Path) -> None:
    allowance.forget()
    data = folder / "world"
    data.mkdir()
    networks = Networks(Generator(seed, POSTS, SECONDS).write(data), lead=2.0)
    oracle = Oracle(networks.script, networks.timeline, networks.standings())
    settings = Settings(secret_key="only for tests", data_dir=folder, allowed_private_hosts="127.0.0.1")
    began = time.monotonic()
    async with networks.open():
        house = House(database, settings, networks)
        await house.furnish()
        house.start()
        trouble = Trouble(networks, house, random.Random(seed))
        troubling = asyncio.create_task(trouble.run(0.6))
        await networks.play()
        troubling.cancel()
        await asyncio.gather(troubling, return_exceptions=True)
        await trouble.make_up()
        trouble.end()
        played = time.monotonic() - began
        wrong = await settled(house, oracle)
        await house.stop()
    print(report(seed, oracle, trouble, house, played, time.monotonic() - began))
    assert wrong == [], "\n".join(wrong[:200])
    assert not house.restarts.broken, house.restarts.broken
    never = [name for name, times in trouble.count.items() if not times]
    assert not never, f"never happened: {never}"
    await house.the_log_is_whole()


async def settled(house: House, oracle: Oracle) -> list[str]:
    """What is still wrong after a while; nothing, once nothing was wrong for some seconds."""
    deadline, right_since = time.monotonic() + SETTLED, None
    while True:
        asked = time.monotonic()
        wrong = oracle.disagreements(await house.posts(), house.networks.hosts())
        now = time.monotonic()
        right_since = None if wrong else right_since or now
        if (right_since and now - right_since >= STAYS) or (wrong and now > deadline):
            return wrong
        await asyncio.sleep(max(1.0, 4 * (now - asked)))  # looking takes time from those who work


def report(seed: int, oracle: Oracle, trouble: Trouble, house: House, played: float, took: float) -> str:
    faults = ", ".join(f"{name} {times}" for name, times in sorted(trouble.count.items()))
    said = f"{len(oracle.expected)} expected, {len(oracle.gone)} taken back, {len(oracle.unseen)} for nobody to see"
    restarts = f"{house.restarts.times} of a reader, {house.times} of all work"
    return f"\nworld {seed}: {said}\nfaults: {faults}\nrestarts: {restarts}; played {played:.0f} s, in all {took:.0f} s"
