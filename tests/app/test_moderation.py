"""People decide on the version they read; what they took back is as it was before. On both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import Database
from app.domain import log, moderation
from app.domain.audience import Audience, may_see
from app.domain.desk import lately as taken_back
from app.errors import Conflict, NotFound
from app.models import Account, Decision, Event, Policy, Post, Verdict
from tests.app.test_intake import edited, house, receive
from tests.conftest import NOW
from tests.factories import a_post, make_account

LATER = NOW + timedelta(seconds=5)
APPROVE, HOLD, HIDE, WAITING = Verdict.APPROVE, Verdict.HOLD, Verdict.HIDE, Verdict.WAITING


class Desk:
    def __init__(self, database: Database, event: Event, kim: Account, lee: Account) -> None:
        self.database, self.event, self.kim, self.lee = database, event, kim, lee

    async def post(self) -> Post:
        async with self.database.reading() as db:
            return (await db.scalars(select(Post).options(joinedload(Post.author)))).one()

    async def decide(self, verdict: Verdict, by: Account | None = None, version: str | None = None) -> None:
        post = await self.post()
        async with self.database.transaction() as db:
            await moderation.decide(
                db, self.event, post.id, version or post.version, verdict, by or self.kim, LATER
            )  # fmt: skip

    async def undo(self, by: Account | None = None) -> None:
        post = await self.post()
        async with self.database.transaction() as db:
            await moderation.undo(db, self.event, post.id, by or self.kim, LATER)

    async def head(self) -> int:
        async with self.database.reading() as db:
            return (await log.head(db, self.event.id))[1]

    async def decisions(self) -> list[Decision]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(Decision).order_by(Decision.id)))


async def a_desk(database: Database, policy: Policy = Policy.REVIEW, **post: Any) -> Desk:
    event = await house(database, policy=policy)
    await receive(database, a_post(key="one", **post))
    async with database.transaction() as db:
        return Desk(database, event, await make_account(db), await make_account(db))


async def test_a_verdict_is_a_decision_an_entry_and_what_the_post_says(database: Database) -> None:
    desk = await a_desk(database)
    before = await desk.head()
    await desk.decide(APPROVE)
    post, decision = await desk.post(), (await desk.decisions())[-1]
    assert (post.verdict, post.decided_by, post.why) == (APPROVE, desk.kim.id, "person")
    assert (decision.verdict, decision.account_id, decision.version) == (APPROVE, desk.kim.id, post.version)
    assert await desk.head() == before + 1


async def test_what_two_people_agree_on_is_said_once(database: Database) -> None:
    desk = await a_desk(database)
    await desk.decide(HIDE)
    before = await desk.head()
    await desk.decide(HIDE, desk.lee)
    assert await desk.head() == before
    assert (await desk.post()).decided_by == desk.kim.id


async def test_the_later_of_two_people_who_disagree_counts(database: Database) -> None:
    desk = await a_desk(database)
    await desk.decide(APPROVE)
    await desk.decide(HIDE, desk.lee)
    assert ((await desk.post()).verdict, (await desk.post()).decided_by) == (HIDE, desk.lee.id)


async def test_words_that_changed_while_they_were_read_are_not_decided_on(database: Database) -> None:
    desk = await a_desk(database)
    old = (await desk.post()).version
    await receive(database, edited(a_post(key="one"), "Other words #HarbourTalks"))
    before = await desk.head()
    with pytest.raises(Conflict):
        await desk.decide(APPROVE, version=old)
    assert ((await desk.post()).verdict, await desk.head()) == (WAITING, before)


async def test_an_edit_and_an_approval_at_the_same_moment_never_approve_unread_words(database: Database) -> None:
    desk = await a_desk(database)
    old = (await desk.post()).version
    await asyncio.gather(
        receive(database, edited(a_post(key="one"), "Other words #HarbourTalks")),
        desk.decide(APPROVE, version=old),
        return_exceptions=True,
    )
    post = await desk.post()
    assert post.version != old
    assert not may_see(post, Audience.PUBLIC)


async def test_a_post_that_is_gone_or_never_was_is_not_decided_on(database: Database) -> None:
    desk = await a_desk(database)
    async with database.transaction() as db:
        with pytest.raises(NotFound):
            await moderation.decide(db, desk.event, 10_000, "1", HIDE, desk.kim, NOW)


async def test_what_somebody_can_take_back_is_what_they_decided_last_and_nobody_after_them(database: Database) -> None:
    desk = await a_desk(database)

    async def lately(who: Account) -> list[tuple[str, Verdict]]:
        async with database.reading() as db:
            return [(name, verdict) for _, name, verdict in await taken_back.of_posts(db, desk.event, who, 8)]

    name = (await desk.post()).author.name
    assert await lately(desk.kim) == []
    await desk.decide(HOLD)
    await desk.decide(HIDE)
    assert (await lately(desk.kim), await lately(desk.lee)) == ([(name, HIDE)], [])
    await desk.decide(APPROVE, desk.lee)
    assert (await lately(desk.kim), await lately(desk.lee)) == ([], [(name, APPROVE)])
    await desk.undo(desk.lee)
    assert (await lately(desk.kim), await lately(desk.lee)) == ([], [])  # never a taking back of a taking back


@pytest.mark.parametrize(
    ("policy", "acts", "verdict", "by"),
    [
        (Policy.REVIEW, ["kim approve", "kim undo"], WAITING, None),
        (Policy.OPEN, ["kim hide", "kim undo"], APPROVE, None),
        (Policy.REVIEW, ["kim approve", "lee hide", "lee undo"], APPROVE, "kim"),
        (Policy.REVIEW, ["kim approve", "lee hide", "kim undo"], APPROVE, "kim"),
        (Policy.REVIEW, ["kim hide", "kim undo", "kim undo"], HIDE, "kim"),
        # Somebody who takes back a slip has not read the post: it is as unread as before.
        (Policy.OPEN, ["kim hide", "kim undo", "lee hide", "lee undo"], APPROVE, None),
        (Policy.OPEN, ["kim hide", "kim undo", "lee hold", "lee undo", "lee hide", "lee undo"], APPROVE, None),
        (Policy.REVIEW, ["kim approve", "kim undo", "lee hold", "lee undo"], WAITING, None),
        (Policy.REVIEW, ["kim approve", "lee hide", "lee undo", "lee hold", "lee undo"], APPROVE, "kim"),
        (Policy.OPEN, ["kim hide", "edit", "kim undo"], WAITING, None),
        (Policy.OPEN, ["kim hide", "edit", "kim undo", "lee hide", "lee undo"], WAITING, None),
    ],
)
async def test_taking_back_gives_what_was_before_and_whose_it_was(
    sqlite: Database, policy: Policy, acts: list[str], verdict: Verdict, by: str | None
) -> None:
    desk = await a_desk(sqlite, policy)
    for act in acts:
        who, _, what = act.partition(" ")
        account = {"kim": desk.kim, "lee": desk.lee}.get(who)
        if act == "edit":
            await receive(sqlite, edited(a_post(key="one"), "Other words #HarbourTalks"))
        elif what == "undo":
            await desk.undo(account)
        else:
            await desk.decide(Verdict(what), account)
    post = await desk.post()
    expected = {"kim": desk.kim.id, "lee": desk.lee.id, None: None}[by]
    assert (post.verdict, post.decided_by) == (verdict, expected)
    assert may_see(post, Audience.REVIEWED) is (verdict is APPROVE and by is not None)


async def test_who_took_back_what_stays_written_down(database: Database) -> None:
    desk = await a_desk(database)
    await desk.decide(HIDE)
    await desk.undo(desk.lee)
    *_, hide, undo = await desk.decisions()
    assert (undo.account_id, undo.undoes_id, undo.why) == (desk.lee.id, hide.id, "undo")


async def test_what_a_rule_decided_cannot_be_taken_back(database: Database) -> None:
    desk = await a_desk(database, Policy.OPEN)
    with pytest.raises(NotFound):
        await desk.undo()


async def test_a_verdict_on_words_that_changed_since_cannot_be_taken_back(database: Database) -> None:
    desk = await a_desk(database)
    await desk.decide(APPROVE)
    await receive(database, edited(a_post(key="one"), "Other words #HarbourTalks"))
    with pytest.raises(NotFound):
        await desk.undo()
    assert (await desk.post()).verdict is WAITING


async def test_time_approves_what_waits_for_it_and_nothing_a_person_held(database: Database) -> None:
    desk = await a_desk(database, Policy.DELAY)
    for minutes, expected in ((0, WAITING), (5, APPROVE)):
        async with database.transaction() as db:
            await moderation.release_due(db, desk.event.id, NOW + timedelta(minutes=minutes))
        assert (await desk.post()).verdict is expected
    await desk.decide(HIDE)
    async with database.transaction() as db:
        assert await moderation.release_due(db, desk.event.id, NOW + timedelta(hours=1)) == 0
    assert not may_see(await desk.post(), Audience.REVIEWED)
