"""The programme's pages: complete without a script, true to the clock, in both languages; and the walls' list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.database import Database
from app.domain.events import create_event
from app.domain.intake import receive
from app.domain.schedule import schedule
from app.models import Event, Policy
from ingest.programme import IncomingRoom, IncomingSchedule, IncomingSession
from ingest.types import Batch, IncomingPost
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_source
from tests.server import Running, serving

UP = "mastodon:https://kueste.example"


def a_session(number: int, title: str, minutes: int, **fields: Any) -> IncomingSession:
    start = NOW + timedelta(minutes=minutes)
    more = {"room": "Speicher", "speakers": ("Inka Peters",), **fields}
    return IncomingSession(f"g{number}", title, start, start + timedelta(minutes=45), number=number, **more)


PLAN = (
    a_session(1, "Opening <knots>", -90),
    a_session(2, "The ferry that reads", -10, abstract="First row.\nSecond row."),
    a_session(3, "A listening circle", -10, room="Kajüte", closed=True),
    a_session(4, "Neighbours as editors", 60),
    a_session(5, "A map by everyone", 24 * 60),
)


@pytest.fixture
async def running(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as server:
        async with server.database.transaction() as db:
            event = await create_event(
                db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, policy=Policy.OPEN, time_zone="Europe/Berlin",
                session_tag="ht_s{number}",
            )  # fmt: skip
            await make_source(db, event, UP)
        await plan(server, *PLAN)
        yield server


async def plan(running: Running, *sessions: IncomingSession) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        rooms = (IncomingRoom("Speicher"), IncomingRoom("Kajüte"))
        await schedule.import_schedule(db, event, IncomingSchedule(sessions, rooms), running.clock())


async def say(running: Running, *posts: IncomingPost) -> None:
    async with running.database.transaction() as db:
        await receive(db, Batch(UP, posts), running.clock())


@pytest.fixture
async def reader(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as visitor:
        yield visitor


def in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


async def test_the_programme_names_every_talk_in_order_under_its_day(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/harbour/sessions")).text
    assert in_order(
        page, "Friday, 11 June</h2>", "Opening &lt;knots&gt;", "The ferry that reads", "Neighbours as editors",
        "Saturday, 12 June</h2>", "A map by everyone",
    )  # fmt: skip
    assert page.count('data-when="past"') == 1 and page.count('data-when="now"') == 2
    assert "10:50" in page and "Speicher, until 11:35" in page and "Inka Peters" in page


async def test_in_german_it_speaks_german(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/harbour/sessions?lang=de")).text
    assert "Freitag, 11. Juni" in page and "bis 11:35" in page and "Das Programm" in page


async def test_a_change_is_said_and_what_was_cancelled_stays_readable(
    running: Running, reader: httpx.AsyncClient
) -> None:
    moved = replace(PLAN[3], title="Editors next door", room="Kajüte", starts_at=PLAN[3].starts_at + timedelta(hours=1),
                    ends_at=PLAN[3].ends_at + timedelta(hours=1))  # fmt: skip
    await plan(running, *PLAN[:3], moved, a_session(6, "Brand new", 90))
    page = (await reader.get("/harbour/sessions")).text
    for said in ("moved from 12:00", "moved from Speicher", "was “Neighbours as editors”", "New in the programme"):
        assert said in page
    assert in_order(page, "data-cancelled", "A map by everyone", "Cancelled")
    assert (await reader.get("/harbour/sessions/5")).status_code == 200


async def test_a_talk_has_its_own_strand_in_the_order_it_was_said(running: Running, reader: httpx.AsyncClient) -> None:
    await say(
        running,
        a_post("second #HarbourTalks #ht_s2", posted_at=NOW - timedelta(minutes=1)),
        a_post("first #HarbourTalks #ht_s2", an_author("Bo"), posted_at=NOW - timedelta(minutes=5)),
        a_post("elsewhere #HarbourTalks #ht_s1", an_author("Kim")),
    )
    page = (await reader.get("/harbour/sessions/2")).text
    assert in_order(page, "First row.", "first #HarbourTalks", "second #HarbourTalks")
    assert "elsewhere" not in page and page.count("<article") == 2
    assert "#ht_s2" in page and 'href="/harbour/sessions#d2027-06-11"' in page


async def test_a_long_strand_is_turned_page_by_page(running: Running, reader: httpx.AsyncClient) -> None:
    posts = (a_post(f"n{n}. #HarbourTalks #ht_s2", posted_at=NOW - timedelta(seconds=100 - n)) for n in range(60))
    await say(running, *posts)
    page = (await reader.get("/harbour/sessions/2")).text
    assert page.count("<article") == 50
    later = page.split('<li class="turn"')[1].split('<a href="')[1].split('"')[0].replace("&amp;", "&")
    rest = (await reader.get(later)).text
    assert rest.count("<article") == 10 and "n59." in rest and "n49." not in rest and "From the beginning" in rest


async def test_a_post_says_which_talk_it_belongs_to(running: Running, reader: httpx.AsyncClient) -> None:
    await say(running, a_post("hello #HarbourTalks #ht_s2"), a_post("shh #HarbourTalks #ht_s3", an_author("Bo")))
    page = (await reader.get("/harbour")).text
    assert '<p class="session"><a href="/harbour/sessions/2"><bdi>The ferry that reads</bdi></a></p>' in page
    assert "a closed talk: no pictures, no quotes" in page


async def test_the_strand_marks_where_a_talk_began_and_shows_what_is_on(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await say(
        running,
        a_post("before #HarbourTalks", posted_at=NOW - timedelta(minutes=20)),
        a_post("after #HarbourTalks", an_author("Bo"), posted_at=NOW - timedelta(minutes=2)),
    )
    page = (await reader.get("/harbour")).text
    strand = page.split('<ol id="strand"')[1]
    assert in_order(strand, "before #HarbourTalks", 'class="talkmark"', "A listening circle", "after #HarbourTalks")
    assert strand.count('class="talkmark"') == 1  # two talks, one moment
    assert page.count("data-now") == 2 and page.count("data-next") == 1 and "/harbour/sessions" in page
    newest = (await reader.get("/harbour?order=newest")).text.split('<ol id="strand"')[1]
    assert in_order(newest, "after #HarbourTalks", 'class="talkmark"', "before #HarbourTalks")


async def test_a_page_that_is_asked_for_again_is_new_when_a_talk_begins(
    running: Running, reader: httpx.AsyncClient
) -> None:
    for path in ("/harbour", "/harbour/sessions", "/harbour/sessions/4"):
        etag = (await reader.get(path)).headers["etag"]
        assert (await reader.get(path, headers={"if-none-match": etag})).status_code == 304
        running.clock.now = NOW + timedelta(minutes=61)
        assert (await reader.get(path, headers={"if-none-match": etag})).status_code == 200
        running.clock.now = NOW


async def test_walls_are_told_what_is_on_in_the_next_hours(running: Running, reader: httpx.AsyncClient) -> None:
    told = (await reader.get("/harbour/sessions.json")).json()["sessions"]
    assert [one["title"] for one in told] == ["The ferry that reads", "A listening circle", "Neighbours as editors"]
    assert told[0] == {
        "id": 2, "title": "The ferry that reads", "room": "Speicher", "time": "10:50", "until": "11:35",
        "url": "/harbour/sessions/2", "speakers": ["Inka Peters"], "lang": None,
        "starts_at": "2027-06-11T08:50:00Z", "ends_at": "2027-06-11T09:35:00Z",
    }  # fmt: skip


async def test_a_large_programme_is_shown_a_day_at_a_time(running: Running, reader: httpx.AsyncClient) -> None:
    await plan(running, *(a_session(n + 1, f"Talk {n}", n * 20) for n in range(200)))
    page = (await reader.get("/harbour/sessions")).text
    assert "Talk 0" in page and "Talk 199" not in page
    assert "Talk 199" in (await reader.get("/harbour/sessions?day=2027-06-14")).text
    assert (await reader.get("/harbour/sessions?day=nonsense")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/harbour/sessions/99", "/harbour/sessions/x", "/nowhere/sessions", "/nowhere/sessions.json"]
)
async def test_what_is_not_there_is_said_to_be_missing(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code in (404, 422)


async def test_an_event_without_a_programme_says_so(running: Running, reader: httpx.AsyncClient) -> None:
    async with running.database.transaction() as db:
        await create_event(db, "quiet", "Quiet", ["Quiet"], NOW)
    assert "There is no programme yet." in (await reader.get("/quiet/sessions")).text
    assert "/quiet/sessions" not in (await reader.get("/quiet")).text
