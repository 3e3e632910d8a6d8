"""What the desk says of a question: noted, told to screens, and never a change of the post itself."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from app.domain import snapshot
from app.domain.audience import Audience
from app.errors import Conflict, NotFound
from app.models import AuditLine, Policy, Verdict
from tests.app.questions.conftest import Hall, ids
from tests.factories import make_account, make_event


async def noted(hall: Hall) -> list[tuple[str, int | None, int | None]]:
    async with hall.database.reading() as db:
        lines = await db.execute(select(AuditLine.act, AuditLine.post_id, AuditLine.account_id).order_by(AuditLine.id))
        return [(act, post, by) for act, post, by in lines if act != "decide"]


async def test_every_act_is_noted_and_told_to_screens_once(hall: Hall) -> None:
    one = await hall.asked()
    seq, _ = await hall.head()
    for n, verb in enumerate(("answer_now", "answer_now", "answered", "answered", "back", "back"), start=1):
        await hall.act(verb, one)
        now, subjects = await hall.head()
        assert now == seq + (n + 1) // 2 and subjects[-1] == one.id, verb
    kim = hall.kim.id
    assert await noted(hall) == [("answering", one.id, kim), ("answered", one.id, kim), ("unanswered", one.id, kim)]


async def test_the_next_question_ends_the_one_before_for_screens_and_in_the_audit_log(hall: Hall) -> None:
    one, two = await hall.asked("1?", "A A"), await hall.asked("2?", "B B")
    await hall.act("answer_now", one)
    seq, _ = await hall.head()
    await hall.act("answer_now", two)
    now, subjects = await hall.head()
    assert now == seq + 2 and set(subjects[-2:]) == {one.id, two.id}
    assert [line[:2] for line in await noted(hall)][1:] == [("answered", one.id), ("answering", two.id)]
    board = await hall.board()
    assert (ids(board.now), ids(board.answered)) == ([two.id], [one.id])


async def test_a_question_can_be_answered_without_having_been_announced_and_be_taken_up_again(hall: Hall) -> None:
    one = await hall.asked()
    await hall.act("answered", one)
    assert ids((await hall.board()).answered) == [one.id]
    await hall.act("answer_now", one)
    assert ids((await hall.board()).now) == [one.id]


async def test_the_strand_is_as_it_was(hall: Hall) -> None:
    one = await hall.asked("1?", "A A")
    await hall.asked("2?", "B B")
    async with hall.database.reading() as db:
        before = (await snapshot.take(db, hall.event.id, Audience.PUBLIC)).posts
    await hall.act("answer_now", one)
    await hall.act("answered", one)
    async with hall.database.reading() as db:
        assert (await snapshot.take(db, hall.event.id, Audience.PUBLIC)).posts == before


async def test_what_nobody_may_read_is_not_answered_in_front_of_everybody(hall: Hall) -> None:
    waits = await hall.asked(shown=False)
    with pytest.raises(Conflict, match="not shown"):
        await hall.act("answer_now", waits)
    words = await hall.said("No question", "Ole Hansen")
    for verb in ("answer_now", "answered", "back"):
        with pytest.raises(NotFound):
            await hall.act(verb, words)


async def test_what_was_hidden_while_it_was_answered_can_still_be_ended(hall: Hall) -> None:
    one = await hall.asked()
    await hall.act("answer_now", one)
    await hall.decide(one, Verdict.HIDE)
    await hall.act("back", one)
    await hall.decide(one, Verdict.APPROVE)
    assert ids((await hall.board()).next) == [one.id]


async def test_two_desks_at_the_same_instant_leave_one_question(hall: Hall) -> None:
    one, two = await hall.asked("1?", "A A"), await hall.asked("2?", "B B")
    async with hall.database.transaction() as db:
        ada = await make_account(db, "Ada")
    await asyncio.gather(hall.act("answer_now", one), hall.act("answer_now", two, ada))
    board = await hall.board()
    assert len(board.now) == len(board.answered) == 1


async def test_nobody_answers_at_another_events_desk(hall: Hall) -> None:
    one = await hall.asked()
    async with hall.database.transaction() as db:
        hall.event = await make_event(db)
    with pytest.raises(NotFound):
        await hall.act("answer_now", one)


async def test_whoever_puts_a_question_up_has_read_it_so_reviewed_screens_show_it_too(hall: Hall) -> None:
    async with hall.database.transaction() as db:
        (await db.get_one(type(hall.event), hall.event.id)).policy = Policy.OPEN
    one = await hall.asked(shown=False)
    assert not (await hall.board(audience=Audience.REVIEWED)).next
    await hall.act("answer_now", one, version=one.version)
    assert ids((await hall.board(audience=Audience.REVIEWED)).now) == [one.id]
    assert (await hall.post(one)).decided_by == hall.kim.id


async def test_other_words_than_were_read_are_not_put_up(hall: Hall) -> None:
    one = await hall.asked()
    with pytest.raises(Conflict, match="changed this question"):
        await hall.act("answer_now", one, version="what it said before")
    assert not (await hall.board()).now
