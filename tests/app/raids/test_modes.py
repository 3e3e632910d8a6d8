"""One act guards an event, one ends it: what each changes, and that it is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain import moderation
from app.domain.raids import guard, modes
from app.domain.raids.guard import Mode
from app.errors import BadInput
from app.models import AuditLine, Event, Policy, Post, Verdict
from tests.app.raids.conftest import Watched
from tests.app.raids.test_likeness import LONG


async def switch(watched: Watched, mode: Mode | None, spare: bool | None = None) -> Event:
    async with watched.database.transaction() as db:
        await modes.switch(db, watched.event, mode, watched.kim, watched.clock(), spare)
    return await watched.fresh()


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_mode_is_told_and_ends(watched: Watched, mode: Mode) -> None:
    before = (await watched.fresh()).seq
    event = await switch(watched, mode)
    assert guard.mode(event) is mode
    assert guard.guarding(event) == {"mode": mode.value, "at": "2027-06-11T09:00:00+00:00", "by": "Kim"}
    assert event.seq > before, "every desk and every screen hears of it"
    assert (event.frozen_at is not None) is (mode is Mode.FREEZE)
    event = await switch(watched, None)
    assert guard.mode(event) is None and guard.guarding(event) is None and event.frozen_at is None


async def test_going_from_one_mode_to_another_is_one_raid(watched: Watched) -> None:
    await switch(watched, Mode.FREEZE)
    watched.clock.forward(60)
    event = await switch(watched, Mode.TRUSTED_ONLY)
    assert event.frozen_at is None, "screens come back, guarded"
    assert event.raid is not None and event.raid["at"] == "2027-06-11T09:00:00+00:00"


async def test_screens_that_somebody_froze_before_stay_frozen_when_it_is_over(watched: Watched) -> None:
    async with watched.database.transaction() as db:
        await moderation.freeze(db, watched.event, True, watched.clock())
    watched.clock.forward(5)
    await switch(watched, Mode.FREEZE)
    assert (await switch(watched, None)).frozen_at is not None


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_would_have_shown_itself_waits_for_a_person(watched: Watched, mode: Mode) -> None:
    async with watched.database.transaction() as db:
        event = await db.get_one(Event, watched.event.id)
        event.policy, event.delay_seconds = Policy.DELAY, 20
    await watched.say("One that nobody knows", "One that somebody knows")
    async with watched.database.transaction() as db:
        known = (await db.scalars(select(Post).order_by(Post.id.desc()).limit(1))).one()
        known.trust = "approved"
    await switch(watched, mode)
    async with watched.database.transaction() as db:
        await moderation.release_due(db, watched.event.id, watched.clock.forward(30))
    stranger, friend = [post.verdict is Verdict.APPROVE for post in await watched.posts()]
    assert stranger is (mode is Mode.TEXT_ONLY)
    assert friend is (mode in (Mode.TEXT_ONLY, Mode.TRUSTED_ONLY))


async def test_the_spare_tag_is_announced_and_taken_back(watched: Watched) -> None:
    assert guard.spare(await switch(watched, Mode.FREEZE)) is None
    assert guard.spare(await switch(watched, Mode.FREEZE, spare=True)) == "#HarbourTalksBackup"
    assert guard.spare(await switch(watched, None)) == "#HarbourTalksBackup", "people are there now"
    assert guard.spare(await switch(watched, None, spare=False)) is None


async def test_no_spare_tag_cannot_be_announced(watched: Watched) -> None:
    async with watched.database.transaction() as db:
        (await db.get_one(Event, watched.event.id)).spare_tag = ""
    with pytest.raises(BadInput):
        await switch(watched, Mode.FREEZE, spare=True)
    event = await watched.fresh()
    assert event.raid is None and event.frozen_at is None, "all of it or nothing"


async def test_an_answer_ends_the_proposal_and_dismissing_keeps_quiet(watched: Watched) -> None:
    told = {"authors": 40, "authors_new": 39, "rate": 60, "usual": 2, "alike": 40, "reasons": ["rate", "alike"]}
    async with watched.database.transaction() as db:
        assert await modes.propose(db, watched.event.id, told, watched.clock())
    assert guard.proposal(await watched.fresh()) == told | {"at": "2027-06-11T09:00:00+00:00"}
    await switch(watched, Mode.REVIEW_ALL)
    assert guard.proposal(await switch(watched, None)) is None
    async with watched.database.transaction() as db:
        await modes.dismiss(db, watched.event, watched.kim, watched.clock())
        assert not await modes.propose(db, watched.event.id, told, watched.clock())
    assert guard.proposal(await watched.fresh()) is None
    later = watched.clock() + guard.QUIET + timedelta(seconds=1)
    async with watched.database.transaction() as db:
        assert await modes.propose(db, watched.event.id, told, later)


async def test_every_act_is_in_the_audit_log_with_who_did_it(watched: Watched) -> None:
    await watched.say(LONG)
    await switch(watched, Mode.TRUSTED_ONLY, spare=True)
    await switch(watched, None)
    async with watched.database.transaction() as db:
        await modes.dismiss(db, watched.event, watched.kim, watched.clock())
    async with watched.database.reading() as db:
        lines = (await db.scalars(select(AuditLine).order_by(AuditLine.number))).all()
    assert {line.act for line in lines} == {modes.ACT} and {line.account_id for line in lines} == {watched.kim.id}
    assert [line.detail["mode"] for line in lines] == ["trusted_only", "off", "dismiss"]
    assert lines[0].detail["spare"] is True


def test_a_mode_that_nobody_knows_is_as_strict_as_can_be() -> None:
    assert guard.mode(Event(raid={"mode": "something newer", "at": ""})) is Mode.REVIEW_ALL
