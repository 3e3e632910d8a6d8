"""A report asks for a person's eyes. It hides nothing by itself, and many hide only what no person has read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import moderation
from app.domain.control import asked, reports
from app.errors import BadInput, NotFound, Withdrawn
from app.models import Event, Policy, Post, Report, Verdict
from ingest.types import IncomingDeletion
from tests.app.test_intake import count, edited, house, posts, receive
from tests.conftest import NOW
from tests.factories import a_post, make_account

POST = a_post(key="77")


async def report(database: Database, event: Event, browser: str, post_id: int = 1, reason: str = "attack") -> None:
    async with database.transaction() as db:
        await reports.report(db, event, post_id, reason, "He is mean.", browser, NOW)


async def crowd(database: Database, event: Event, post_id: int = 1, size: int = reports.ENOUGH) -> None:
    for n in range(size):
        await report(database, event, f"browser {n}", post_id)


async def test_reports_of_one_machine_that_throws_its_cookies_away_are_no_crowd(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    for n in range(20):
        await report(database, event, f"newcomer {n}.network")
    assert (await posts(database))[0].verdict is Verdict.APPROVE
    await report(database, event, "newcomer 3")  # the same browser, which has posted meanwhile
    assert await count(database, Report) == 20
    await report(database, event, "newcomer.other-network")
    assert (await posts(database))[0].verdict is Verdict.HOLD


async def verdict(database: Database, event: Event, given: Verdict) -> None:
    async with database.transaction() as db:
        post = (await db.scalars(select(Post))).one()
        by = await make_account(db)
        await moderation.decide(db, event, post.id, post.version, given, by, NOW)


async def test_a_report_hides_nothing(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    await report(database, event, "a")
    (post,) = await posts(database)
    assert post.verdict is Verdict.APPROVE
    async with database.reading() as db:
        assert await asked.count(db, event.id) == 1


async def test_a_browser_reports_a_post_once(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    for _ in range(5):
        await report(database, event, "a")
    assert await count(database, Report) == 1
    assert (await posts(database))[0].verdict is Verdict.APPROVE


@pytest.mark.parametrize("policy", [Policy.OPEN, Policy.DELAY])
async def test_reports_of_several_browsers_hold_what_only_a_rule_let_pass(database: Database, policy: Policy) -> None:
    event = await house(database, policy=policy)
    await receive(database, POST)
    async with database.transaction() as db:
        await moderation.release_due(db, event.id, NOW.replace(hour=23))
    await crowd(database, event, size=2)
    assert (await posts(database))[0].verdict is Verdict.APPROVE
    await crowd(database, event)
    (post,) = await posts(database)
    assert (post.verdict, post.why, post.decided_by) == (Verdict.HOLD, "reported", None)


async def test_what_a_person_approved_stays_whatever_is_reported(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    await crowd(database, event)
    await verdict(database, event, Verdict.APPROVE)
    await crowd(database, event, size=9)
    assert (await posts(database))[0].verdict is Verdict.APPROVE


async def test_under_review_reports_decide_nothing(database: Database) -> None:
    event = await house(database)
    await receive(database, POST)
    await verdict(database, event, Verdict.APPROVE)
    await crowd(database, event, size=9)
    assert (await posts(database))[0].verdict is Verdict.APPROVE


async def test_a_raid_of_reports_cannot_empty_an_open_wall(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, *(a_post(f"{n} #HarbourTalks", key=f"r{n}") for n in range(reports.AT_ONCE + 5)))
    for post in await posts(database):
        await crowd(database, event, post.id)
    held = [p for p in await posts(database) if p.verdict is Verdict.HOLD]
    assert len(held) == reports.AT_ONCE


async def test_an_edit_is_no_way_round_the_reports(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    await crowd(database, event)
    await receive(database, edited(POST, "Nicer words #HarbourTalks", tags=POST.tags))
    assert (await posts(database))[0].verdict is Verdict.WAITING


async def test_only_what_everybody_sees_can_be_reported(database: Database) -> None:
    event = await house(database)
    await receive(database, POST)
    with pytest.raises(NotFound):
        await report(database, event, "a")
    with pytest.raises(NotFound):
        await report(database, event, "a", post_id=99)
    await receive(database, IncomingDeletion(address=POST.address))
    with pytest.raises(Withdrawn):
        await report(database, event, "a")
    with pytest.raises(BadInput):
        await report(database, event, "a", reason="because")


async def test_the_desk_sees_reasons_and_words_and_nobody_s_browser(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    await report(database, event, "secret-browser-a")
    await report(database, event, "secret-browser-b", reason="spam")
    async with database.reading() as db:
        (one,) = await asked.reported(db, event)
    assert (one.reasons, one.words) == ([("attack", 1), ("spam", 1)], ["He is mean.", "He is mean."])
    assert "secret-browser" not in str(one)
    await verdict(database, event, Verdict.HIDE)
    async with database.reading() as db:
        assert (await asked.reported(db, event), await asked.count(db, event.id)) == ([], 0)
