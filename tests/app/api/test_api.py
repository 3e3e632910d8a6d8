"""The API says what the pages show, in the shapes it describes, to anybody; and nothing of what they do not show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, select

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.intake import receive
from app.models import Event, EventState
from ingest.types import Batch, IncomingDeletion, IncomingPost
from tests.conftest import NOW
from tests.factories import a_post, an_author
from tests.server import Running

UP = "mastodon:https://kueste.example"
OPEN_BOOK = an_author("Open Book", indexable=True)
API = "/api/v1/events/harbour"


async def say(running: Running, *posts: IncomingPost | IncomingDeletion) -> None:
    async with running.database.transaction() as db:
        await receive(db, Batch(UP, posts), NOW)


async def get(running: Running, path: str, status: int = 200) -> Any:
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def said(text: str, minutes: int = 1, **fields: Any) -> IncomingPost:
    return a_post(f"{text} #HarbourTalks", posted_at=NOW - timedelta(minutes=minutes), **fields)


async def test_posts_are_the_wires_posts_oldest_first(running: Running) -> None:
    await say(running, said("Second", 2), said("First", 3), said("Third", 1))
    told = await get(running, f"{API}/posts")
    async with running.database.reading() as db:
        event = (await db.scalars(_event())).one()
        assert told["posts"] == await snapshot.page(db, event, Audience.PUBLIC, 10)
    assert [p["words"][0]["text"].split()[0] for p in told["posts"]] == ["First", "Second", "Third"]
    assert (told["older"], told["newer"]) == (None, None)


async def test_a_program_walks_the_whole_strand_by_the_addresses_it_is_given(running: Running) -> None:
    await say(running, *(said(f"Number {n}", 60 - n) for n in range(25)))
    path: str | None = f"{API}/posts?limit=10"
    walked: list[int] = []
    while path:
        told = await get(running, path)
        walked = [p["id"] for p in told["posts"]] + walked
        path = told["older"]
    assert len(walked) == len(set(walked)) == 25
    first = (await get(running, f"{API}/posts?limit=100"))["posts"]
    assert walked == [p["id"] for p in first]
    back = await get(running, f"{API}/posts?limit=10&after={first[0]['order']}")
    assert [p["id"] for p in back["posts"]] == walked[1:11]
    assert back["newer"]


async def test_posts_are_narrowed_as_on_the_page_and_the_next_address_keeps_that(running: Running) -> None:
    await say(running, *(said(f"The ferry {n} #boats", 30 - n, author=OPEN_BOOK) for n in range(3)), said("No boat", 1))
    told = await get(running, f"{API}/posts?tag=Boats&limit=2")
    assert len(told["posts"]) == 2
    assert "tag=boats" in told["older"]
    assert len((await get(running, told["older"]))["posts"]) == 1
    assert len((await get(running, f"{API}/posts?q=ferry"))["posts"]) == 3
    assert (await get(running, f"{API}/posts?network=bluesky"))["posts"] == []
    assert (await get(running, f"{API}/posts?questions=true"))["posts"] == []


async def test_one_post_its_answers_sessions_and_people(running: Running) -> None:
    asked = said("Who knows?", 5, question=True)
    await say(running, asked, said("I do", 2, author=an_author("Jo Brink"), reply_to_uri=asked.uri))
    first, second = (await get(running, f"{API}/posts"))["posts"]
    assert await get(running, f"{API}/posts/{first['id']}") == first
    assert (await get(running, f"{API}/posts/{first['id']}/answers"))["posts"] == [second]
    (session,) = (await get(running, f"{API}/sessions"))["sessions"]
    assert (session["title"], session["room"], session["when"]) == ("The ferry", "Hall", "now")
    assert await get(running, f"{API}/sessions/{session['id']}") == session
    people = (await get(running, f"{API}/people"))["people"]
    assert [p["author"]["name"] for p in people] == ["Inka Peters", "Jo Brink"]
    assert people[0]["first_post"] == first["id"]
    by_jo = await get(running, f"{API}/posts?author={people[1]['author']['id']}")
    assert [p["id"] for p in by_jo["posts"]] == [second["id"]]


async def test_leak_what_is_not_on_the_pages_is_not_in_the_api(running: Running) -> None:
    gone = said("canary-deleted", 9)
    await say(
        running, gone, said("canary-labelled", 8, labels=("porn",)),
        said("canary-nobot", 7, author=an_author("No Bot", nobot=True)),
        said("canary-unpublic", 6, public=False), said("seen", 5),
    )  # fmt: skip
    id_ = (await get(running, f"{API}/posts"))["posts"][0]["id"]
    await say(running, IncomingDeletion(gone.address))
    for path in ("/posts", "/posts?q=canary", "/people", "/sessions", f"/posts/{id_ + 1}/answers"):
        async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
            assert "canary" not in (await client.get(API + path)).text.replace("q=canary", "")
    assert "taken back" in (await get(running, f"{API}/posts/{id_}", 410))["error"]
    assert (await get(running, f"{API}/posts/{id_ + 1}", 404))["error"]


async def test_a_draft_is_nobodys(running: Running) -> None:
    async with running.database.transaction() as db:
        (await db.scalars(_event())).one().state = EventState.DRAFT
    assert (await get(running, "/api/v1/events"))["events"] == []
    for path in ("", "/posts", "/posts/1", "/sessions", "/people"):
        await get(running, API + path, 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/posts?limit=0", 422), ("/posts?limit=101", 422), ("/posts?before=yesterday", 400),
        ("/posts?network=myspace", 422),
        ("/posts?before=20270611T100000.000000-1&after=20270611T100000.000000-1", 400), ("/posts/0", 404),
        ("/posts/99999999999", 404), ("/sessions/7777", 404), ("/people?after=x", 400), ("/nothing", 404),
    ],
)  # fmt: skip
async def test_a_wrong_question_gets_one_sentence_and_the_right_status(
    running: Running, path: str, status: int
) -> None:
    told = await get(running, API + path, status)
    assert list(told) == ["error"]
    assert told["error"].endswith(".")


async def test_anybodys_page_may_read_it(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        answer = await client.get(f"{API}/posts", headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers


async def test_the_page_of_it_names_every_address_and_loads_nothing_from_elsewhere(running: Running) -> None:
    described = await get(running, "/api/v1/openapi.json")
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        page = (await client.get("/docs", headers={"accept": "text/html"})).text
    assert len(described["paths"]) == 9
    assert all(path in page for path in described["paths"])
    assert "https://" not in page.replace("https://w3", "")


def _event() -> Select[Event]:
    return select(Event)
