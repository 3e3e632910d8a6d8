"""Words of screens are written in batches, and none is lost because the store, or another word, has a bad moment."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.database import Database
from app.domain.audience import Audience
from app.domain.screens import find_screen
from app.domain.screens.acknowledging import known_names
from app.models import Screen
from display.live.presence import Presence
from tests.conftest import Clock
from tests.display.live.world import World


class Away:
    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        raise OperationalError("INSERT", {}, Exception("the database is away"))
        yield


@pytest.fixture
def presence(database: Database, clock: Clock) -> Presence:
    return Presence(database, clock)


async def painted(world: World, name: str = "left") -> int | None:
    async with world.database.reading() as db:
        screen = await find_screen(db, world.event.id, name)
        return screen.acknowledged if screen else None


async def test_the_newest_word_of_each_screen_is_written(world: World, presence: Presence) -> None:
    for seq in (1, 2, 3):
        presence.acknowledge(world.event.id, "left", Audience.PUBLIC, "e", seq)
    presence.acknowledge(world.event.id, "right", Audience.REVIEWED, "e", 2)
    await presence.flush()
    assert (await painted(world), await painted(world, "right")) == (3, 2)


async def test_nothing_said_writes_nothing(presence: Presence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "_database", Away())
    await presence.flush()


async def test_words_wait_while_the_database_is_away_and_newer_ones_win(
    world: World, presence: Presence, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence.acknowledge(world.event.id, "left", Audience.PUBLIC, "e", 1)
    presence.acknowledge(world.event.id, "right", Audience.PUBLIC, "e", 1)
    monkeypatch.setattr(presence, "_database", Away())
    await presence.flush()
    presence.acknowledge(world.event.id, "left", Audience.PUBLIC, "e", 2)
    monkeypatch.setattr(presence, "_database", database)
    await presence.flush()
    assert (await painted(world), await painted(world, "right")) == (2, 1)


async def test_a_word_about_an_event_that_is_gone_takes_no_other_word_along(world: World, presence: Presence) -> None:
    presence.acknowledge(999_999, "left", Audience.PUBLIC, "e", 1)
    presence.acknowledge(world.event.id, "left", Audience.PUBLIC, "e", 1)
    await presence.flush()
    assert await painted(world) == 1
    await presence.flush()


async def test_a_screen_that_another_process_met_first_is_no_trouble(
    world: World, presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.database.transaction() as db:
        db.add(Screen(event_id=world.event.id, name="left", audience="public"))

    async def finds_nothing_once(*asked: Any) -> Any:
        monkeypatch.setattr("app.domain.screens.acknowledging.known_names", known_names)
        return {}

    monkeypatch.setattr("app.domain.screens.acknowledging.known_names", finds_nothing_once)
    presence.acknowledge(world.event.id, "left", Audience.PUBLIC, "e", 4)
    await presence.flush()
    assert await painted(world) == 4
