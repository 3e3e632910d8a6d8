"""Showings and airtime: every second counts once, whoever says it how often, and never for another's post or screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.audience import Audience
from app.domain.screens import airtime, showings
from app.domain.screens.showings import Piece, rest
from app.models import Author, Person, Post, Screen, Showing, Verdict
from ingest.types import Network
from tests.app.said import an_author, say
from tests.app.screens.conftest import Hall
from tests.conftest import NOW


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def said(hall: Hall, author: Author | None = None, **fields: Any) -> Post:
    async with hall.database.transaction() as db:
        more: dict[str, Any] = {"shown_at": NOW, "first": True} | fields
        return await say(db, hall.event, "Hello", author, **more)


async def keep(hall: Hall, post: Post | int, *spans: tuple[float, float], name: str = "left", **more: Any) -> None:
    number = post if isinstance(post, int) else post.id
    of: dict[str, Any] = {"event_id": hall.event.id, "name": name}
    of |= {"audience": "reviewed" if name == "right" else "public"} | more
    async with hall.database.transaction() as db:
        await showings.keep(db, [Piece(post_id=number, began_at=at(a), ended_at=at(b), **of) for a, b in spans])


async def kept(hall: Hall) -> list[tuple[float, float]]:
    async with hall.database.reading() as db:
        rows = (await db.scalars(select(Showing).order_by(Showing.began_at, Showing.id))).all()
    return [((row.began_at - NOW).total_seconds(), (row.ended_at - NOW).total_seconds()) for row in rows]


async def asked(hall: Hall, name: str | None = "left", audience: Audience = Audience.PUBLIC) -> dict[str, Any]:
    async with hall.database.reading() as db:
        wanted = select(Screen).where(Screen.name == name)
        screen = (await db.scalars(wanted)).one_or_none()
        return await airtime.airtime(db, hall.event, screen, audience, hall.clock())


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(0, 10)]), ([(0, 10)], []), ([(-5, 20)], []), ([(0.1, 9.9)], []), ([(2, 4)], [(0, 2), (4, 10)]),
        ([(-5, 2), (8, 20)], [(2, 8)]), ([(8, 20), (-5, 2), (1, 5)], [(5, 8)]), ([(10, 20), (-5, 0)], [(0, 10)]),
        ([(3, 8), (2, 5)], [(0, 2), (8, 10)]), ([(0.3, 5)], [(5, 10)]),
    ],
)  # fmt: skip
def test_of_a_showing_counts_what_is_not_known_yet(
    taken: list[tuple[float, float]], left: list[tuple[float, float]]
) -> None:
    found = rest((at(0), at(10)), [(at(a), at(b)) for a, b in taken])
    assert found == [(at(a), at(b)) for a, b in left]


async def test_a_showing_said_again_by_another_clock_is_counted_once(hall: Hall) -> None:
    post = await said(hall)
    await keep(hall, post, (0, 60), (60, 90))
    await keep(hall, post, (0.02, 60.1), (59.95, 90.2))
    assert await kept(hall) == [(0, 60), (60, 90)]
    await keep(hall, post, (80, 100))
    assert (await kept(hall))[2:] == [(90, 100)]


async def test_two_browsers_that_are_one_screen_show_for_one(hall: Hall) -> None:
    post = await said(hall)
    await keep(hall, post, (0, 20), (10, 30), (0, 20))
    assert await kept(hall) == [(0, 20), (20, 30)]
    await keep(hall, post, (0, 30), name="right")
    assert len(await kept(hall)) == 3, "another screen is another"


async def test_a_showing_is_of_a_known_screen_of_its_own_audience_and_of_a_post_of_its_event(hall: Hall) -> None:
    post = await said(hall)
    await keep(hall, post, (0, 9), name="nobody")
    await keep(hall, post, (0, 9), name="left", audience="reviewed")
    await keep(hall, post, (0, 9), event_id=999)
    await keep(hall, 999, (0, 9))
    assert await kept(hall) == []
    await keep(hall, post, (0, 9))
    assert await kept(hall) == [(0, 9)]


async def test_no_showing_is_longer_than_a_wall_says_at_once(hall: Hall) -> None:
    await keep(hall, await said(hall), (0, 100_000))
    assert await kept(hall) == [(0, 120)]


async def test_airtime_of_posts_and_people_is_that_of_one_screen(hall: Hall) -> None:
    inka, nameless = None, None
    async with hall.database.transaction() as db:
        inka = await an_author(db)
        nameless = await an_author(db, "", network=Network.FORM)
    one, two, third = await said(hall, inka), await said(hall, inka), await said(hall, nameless)
    await keep(hall, one, (0, 60), (60, 90))
    await keep(hall, two, (0, 10.5))
    await keep(hall, third, (0, 5))
    await keep(hall, one, (0, 7), name="right")
    told = await asked(hall)
    assert told["posts"] == {str(one.id): 90.0, str(two.id): 10.5, str(third.id): 5.0}
    assert told["people"] == {f"a{inka.id}": 100.5, f"p{third.id}": 5.0}
    assert (await asked(hall, "right"))["people"] == {f"a{inka.id}": 7.0}
    assert (await asked(hall, "nobody"))["posts"] == {}


async def test_airtime_of_several_addresses_is_one_persons(hall: Hall) -> None:
    async with hall.database.transaction() as db:
        person = Person(fingerprint="f", word="w", created_at=NOW, expires_at=NOW)
        db.add(person)
        await db.flush()
        first, second = [await an_author(db, person_id=person.id) for _ in range(2)]
    for author in (second, first):
        await keep(hall, await said(hall, author), (0, 10))
    told = await asked(hall)
    assert told["people"] == {f"a{first.id}": 20.0}
    assert told["same"] == {f"a{second.id}": f"a{first.id}"}


async def test_a_first_showing_is_waited_for_until_it_was_long_enough_on_one_screen(hall: Hall) -> None:
    early, late = await said(hall, shown_at=at(-100)), await said(hall, shown_at=at(-20))
    await said(hall, first=False)
    await said(hall, verdict=Verdict.WAITING, shown_at=None)
    await said(hall, shown_at=at(-31 * 60))
    told = (await asked(hall))["firsts"]
    assert [(one["id"], one["waited"]) for one in told] == [(early.id, 100), (late.id, 20)]
    assert told[0]["post"]["id"] == early.id and told[0]["post"]["words"]
    await keep(hall, early, (0, 4), name="left")
    await keep(hall, early, (0, 4), name="right")
    assert len((await asked(hall))["firsts"]) == 2, "half of it on each of two screens is not enough"
    await keep(hall, early, (10, 14), name="left")
    assert [one["id"] for one in (await asked(hall))["firsts"]] == [late.id]
    assert [one["id"] for one in (await asked(hall, "right"))["firsts"]] == [late.id], "on any screen"


async def test_a_reviewed_screen_owes_a_first_showing_only_to_what_a_person_read(hall: Hall) -> None:
    await said(hall)
    mine = await said(hall, decided_by=hall.kim.id)
    assert len((await asked(hall))["firsts"]) == 2
    assert [one["id"] for one in (await asked(hall, "right", Audience.REVIEWED))["firsts"]] == [mine.id]
