"""What the desk is told of screens: who is there, and who has not heard of the last freeze."""

from __future__ import annotations

import pytest

from app.database import Database
from app.domain import log, moderation, screens
from app.domain.screens import Acknowledgement, acknowledging
from app.models import Event, Screen
from tests.conftest import Clock
from tests.factories import make_event


@pytest.fixture
async def event(database: Database) -> Event:
    async with database.transaction() as db:
        return await make_event(db, "harbour")


async def heard(database: Database, event: Event, clock: Clock, name: str, seq: int, audience: str = "public") -> None:
    async with database.transaction() as db:
        await screens.acknowledge(db, [Acknowledgement(event.id, name, audience, event.epoch, seq, clock())])


async def states(database: Database, event: Event, clock: Clock) -> dict[str, screens.State]:
    async with database.reading() as db:
        return {state.name: state for state in await screens.states(db, event, clock())}


async def test_a_screen_that_has_not_painted_the_freeze_is_named(
    database: Database, event: Event, clock: Clock
) -> None:
    for name in ("left", "right"):
        await heard(database, event, clock, name, 0)
    assert all(state.acknowledged for state in (await states(database, event, clock)).values())
    async with database.transaction() as db:
        await moderation.freeze(db, event, True, clock())
    assert not any(state.acknowledged for state in (await states(database, event, clock)).values())
    await heard(database, event, clock, "left", 1)
    told = await states(database, event, clock)
    assert (told["left"].acknowledged, told["right"].acknowledged) == (True, False)
    async with database.transaction() as db:
        await moderation.freeze(db, event, False, clock())
    assert not (await states(database, event, clock))["left"].acknowledged, "a release is acknowledged anew"


async def test_a_word_from_another_log_acknowledges_nothing(database: Database, event: Event, clock: Clock) -> None:
    await heard(database, event, clock, "left", 7)
    async with database.transaction() as db:
        await moderation.freeze(db, event, True, clock())
    await heard(database, event, clock, "left", 7)
    assert (await states(database, event, clock))["left"].acknowledged
    async with database.transaction() as db:
        await log.reset(db, event.id)
    assert not (await states(database, event, clock))["left"].acknowledged


async def test_who_is_silent_is_not_connected(database: Database, event: Event, clock: Clock) -> None:
    async with database.transaction() as db:
        db.add(Screen(event_id=event.id, name="never", audience="reviewed"))
    await heard(database, event, clock, "left", 0)
    clock.forward(12)
    told = await states(database, event, clock)
    assert (told["left"].connected, told["left"].seconds) == (True, 12)
    assert (told["never"].connected, told["never"].seconds, told["never"].audience) == (False, None, "reviewed")
    clock.forward(1)
    assert not (await states(database, event, clock))["left"].connected


async def test_a_stranger_that_names_itself_like_a_reviewed_screen_does_not_make_it_public(
    database: Database, event: Event, clock: Clock
) -> None:
    async with database.transaction() as db:
        db.add(Screen(event_id=event.id, name="left", audience="reviewed"))
    await heard(database, event, clock, "left", 0, "public")
    told = (await states(database, event, clock))["left"]
    assert (told.audience, told.connected, told.seconds) == ("reviewed", False, None)
    await heard(database, event, clock, "left", 0, "reviewed")
    assert (await states(database, event, clock))["left"].connected


async def test_names_are_not_made_without_end(
    database: Database, event: Event, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledging, "MOST", 2)
    for name in ("a", "b", "c"):
        await heard(database, event, clock, name, 0)
    await heard(database, event, clock, "b", 5)
    assert list(await states(database, event, clock)) == ["a", "b"]
