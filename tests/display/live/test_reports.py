"""What screens report is written in batches, kept while the database is away, and never held up by one bad word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app.database import Database
from app.domain import screens
from app.domain.audience import Audience
from app.domain.screens import showings
from app.models import Post, Screen, Showing
from display.live import reports
from display.live.presence import Presence
from display.live.reports import Reports
from tests.conftest import NOW, Clock
from tests.display.live.test_presence import Away
from tests.display.live.world import World

PUBLIC = Audience.PUBLIC


@pytest.fixture
async def heard(world: World, database: Database, clock: Clock) -> Reports:
    """Of a house with two posts, where one screen is known."""
    await world.say()
    await world.say()
    presence = Presence(database, clock)
    presence.acknowledge(world.event.id, "left", PUBLIC, "e", 1)
    await presence.flush()
    return Reports(database, clock)


async def posts(world: World) -> list[int]:
    async with world.database.reading() as db:
        return list(await db.scalars(select(Post.id).order_by(Post.id)))


def spans(*ids: int) -> list[tuple[int, datetime, datetime]]:
    return [(post_id, NOW, NOW + timedelta(seconds=9)) for post_id in ids]


async def kept(world: World) -> int:
    async with world.database.reading() as db:
        return await db.scalar(select(func.count()).select_from(Showing)) or 0


async def screen(world: World) -> Screen:
    async with world.database.reading() as db:
        found = await screens.find_screen(db, world.event.id, "left")
        assert found is not None
        return found


async def test_showings_doings_and_troubles_are_written_together(world: World, heard: Reports) -> None:
    of: tuple[int, str, Audience] = (world.event.id, "left", PUBLIC)
    heard.shown(*of, spans(*await posts(world)))
    for kept_back in (1, 2):
        heard.doing(*of, {"mode": "strand", "kept": kept_back})
    heard.trouble(*of, {"kind": "clock", "post": None, "words": ""})
    await heard.flush()
    left = await screen(world)
    assert (await kept(world), left.shows, len(left.troubles)) == (2, {"mode": "strand", "kept": 2}, 1)
    await heard.flush()
    assert await kept(world) == 2


async def test_nothing_said_writes_nothing(heard: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_database", Away())
    await heard.flush()


async def test_they_wait_while_the_database_is_away_and_what_is_newer_wins(
    world: World, heard: Reports, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    of: tuple[int, str, Audience] = (world.event.id, "left", PUBLIC)
    first, second = await posts(world)
    monkeypatch.setattr(heard, "_database", Away())
    heard.shown(*of, spans(first))
    heard.doing(*of, {"mode": "card"})
    heard.trouble(*of, {"kind": "frame", "post": None, "words": ""})
    await heard.flush()
    heard.shown(*of, spans(second))
    heard.doing(*of, {"mode": "voice"})
    monkeypatch.setattr(heard, "_database", database)
    await heard.flush()
    left = await screen(world)
    assert (await kept(world), left.shows, len(left.troubles)) == (2, {"mode": "voice"}, 1)


async def test_what_goes_wrong_before_a_screen_has_painted_anything_is_told_once_it_is_known(
    world: World, database: Database, clock: Clock
) -> None:
    heard, presence = Reports(database, clock), Presence(database, clock)
    of: tuple[int, str, Audience] = (world.event.id, "left", PUBLIC)
    heard.trouble(*of, {"kind": "theme", "post": None, "words": ""})
    heard.trouble(world.event.id, "nobody", PUBLIC, {"kind": "theme", "post": None, "words": ""})
    await heard.flush()
    presence.acknowledge(*of, "e", 1)
    await presence.flush()
    clock.forward(9)
    await heard.flush()
    assert [one["kind"] for one in (await screen(world)).troubles] == ["theme"]
    clock.forward(2)
    await heard.flush()
    assert heard._words == [], "nobody of that name ever painted anything"


async def test_while_it_is_away_no_more_is_kept_than_memory_holds(
    world: World, heard: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST", 3)
    monkeypatch.setattr(heard, "_database", Away())
    for _ in range(4):
        heard.shown(world.event.id, "left", PUBLIC, spans(1, 2))
        heard.trouble(world.event.id, "left", PUBLIC, {"kind": "frame"})
        await heard.flush()
    assert (len(heard._pieces), len(heard._words)) == (3, 3)


async def test_a_post_that_goes_meanwhile_takes_no_other_showing_along(
    world: World, heard: Reports, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the writing: the store refuses the batch, and the others are written all the same."""
    first, second = await posts(world)
    look = showings._taken

    async def and_then_it_goes(db: Any, *asked: Any) -> Any:
        await db.execute(delete(Post).where(Post.id == first).execution_options(synchronize_session=False))
        return await look(db, *asked)

    monkeypatch.setattr(showings, "_taken", and_then_it_goes)
    heard.shown(world.event.id, "left", PUBLIC, spans(first, second))
    await heard.flush()
    async with database.reading() as db:
        assert list(await db.scalars(select(Showing.post_id))) == [second]
