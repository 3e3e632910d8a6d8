"""Who is at the desk, and with which post in hand: told within a pulse, forgotten after ten seconds, written rarely."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.models import Attendance, Event, Screen
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import Moderator, moderating, say_many
from tests.conftest import NOW


@pytest.fixture
async def people(desk: Desk) -> AsyncIterator[list[Moderator]]:
    async with moderating(desk.running, desk.event, "Kim", "Noor") as people:
        yield people


async def here(one: Moderator, desk: str = "", post: int | None = None) -> list[tuple[str, int | None, int, bool]]:
    told = await one.does("pulse", desk=desk or one.name, post=post)
    return [(each["name"], each["post"], each["seconds"], each["me"]) for each in told["here"]]


async def test_two_desks_know_of_each_other_and_of_what_each_has_in_hand(desk: Desk, people: list[Moderator]) -> None:
    kim, noor = people
    one, two = await say_many(desk, 2)
    assert await here(kim, post=one) == [("Kim", one, 0, True)]
    assert await here(noor) == [("Kim", one, 0, False), ("Noor", None, 0, True)]
    desk.running.clock.forward(3)
    assert await here(noor, post=two) == [("Kim", one, 3, False), ("Noor", two, 0, True)]
    assert await here(kim, post=one) == [("Kim", one, 3, True), ("Noor", two, 0, False)]
    assert await here(kim, post=two) == [("Kim", two, 0, True), ("Noor", two, 0, False)]


async def test_two_desks_of_one_person_are_two(desk: Desk, people: list[Moderator]) -> None:
    kim, _ = people
    await here(kim, "laptop", 1)
    assert await here(kim, "phone") == [("Kim", 1, 0, True), ("Kim", None, 0, True)]


async def test_a_desk_that_falls_silent_is_forgotten_after_ten_seconds(desk: Desk, people: list[Moderator]) -> None:
    kim, noor = people
    await here(kim, post=1)
    desk.running.clock.forward(10)
    assert len(await here(noor)) == 2
    desk.running.clock.forward(1)
    assert await here(noor) == [("Noor", None, 0, True)]
    await here(noor, post=1)  # the next that is written takes what is forgotten out of the store, too
    async with desk.running.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(Attendance))).scalar_one() == 1


async def test_nothing_is_written_until_something_changed_or_five_seconds_passed(
    desk: Desk, people: list[Moderator]
) -> None:
    kim, _ = people
    seen = []
    for post, seconds in ((1, 0), (1, 2), (1, 2), (2, 0), (2, 4), (2, 1)):
        desk.running.clock.forward(seconds)
        await here(kim, post=post)
        async with desk.running.database.reading() as db:
            seen.append((await db.scalars(select(Attendance.seen_at))).one())
    began = NOW
    assert [int((at - began).total_seconds()) for at in seen] == [0, 0, 0, 4, 4, 9]


async def test_whoever_is_there_says_so_in_nobody_elses_event_and_grows_no_log(
    desk: Desk, people: list[Moderator]
) -> None:
    async def seq() -> int:
        async with desk.running.database.reading() as db:
            return (await db.scalars(select(Event.seq).where(Event.id == desk.event.id))).one()

    before = await seq()
    await here(people[0], post=1)
    assert await seq() == before
    assert (await people[0].web.post("/desk/elsewhere/pulse", json={"desk": "a"})).status_code == 403


async def test_pulses_of_many_at_the_same_instant_all_arrive(desk: Desk, people: list[Moderator]) -> None:
    kim, noor = people
    await asyncio.gather(*(here(one, f"desk{n}", n + 1) for n, one in enumerate([kim, noor] * 10)))
    assert len(await here(kim)) == 21
    await asyncio.gather(*(here(one, "the-same", 7) for one in [kim, noor] * 5))  # one word, from two: the last has it


async def test_a_pulse_says_what_waits_which_screens_are_there_and_what_looks_like_a_raid(
    desk: Desk, people: list[Moderator]
) -> None:
    kim, _ = people
    await say_many(desk, 2)
    proposal: dict[str, Any] = {"at": "2027-06-11T09:00:00+00:00", "authors_new": 9, "authors": 10, "reasons": []}
    raid: dict[str, Any] = {"mode": "text_only", "at": "2027-06-11T09:00:00+00:00", "by": "Noor"}
    async with desk.running.database.transaction() as db:
        epoch = (await db.scalars(select(Event.epoch))).one()
        for name, ago in (("left", 1), ("right", 60)):
            db.add(Screen(event_id=desk.event.id, name=name, audience="public", epoch=epoch, acknowledged=0,
                          seen_at=NOW - timedelta(seconds=ago)))  # fmt: skip
        await db.execute(update(Event).values(raid_proposal=proposal))
    told = await kim.does("pulse", desk="a", post=None)
    assert told["counts"] == {"waiting": 2, "hold": 0, "approve": 0, "hide": 0, "later": 0, "reported": 0}
    assert [(s["name"], s["connected"], s["seconds"]) for s in told["screens"]] == [
        ("left", True, 1),
        ("right", False, 60),
    ]
    assert (told["proposal"], told["raid"], told["unanswered"], told["asked"]) == (proposal, None, 0, 0)
    async with desk.running.database.transaction() as db:
        await db.execute(update(Event).values(raid=raid))
    told = await kim.does("pulse", desk="a", post=None)
    assert (told["proposal"], told["raid"]) == (None, raid)


@pytest.mark.parametrize(
    "body",
    [{}, {"desk": ""}, {"desk": "x" * 33}, {"desk": "no spaces"}, {"desk": "ü"}, {"desk": 5}, {"desk": "a", "post": 0},
     {"desk": "a", "post": 2**31}, {"desk": "a", "post": "one"}, {"desk": "a", "more": 1}, {"desk": "a\n"}],
    ids=str,
)  # fmt: skip
async def test_what_is_no_pulse_is_answered_with_a_sentence(people: list[Moderator], body: dict[str, Any]) -> None:
    answer = await people[0].post("pulse", body)
    assert answer.status_code == 422 and answer.json()["error"].endswith(".")
