"""What stands among the questions, in which order, and to which talk it belongs."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.domain import intake
from app.domain.audience import Audience
from app.domain.questions import order, talk
from app.models import Author, Person, Policy, Verdict
from ingest.types import Batch, IncomingDeletion
from tests.app.questions.conftest import UP, Hall, ids


def test_of_equals_chance_decides_and_always_the_same_way() -> None:
    asked = list(range(1, 60))
    first = order.in_order(asked, {}, "1")
    assert first == order.in_order(reversed(asked), {}, "1"), "whoever reads again reads the same"
    assert first != asked and first != asked[::-1], "neither the faster nor the later come first"
    assert first != order.in_order(asked, {}, "2"), "another event, another chance"


def test_votes_go_before_chance() -> None:
    assert order.in_order([1, 2, 3, 4], {3: 2, 1: 9}, "x")[:2] == [1, 3]


def test_the_lane_holds_those_not_yet_heard_whom_votes_leave_far_down() -> None:
    assert order.lane([1, 2, 3, 4, 5, 6, 7, 8], [8, 1, 5, 7, 6]) == [8, 5, 7]
    assert order.lane([1, 2], [2, 1]) == []


async def test_a_question_is_asked_then_being_answered_then_answered(hall: Hall) -> None:
    one = await hall.asked()
    await hall.said("Not a question", "Ole Hansen")
    assert ids((await hall.board()).next) == [one.id]
    await hall.act("answer_now", one)
    now = await hall.board()
    assert (ids(now.now), ids(now.next), ids(now.answered)) == ([one.id], [], [])
    await hall.act("answered", one)
    now = await hall.board()
    assert (ids(now.now), ids(now.next), ids(now.answered)) == ([], [], [one.id])
    await hall.act("back", one)
    assert ids((await hall.board()).next) == [one.id]


async def test_what_has_more_votes_stands_first_and_each_vote_counts_once(hall: Hall) -> None:
    one, two, three = [await hall.asked(f"Why {n}?", f"Asker{n} X") for n in range(3)]
    await hall.voted(two, "a", "b", "c", "a", "a")
    await hall.voted(three, "a", "b")
    assert ids((await hall.board()).next) == [two.id, three.id, one.id]
    await hall.voted(two, "b", "c", on=False)
    assert ids((await hall.board()).next) == [three.id, two.id, one.id]


async def test_the_answered_stand_with_the_newest_first(hall: Hall) -> None:
    asked = [await hall.asked(f"Why {n}?", f"Asker{n} X") for n in range(3)]
    for one in asked:
        await hall.act("answered", one)
        hall.clock.forward(60)
    assert ids((await hall.board()).answered) == [one.id for one in reversed(asked)]


async def test_hidden_waiting_deleted_and_withdrawn_questions_leave_at_once(hall: Hall) -> None:
    kept, waits, hidden, gone = [
        await hall.asked(f"Why {n}?", f"Asker{n} X", shown=n != 1) for n in range(4)
    ]  # fmt: skip
    assert sorted(ids((await hall.board()).next)) == [kept.id, hidden.id, gone.id]
    await hall.act("answer_now", hidden)
    await hall.decide(hidden, Verdict.HIDE)
    async with hall.database.transaction() as db:
        await intake.receive(db, Batch(UP, (IncomingDeletion(uri=gone.uri),)), hall.clock())
    seen = await hall.board()
    assert ids(seen.next) == [kept.id] and not seen.now and not seen.answered and waits.id not in ids(seen.unheard)


async def test_a_reviewed_screen_gets_no_question_that_no_person_has_read(hall: Hall) -> None:
    async with hall.database.transaction() as db:
        (await db.get_one(type(hall.event), hall.event.id)).policy = Policy.OPEN
    by_rule = await hall.asked("Shown by a rule?", "Ole Hansen", shown=False)
    by_kim = await hall.asked("Read by Kim?")
    assert sorted(ids((await hall.board()).next)) == [by_rule.id, by_kim.id]
    reviewed = await hall.board(audience=Audience.REVIEWED)
    assert ids(reviewed.next) == ids(reviewed.unheard) == [by_kim.id]
    await hall.act("answered", by_rule)
    assert not (await hall.board(audience=Audience.REVIEWED)).answered


async def test_not_yet_heard_is_whose_first_words_shown_these_are(hall: Hall) -> None:
    first = await hall.asked("My first words?", "Inka Peters")
    hall.clock.forward(1)
    await hall.said("Good morning", "Ole Hansen")
    hall.clock.forward(1)
    await hall.asked("I spoke before?", "Ole Hansen")
    second = await hall.asked("Mine too?", "Elif Kaya")
    hall.clock.forward(1)
    await hall.asked("And another?", "Elif Kaya")
    assert ids((await hall.board()).unheard) == [first.id, second.id], "in order of waiting, one each"


async def test_whose_question_came_to_be_answered_is_heard(hall: Hall) -> None:
    first = await hall.asked("One?", "Inka Peters")
    hall.clock.forward(1)
    second = await hall.asked("Two?", "Inka Peters")
    assert ids((await hall.board()).unheard) == [first.id]
    await hall.act("answer_now", second)
    assert ids((await hall.board()).unheard) == []
    await hall.act("back", second)
    assert ids((await hall.board()).unheard) == [first.id]


async def test_two_addresses_of_one_person_are_heard_together(hall: Hall) -> None:
    await hall.said("Hello from Mastodon", "Inka Peters")
    hall.clock.forward(1)
    also = await hall.asked("And from elsewhere?", "Inka2 Peters")
    assert ids((await hall.board()).unheard) == [also.id]
    async with hall.database.transaction() as db:
        person = Person(fingerprint="f", word="w", expires_at=hall.clock(), created_at=hall.clock())
        db.add(person)
        await db.flush()
        await db.execute(update(Author).values(person_id=person.id))
    assert ids((await hall.board()).unheard) == []


async def test_a_question_belongs_to_its_talk_and_one_that_nobody_placed_to_what_ran_then(hall: Hall) -> None:
    here, other = await hall.talk("Eelgrass"), await hall.talk("Ferries")
    later = await hall.talk("Late", 120, 180)
    placed = await hall.asked("Placed?", "A A", session=here)
    elsewhere = await hall.asked("Elsewhere?", "B B", session=other)
    nowhere = await hall.asked("Nowhere?", "C C")
    assert set(ids((await hall.board(here)).next)) == {placed.id, nowhere.id}
    assert set(ids((await hall.board(other)).next)) == {elsewhere.id, nowhere.id}
    assert ids((await hall.board(later)).next) == []
    assert set(ids((await hall.board()).next)) == {placed.id, elsewhere.id, nowhere.id}


async def test_each_talk_has_one_question_being_answered_and_the_next_ends_the_one_before(hall: Hall) -> None:
    here, other = await hall.talk("Eelgrass"), await hall.talk("Ferries")
    one, two = await hall.asked("1?", "A A", session=here), await hall.asked("2?", "B B", session=here)
    there, loose = await hall.asked("3?", "C C", session=other), await hall.asked("4?", "D D")
    for post in (one, there):
        await hall.act("answer_now", post)
        hall.clock.forward(1)
    assert ids((await hall.board()).now) == [there.id, one.id]
    await hall.act("answer_now", two)
    assert (ids((await hall.board(here)).now), ids((await hall.board(here)).answered)) == ([two.id], [one.id])
    assert ids((await hall.board(other)).now) == [there.id]
    hall.clock.forward(1)
    await hall.act("answer_now", loose, talk=here)  # the desk brings what belongs to none into this talk
    assert ids((await hall.board(here)).now) == [loose.id]
    assert (await hall.post(two)).answered_at is not None and (await hall.post(there)).answered_at is None


@pytest.mark.parametrize(
    ("talks", "expected"),
    [
        ([("Runs", -30, 30), ("Next", 40, 60)], "Runs"),
        ([("Over", -30, -5), ("Soon", 4, 30)], "Soon"),
        ([("Over", -30, -5)], "Over"),
        ([("Long over", -60, -30), ("Far", 30, 60)], None),
        ([], None),
    ],
)
async def test_the_talk_in_a_room_is_what_runs_else_what_comes_else_what_was_just_over(
    hall: Hall, talks: list[tuple[str, int, int]], expected: str | None
) -> None:
    room, other = await hall.room("Hall"), await hall.room("Loft")
    for title, starts, ends in talks:
        await hall.talk(title, starts, ends, room)
    await hall.talk("Elsewhere", -30, 30, other)
    async with hall.database.reading() as db:
        found = await talk.current(db, hall.event, room.id, hall.clock())
        anywhere = await talk.current(db, hall.event, None, hall.clock())
    assert (found.title if found else None) == expected
    runs = [title for title, starts, ends in talks if starts <= 0 < ends]
    assert (anywhere.title if anywhere else None) == ("Elsewhere" if not runs else None), (
        "several at once: none of them"
    )


async def test_talks_to_choose_from_are_those_on_and_those_asked_about(hall: Hall) -> None:
    on, was = await hall.talk("On now"), await hall.talk("Yesterday", -1500, -1440)
    await hall.talk("Nobody asked", -1400, -1300)
    await hall.asked("About yesterday?", session=was)
    await hall.asked("Hidden?", "B B", session=await hall.talk("Waits", -900, -800), shown=False)
    async with hall.database.reading() as db:
        found = await talk.choices(db, hall.event, hall.clock())
    assert [one.id for one in found] == [was.id, on.id]


async def test_a_question_whose_end_nobody_said_is_not_answered_for_ever_and_can_be_put_up_again(hall: Hall) -> None:
    one = await hall.asked()
    await hall.act("answer_now", one)
    hall.clock.forward(30 * 60 - 1)
    assert ids((await hall.board()).now) == [one.id]
    hall.clock.forward(1)
    board = await hall.board()
    assert (ids(board.now), ids(board.answered)) == ([], [one.id])
    await hall.act("answer_now", one)
    assert ids((await hall.board()).now) == [one.id]
