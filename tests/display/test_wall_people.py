"""Who is here, as a wall is told it: by arrival, by name, once each, and nobody whom its audience may not know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.models import Account, Author, Event, Person, Post, Screen, Verdict
from ingest.types import Network
from tests.conftest import NOW
from tests.display.saying import UNSEEN, a_row, ago, say, somebody
from tests.factories import a_post, an_author
from tests.server import Running

INKA, BO = an_author("Inka Peters"), an_author("Bo Lind", Network.BLUESKY)
AMIRA = an_author("أميرة حدّاد")
ADDRESS = "/harbour/wall/people.json"


@pytest.fixture
async def wall(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as visitor:
        yield visitor


async def told(wall: httpx.AsyncClient, screen: str = "") -> dict[str, Any]:
    answer = await wall.get(ADDRESS, params={"screen": screen})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(wall: httpx.AsyncClient, screen: str = "") -> list[str]:
    return [one["name"] for one in (await told(wall, screen))["people"]]


async def test_names_come_by_arrival_once_each_and_nothing_is_counted(
    running: Running, wall: httpx.AsyncClient
) -> None:
    await say(
        running,
        *(a_post(f"again {n} #HarbourTalks", BO, **ago(5)) for n in range(7)),
        a_post("second #HarbourTalks", BO, **ago(20)),
        a_post("first #HarbourTalks", INKA, **ago(30)),
        a_post("ثالث #HarbourTalks", AMIRA, **ago(10)),
    )
    found = await told(wall)
    assert [one["name"] for one in found["people"]] == ["Inka Peters", "Bo Lind", "أميرة حدّاد"]
    assert [one["dir"] for one in found["people"]] == ["ltr", "ltr", "rtl"]
    assert set(found["people"][0]) == {"key", "name", "dir", "post", "at", "time", "day"}
    assert found["nameless"] is False and found["seq"] > 0


async def test_a_reviewed_screen_is_told_no_name_that_nobody_has_read(
    running: Running, wall: httpx.AsyncClient
) -> None:
    await say(running, a_post("read #HarbourTalks", INKA, **ago(9)), a_post("unread #HarbourTalks", BO, **ago(5)))
    async with running.database.transaction() as db:
        event = (await db.scalars(select(Event))).one()
        kim = Account(name="Kim", created_at=NOW)
        db.add_all([kim, Screen(event_id=event.id, name="Hall", audience="reviewed")])
        await db.flush()
        await db.execute(update(Post).where(Post.text.startswith("read")).values(decided_by=kim.id))
    assert await names(wall) == ["Inka Peters", "Bo Lind"]
    assert await names(wall, "Hall") == ["Inka Peters"]
    assert await names(wall, "a screen nobody knows") == ["Inka Peters", "Bo Lind"]


async def test_leak_nobody_is_here_by_a_post_that_is_not_shown(running: Running, wall: httpx.AsyncClient) -> None:
    async with running.database.transaction() as db:
        event = (await db.scalars(select(Event))).one()
        for n, (key, (author, post)) in enumerate(UNSEEN.items()):
            db.add(a_row(event, f"unseen {n}", somebody(key, **author), **post))
        db.add(a_row(event, "seen", somebody("seen")))
    assert await names(wall) == ["seen"]


async def test_who_is_hidden_is_gone_from_the_next_answer_and_the_same_answer_is_not_sent_twice(
    running: Running, wall: httpx.AsyncClient
) -> None:
    await say(running, a_post("x #HarbourTalks", INKA, **ago(9)), a_post("y #HarbourTalks", BO, **ago(5)))
    first = await wall.get(ADDRESS)
    again = await wall.get(ADDRESS, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    async with running.database.transaction() as db:
        await db.execute(update(Post).where(Post.text.startswith("x")).values(verdict=Verdict.HIDE))
        await db.execute(update(Event).values(seq=Event.seq + 1))
    later = await wall.get(ADDRESS, headers={"if-none-match": first.headers["etag"]})
    assert [one["name"] for one in later.json()["people"]] == ["Bo Lind"]


async def test_several_addresses_of_one_person_are_one_name(running: Running, wall: httpx.AsyncClient) -> None:
    there = an_author("Bo from there", Network.MASTODON)
    await say(running, a_post("a #HarbourTalks", there, **ago(9)), a_post("b #HarbourTalks", BO, **ago(5)))
    async with running.database.transaction() as db:
        person = Person(fingerprint="f", word="w", expires_at=NOW, created_at=NOW)
        db.add(person)
        await db.flush()
        await db.execute(update(Author).where(Author.name.startswith("Bo")).values(person_id=person.id))
        least = min((await db.scalars(select(Author.id).where(Author.name.startswith("Bo")))).all())
    assert [(one["name"], one["key"]) for one in (await told(wall))["people"]] == [("Bo from there", f"a{least}")]
