"""The job that watches: clusters reach the store and the desks, a raid is proposed and the proposal withdrawn."""

from __future__ import annotations

import dataclasses

from sqlalchemy import select

from app.domain import intake
from app.domain.raids import guard, modes
from app.jobs.raids import Raids
from app.models import AuditLine, Event
from ingest.text.segments import digest
from ingest.types import Batch
from tests.app.raids.conftest import UP, Watched
from tests.app.raids.test_clusters import OTHER
from tests.app.raids.test_likeness import LONG


async def test_what_says_nearly_the_same_is_named_after_the_oldest_and_the_desks_hear_of_it(watched: Watched) -> None:
    await watched.say(LONG, OTHER)
    await watched.raids.look()
    assert await watched.clusters() == [None, None]
    before = (await watched.fresh()).seq
    await watched.say(LONG.upper(), "Great talk!", "Great talk!")
    await watched.raids.look()
    assert await watched.clusters() == [0, None, 0, None, None]
    posts = await watched.posts()
    assert (await watched.named_since(before))[3:] == [posts[0].id, posts[2].id], "after the three new ones"


async def test_a_turn_with_nothing_new_writes_nothing(watched: Watched) -> None:
    await watched.say(LONG, LONG)
    await watched.raids.look()
    before = await watched.entries()
    for _ in range(3):
        watched.clock.forward(1)
        await watched.raids.look()
    assert await watched.entries() == before


async def test_an_edit_leaves_its_cluster(watched: Watched) -> None:
    one, _ = await watched.say(LONG, LONG)
    await watched.raids.look()
    assert await watched.clusters() == [0, 0]
    segments = ({"t": "text", "text": f"{OTHER} #HarbourTalks"},)
    later = dataclasses.replace(
        one, segments=segments, version=digest(segments, ""), edited_at=watched.clock.forward(5)
    )
    async with watched.database.transaction() as db:
        await intake.receive(db, Batch(UP, (later,)), watched.clock())
    await watched.raids.look()
    assert await watched.clusters() == [None, None]


async def test_a_new_owner_goes_on_where_the_last_one_was(watched: Watched) -> None:
    await watched.say(LONG, LONG, OTHER)
    await watched.raids.look()
    await watched.say(OTHER)  # nobody was there
    before = await watched.entries()
    anew = Raids(watched.database, watched.lease, watched.clock)
    await anew.look()
    assert await watched.clusters() == [0, 0, 2, 2]
    assert await watched.entries() == before + 2, "only what is new was told"
    await watched.say(LONG)
    await anew.look()
    assert (await watched.clusters())[4] == 0


async def test_a_raid_is_proposed_within_thirty_seconds_kept_and_withdrawn_when_it_is_over(watched: Watched) -> None:
    await watched.raids.look()
    seconds = 0
    while guard.proposal(await watched.fresh()) is None:
        assert seconds < 30
        watched.clock.forward(1)
        seconds += 1
        await watched.say(*[LONG, OTHER] * 3)
        await watched.raids.look()
    told = guard.proposal(await watched.fresh())
    assert told and told["reasons"] == ["rate", "alike", "new", "domains"]
    assert told["authors_new"] == told["authors"] >= 10 and told["alike"] >= 8
    began = told["at"]
    for _ in range(20):
        watched.clock.forward(1)
        await watched.say(*[LONG] * 4)
        await watched.raids.look()
    told = guard.proposal(await watched.fresh())
    assert told and told["at"] == began and told["authors"] > 60, "the figures go on, its beginning does not"
    for _ in range(20):
        watched.clock.forward(10)
        await watched.raids.look()
    assert guard.proposal(await watched.fresh()) is None
    async with watched.database.reading() as db:
        acts = (await db.scalars(select(AuditLine).order_by(AuditLine.number))).all()
    assert [line.detail["mode"] for line in acts] == ["propose", "withdraw"]


async def test_a_no_is_heard_for_ten_minutes(watched: Watched) -> None:
    await _flood(watched)
    assert guard.proposal(await watched.fresh())
    async with watched.database.transaction() as db:
        await modes.dismiss(db, watched.event, watched.kim, watched.clock())
    for minute in range(10):
        assert guard.proposal(await watched.fresh()) is None, f"after {minute} minutes"
        watched.clock.forward(60)
        await _flood(watched)
    assert guard.proposal(await watched.fresh())


async def test_who_is_guarded_already_hears_no_proposal(watched: Watched) -> None:
    async with watched.database.transaction() as db:
        await modes.switch(db, watched.event, guard.Mode.REVIEW_ALL, watched.kim, watched.clock())
    await _flood(watched)
    assert (await watched.fresh()).raid_proposal is None


async def test_events_that_are_over_are_not_watched(watched: Watched) -> None:
    await watched.say(LONG, LONG)
    async with watched.database.transaction() as db:
        (await db.get_one(Event, watched.event.id)).state = "archived"  # type: ignore[assignment]
    await watched.raids.look()
    assert await watched.clusters() == [None, None]


async def _flood(watched: Watched) -> None:
    await watched.say(*[f"{LONG} {n}" for n in range(20)], *[OTHER] * 20)
    await watched.raids.look()
