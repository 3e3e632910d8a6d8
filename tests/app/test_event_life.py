"""An event's life: what follows from what, what is lost on the way, and what happens by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.database import Database
from app.domain import intake, rehearsals
from app.domain.event import address, life
from app.domain.events import create_event, form_upstream
from app.domain.sources import sources
from app.errors import BadInput, Conflict
from app.models import Account, AuditLine, Event, EventState, Post, Source
from ingest.types import Batch
from tests.conftest import NOW
from tests.factories import a_post, make_account

DRAFT, REHEARSAL, LIVE, ARCHIVED = EventState.DRAFT, EventState.REHEARSAL, EventState.LIVE, EventState.ARCHIVED
MASTODON = "mastodon:https://kueste.example"


async def begun(database: Database, state: EventState = DRAFT) -> tuple[Event, Account]:
    async with database.transaction() as db:
        event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, state=state)
        await sources.add_mastodon(db, event, "https://kueste.example", "", "key", NOW)
        return event, await make_account(db)


async def step(database: Database, event: Event, to: EventState, by: Account | None = None, sure: bool = True) -> Event:
    async with database.transaction() as db:
        now_is = await life.go(db, event, to, "Script", NOW, by, sure=sure)
        await db.refresh(now_is)
        return now_is


async def posts(database: Database) -> int:
    async with database.reading() as db:
        return (await db.execute(select(func.count()).select_from(Post))).scalar_one()


async def say(database: Database, upstream: str = MASTODON) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(upstream, (a_post(),), cursor="7"), NOW)


async def test_an_event_is_drafted_opened_closed_and_opened_again(database: Database) -> None:
    event, kim = await begun(database)
    for to in (LIVE, ARCHIVED, LIVE):
        before = event.seq
        event = await step(database, event, to, kim)
        assert (event.state, event.seq) == (to, before + 1)  # screens and pages hear of it
    async with database.reading() as db:
        lines = (await db.scalars(select(AuditLine).where(AuditLine.act == "life").order_by(AuditLine.number))).all()
    assert [(line.why, line.detail["from"]) for line in lines] == [
        ("live", "draft"), ("archived", "live"), ("live", "archived"),
    ]  # fmt: skip
    assert {line.account_id for line in lines} == {kim.id}


@pytest.mark.parametrize(
    ("here", "to"), [(DRAFT, ARCHIVED), (LIVE, REHEARSAL), (ARCHIVED, DRAFT), (ARCHIVED, REHEARSAL)]
)
async def test_what_cannot_follow_is_refused(sqlite: Database, here: EventState, to: EventState) -> None:
    event, _ = await begun(sqlite, here)
    with pytest.raises(Conflict):
        await step(sqlite, event, to)


async def test_what_people_were_shown_does_not_go_back_into_the_dark(sqlite: Database) -> None:
    event, _ = await begun(sqlite, LIVE)
    event = await step(sqlite, event, DRAFT)
    event = await step(sqlite, event, LIVE)
    await say(sqlite)
    with pytest.raises(Conflict):
        await step(sqlite, event, DRAFT)


async def test_a_rehearsal_ends_only_when_somebody_is_sure_and_leaves_nothing_of_what_was_said(
    database: Database,
) -> None:
    event, kim = await begun(database)
    await step(database, event, REHEARSAL, kim)
    await say(database)
    assert await posts(database) == 1
    with pytest.raises(BadInput):
        await step(database, event, LIVE, kim, sure=False)
    assert await posts(database) == 1
    event = await step(database, event, LIVE, kim)
    assert (event.state, event.rehearsal, await posts(database)) == (LIVE, None, 0)


async def test_an_event_s_own_sources_outlive_its_rehearsal_and_begin_anew(sqlite: Database) -> None:
    event, _ = await begun(sqlite)
    event = await step(sqlite, event, REHEARSAL)
    await say(sqlite)
    async with sqlite.transaction() as db:
        told = {"kind": "mastodon", "url": "http://127.0.0.1:1", "settings": {}, "token": "", "allow_private": ["x"]}
        await rehearsals.connect(db, await db.get_one(Event, event.id), [told], [1, 2, 3], "key", NOW)
    await step(sqlite, event, DRAFT)
    async with sqlite.reading() as db:
        kept = (await db.scalars(select(Source).order_by(Source.id))).all()
    assert [(source.upstream, source.cursor) for source in kept] == [(form_upstream("harbour"), None), (MASTODON, None)]


async def test_its_moments_come_by_themselves_and_only_once(database: Database) -> None:
    event, kim = await begun(database)
    async with database.transaction() as db:
        stored = await db.get_one(Event, event.id)
        stored.live_at, stored.archive_at = NOW + timedelta(hours=1), NOW + timedelta(hours=5)

    async def at(hours: float) -> EventState:
        now = NOW + timedelta(hours=hours)
        async with database.reading() as db:
            found = await life.due(db, now)
        for event_id in found:
            async with database.transaction() as db:
                await life.turn(db, event_id, now)
        async with database.reading() as db:
            return (await db.get_one(Event, event.id)).state

    assert [await at(0.5), await at(1), await at(4.9)] == [DRAFT, LIVE, LIVE]
    await step(database, event, DRAFT, kim)
    assert await at(2) is DRAFT  # by hand: the moment that was meant has served
    await step(database, event, LIVE, kim)
    assert [await at(5), await at(6)] == [ARCHIVED, ARCHIVED]
    await step(database, event, LIVE, kim)
    assert await at(7) is LIVE


async def test_an_event_that_missed_its_opening_is_opened_and_closed_in_one_go(sqlite: Database) -> None:
    event, _ = await begun(sqlite)
    async with sqlite.transaction() as db:
        stored = await db.get_one(Event, event.id)
        stored.live_at, stored.archive_at = NOW - timedelta(hours=5), NOW - timedelta(hours=1)
        await life.turn(db, event.id, NOW)
        assert stored.state is LIVE and stored.archive_at is None  # nobody closes what was never open


async def test_a_house_s_own_rehearsal_has_no_other_life(sqlite: Database) -> None:
    event, _ = await begun(sqlite)
    async with sqlite.transaction() as db:
        stored = await db.get_one(Event, event.id)
        await rehearsals.begin(db, stored, "Script", 20.0, True, NOW)
        stored.live_at = NOW
        await db.flush()
        assert await life.ways(db, stored) == [] and await life.due(db, NOW) == []


async def test_an_address_changes_while_nobody_has_it_and_the_form_goes_along(database: Database) -> None:
    event, kim = await begun(database)
    async with database.transaction() as db:
        event = await address.change(db, event, " /quay/ ", kim, NOW)
    assert event.slug == "quay"
    await step(database, event, LIVE)
    await say(database, form_upstream("quay"))
    assert await posts(database) == 1
    async with database.transaction() as db:
        with pytest.raises(Conflict, match="The address stays"):
            await address.change(db, event, "harbour", kim, NOW)
        assert (await address.change(db, event, "quay", kim, NOW)).slug == "quay"


@pytest.mark.parametrize("slug", ["desk", "Quay", "quay_1", "", "-quay", "q" * 64, "quay/wall"])
async def test_an_address_that_is_none_is_refused(sqlite: Database, slug: str) -> None:
    event, kim = await begun(sqlite)
    async with sqlite.transaction() as db:
        with pytest.raises(BadInput):
            await address.change(db, event, slug, kim, NOW)


async def test_an_address_somebody_else_has_stays_theirs(sqlite: Database) -> None:
    event, kim = await begun(sqlite)
    async with sqlite.transaction() as db:
        await create_event(db, "quay", "Quay", ["Quay"], NOW)
        with pytest.raises(Conflict, match="There is an event at /quay already"):
            await address.change(db, event, "quay", kim, NOW)
