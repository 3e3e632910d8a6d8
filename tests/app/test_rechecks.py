"""Whose turn it is to be looked at again, and what an event that is over still hears. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.database import Database
from app.domain import intake
from app.domain.posts import rechecks
from app.domain.sources import sources
from app.house import RealHouse
from app.models import Copy, Event, EventState, Policy, Post, Source
from app.models.source import Tally
from app.settings import Settings
from ingest.types import Batch, IncomingAuthorChange, IncomingDeletion, Network
from tests.conftest import NOW, Clock
from tests.factories import a_post, an_author, make_event, make_source

UP = "bluesky:"
INKA = an_author(network=Network.BLUESKY)


async def house(database: Database, *items: Any, policy: Policy = Policy.OPEN) -> Event:
    async with database.transaction() as db:
        event = await make_event(db, policy=policy)
        await make_source(db, event, UP)
    await hear(database, *items)
    return event


async def hear(database: Database, *items: Any, after: float = 0, **more: Any) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, items, **more), NOW + timedelta(seconds=after))


async def due(database: Database, after: float, limit: int = 100) -> list[str]:
    async with database.reading() as db:
        return [c.local_id for c in await rechecks.due(db, UP, NOW + timedelta(seconds=after), limit)]


def said(key: str, minutes_ago: int = 1) -> Any:
    return a_post(f"{key} #HarbourTalks", INKA, key, NOW - timedelta(minutes=minutes_ago))


async def test_what_is_shown_is_looked_at_a_minute_after_it_came_and_every_minute_from_then_on(
    database: Database,
) -> None:
    post = said("a")
    await house(database, post)
    assert await due(database, 49) == []
    assert await due(database, 51) == [post.address.local_id]
    await hear(database, after=51, checked=(post.address,))
    assert await due(database, 100) == []
    assert await due(database, 102) == [post.address.local_id]


async def test_what_waits_for_a_person_is_looked_at_every_quarter_of_an_hour(database: Database) -> None:
    post = said("a")
    await house(database, post, policy=Policy.REVIEW)
    assert await due(database, 13 * 60) == []
    assert await due(database, 15 * 60) == [post.address.local_id]


async def test_what_is_shown_comes_first_and_then_whoever_waited_longest(database: Database) -> None:
    await house(database, said("a"), said("b"), policy=Policy.REVIEW)
    await hear(database, said("c"), after=5)
    async with database.transaction() as db:
        await db.execute(update(Event).values(policy=Policy.OPEN))
    await hear(database, said("d"), after=10)
    ids = [key.rpartition("/")[2] for key in await due(database, 3600)]
    assert ids == ["d", "a", "b", "c"]
    assert len(await due(database, 3600, limit=3)) == 3


async def test_an_event_that_is_over_is_looked_at_once_a_day(database: Database) -> None:
    post = said("a")
    await house(database, post)
    async with database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED))
    assert await due(database, 82_000) == []
    assert await due(database, 86_400) == [post.address.local_id]


async def test_who_is_gone_or_closed_is_not_asked_about(database: Database) -> None:
    other = a_post("b #HarbourTalks", an_author("Jo", Network.BLUESKY), "b")
    await house(database, said("a"), other)
    await hear(database, IncomingDeletion(other.address, other.uri), IncomingAuthorChange(INKA.uri, "deactivated"))
    assert await due(database, 86_401) == []


async def test_what_is_gone_in_any_way_is_nobody_s_turn_again(database: Database) -> None:
    """A post; one server's copy of a post that stands elsewhere; during the event, and for ever after."""
    a, b = said("a"), said("b")
    elsewhere = replace(b, address=b.address._replace(server="other.example", local_id="elsewhere"))
    await house(database, a, b, elsewhere)
    assert len(await due(database, 86_401)) == 3
    async with database.transaction() as db:
        await db.execute(update(Post).where(Post.uri == a.uri).values(gone_at=NOW))
        await db.execute(update(Copy).where(Copy.local_id == b.address.local_id).values(gone_at=NOW))
    assert await due(database, 86_401) == ["elsewhere"]
    async with database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED))
    assert await due(database, 2 * 86_400) == ["elsewhere"]


async def test_nobody_is_asked_on_behalf_of_an_event_that_reads_there_no_more(database: Database) -> None:
    post = said("a")
    first = await house(database, post)
    async with database.transaction() as db:
        await make_source(db, await make_event(db, policy=Policy.OPEN), UP)
    assert len(await due(database, 86_401)) == 1
    async with database.transaction() as db:
        await db.execute(update(Source).where(Source.event_id == first.id).values(enabled=False))
    assert await due(database, 86_401) == []
    await hear(database, post)
    assert await due(database, 86_401) == [post.address.local_id], "for the event that does"


async def test_sources_of_an_event_that_is_over_are_read_on_for_its_posts_alone(
    database: Database, clock: Clock
) -> None:
    async with database.transaction() as db:
        event, draft = await make_event(db), await make_event(db, state=EventState.DRAFT)
        for there in (event, draft):
            await sources.add_mastodon(db, there, f"https://{there.slug}.example", "token", "x", NOW)
        await sources.add_bluesky(db, event, [], "", NOW)
    real = RealHouse(database, Settings(secret_key="x"), clock, database)  # type: ignore[arg-type]
    before = await real.sources()
    assert [(s.kind, s.over, bool(s.tags)) for s in before] == [("mastodon", False, True), ("bluesky", False, True)]
    async with database.transaction() as db:
        await db.execute(update(Event).where(Event.id == event.id).values(state=EventState.ARCHIVED))
    after = await real.sources()
    assert [(s.kind, s.over, s.tags, s.token) for s in after] == [
        ("mastodon", True, (), "token"), ("bluesky", True, (), None)
    ]  # fmt: skip
    async with database.transaction() as db:
        await db.execute(update(Source).values(enabled=False))
    assert await real.sources() == []


async def test_an_event_that_is_over_takes_nothing_new_but_loses_what_its_authors_take_back(
    database: Database,
) -> None:
    post = said("a")
    await house(database, post)
    async with database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED))
    await hear(database, said("b"), IncomingDeletion(post.address, post.uri), cursor="99", seen=2)
    async with database.reading() as db:
        (kept,) = (await db.scalars(select(Post))).all()
        assert kept.gone_at is not None and kept.text == ""
        source = (await db.scalars(select(Source))).one()
        assert source.cursor is None, "when it opens again, what was said meanwhile is still to be read"
        assert (await db.scalars(select(Tally))).all() == []


async def test_only_the_copies_that_were_asked_for_are_noted(database: Database) -> None:
    a, b = said("a"), said("b")
    await house(database, a, b)
    await hear(database, after=30, checked=(a.address,))
    async with database.reading() as db:
        asked = {c.local_id: c.checked_at for c in await db.scalars(select(Copy))}
    assert asked == {a.address.local_id: NOW + timedelta(seconds=30), b.address.local_id: None}
