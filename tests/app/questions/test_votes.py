"""Votes count among the questions, once each, and nowhere else."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.questions import votes
from app.errors import Conflict, NotFound
from app.models import Event, EventState, Verdict, Vote
from tests.app.questions.conftest import Hall, ids
from tests.factories import make_event


async def test_a_vote_never_reorders_the_strand_nor_is_it_in_the_log(hall: Hall) -> None:
    asked = [await hall.asked(f"Why {n}?", f"Asker{n} X") for n in range(5)]
    async with hall.database.reading() as db:
        before = {a: await snapshot.take(db, hall.event.id, a) for a in Audience}
    head = await hall.head()
    await hall.voted(asked[-1], *(f"voter {n}" for n in range(500)))
    assert await hall.head() == head
    async with hall.database.reading() as db:
        assert {a: await snapshot.take(db, hall.event.id, a) for a in Audience} == before
    assert ids((await hall.board()).next)[0] == asked[-1].id


async def test_two_taps_at_the_same_instant_are_one_vote(hall: Hall) -> None:
    one = await hall.asked()
    await asyncio.gather(*(hall.voted(one, "the same") for _ in range(5)))
    async with hall.database.reading() as db:
        assert await votes.counted(db, [one.id]) == {one.id: 1}


async def test_whoever_has_not_voted_for_a_question_learns_no_number_of_it(hall: Hall) -> None:
    one, two = await hall.asked("1?", "A A"), await hall.asked("2?", "B B")
    await hall.voted(one, "me", "you")
    await hall.voted(two, "you")
    async with hall.database.reading() as db:
        of = [await votes.of_browser(db, [one.id, two.id], who) for who in ("me", "you", "nobody")]
    assert of == [{one.id: 2}, {one.id: 2, two.id: 1}, {}]


async def test_one_votes_only_for_what_everybody_may_read_and_is_still_open(hall: Hall) -> None:
    words = await hall.said("No question")
    waits, hidden, done = [await hall.asked(f"{n}?", f"A{n} A", shown=n > 0) for n in range(3)]
    await hall.decide(hidden, Verdict.HIDE)
    for post in (words, waits, hidden):
        with pytest.raises(NotFound, match="not here any more"):
            await hall.voted(post, "me")
    await hall.voted(done, "me", "you")
    await hall.act("answer_now", done)
    for _ in range(2):
        with pytest.raises(Conflict, match="needs no more votes"):
            await hall.voted(done, "late")
        await hall.act("answered", done)
    await hall.voted(done, "you", on=False)  # taking back is always possible
    async with hall.database.reading() as db:
        assert await votes.counted(db, [done.id]) == {done.id: 1}


async def test_another_event_and_one_that_is_over_take_no_votes(hall: Hall) -> None:
    one = await hall.asked()
    async with hall.database.transaction() as db:
        other = await make_event(db)
        with pytest.raises(NotFound):
            await votes.vote(db, other, one.id, "me", True, hall.clock())
        event = await db.get_one(Event, hall.event.id)
        event.state = EventState.ARCHIVED
        with pytest.raises(Conflict, match="over"):
            await votes.vote(db, event, one.id, "me", True, hall.clock())


async def test_votes_go_with_their_question(hall: Hall) -> None:
    one = await hall.asked()
    await hall.voted(one, "me", "you")
    async with hall.database.transaction() as db:
        await db.delete(await db.get_one(Event, hall.event.id))
        await db.flush()
        assert await db.scalar(select(func.count()).select_from(Vote)) == 0
