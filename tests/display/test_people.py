"""The pages of people: in the order they came, one line for each, no counts; and nobody who does not stand there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import event as happening
from sqlalchemy import update

from app.database import Database
from app.domain.strand import people
from app.errors import NotFound
from app.models import Author, Event, Person, Session
from app.models.person import Claim, ClaimState
from ingest.types import Network
from tests.conftest import NOW
from tests.display.saying import UNSEEN, a_row, ago, author_id, say, somebody
from tests.factories import a_post, an_author, make_event
from tests.server import Running

INKA = an_author("Inka Peters", indexable=True)
BO = an_author("Bo Lind", Network.BLUESKY)
SHY = an_author("Shy Sam")  # says nothing of being indexed


@pytest.fixture
async def reader(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as visitor:
        yield visitor


def names(page: str) -> list[str]:
    return re.findall(r'<h3><a class="name" href="[^"]+"><bdi>([^<]+)</bdi>', page)


async def test_people_stand_in_the_order_they_came_whatever_they_said_and_how_often(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await say(
        running,
        a_post("third #HarbourTalks", SHY, **ago(10)),
        *(a_post(f"again {n} #HarbourTalks", BO, **ago(5)) for n in range(7)),
        a_post("second #HarbourTalks", BO, **ago(20)),
        a_post("The ferry is late. #HarbourTalks", INKA, **ago(30)),
    )
    page = (await reader.get("/harbour/people")).text
    assert names(page) == ["Inka Peters", "Bo Lind", "Shy Sam"]
    assert "The ferry is late." in page and "again" not in page and "@inka@kueste.example" in page
    assert 'name="robots" content="noindex"' in page  # one of them did not agree


async def test_several_addresses_of_one_person_are_one_and_their_posts_are_one_strand(
    running: Running, reader: httpx.AsyncClient
) -> None:
    here, there = an_author("Bo Lind"), an_author("Bo from there", Network.BLUESKY)
    await say(
        running,
        a_post("from there #HarbourTalks", there, **ago(30)),
        a_post("between #HarbourTalks", INKA, **ago(20)),
        a_post("from here #HarbourTalks", here, **ago(10)),
    )
    assert names((await reader.get("/harbour/people")).text) == ["Bo from there", "Inka Peters", "Bo Lind"]
    async with running.database.transaction() as db:
        person = Person(fingerprint="f", word="w", expires_at=NOW, created_at=NOW)
        db.add(person)
        await db.flush()
        await db.execute(update(Author).where(Author.name.startswith("Bo")).values(person_id=person.id))
    page = (await reader.get("/harbour/people")).text
    assert names(page) == ["Bo from there", "Inka Peters"]
    assert "bo.sky.example" in page and "@bo@kueste.example" in page
    for name in ("Bo from there", "Bo Lind"):
        page = (await reader.get(f"/harbour/people/{await author_id(running, name)}")).text
        assert page.find("from there #") < page.find("from here #") and page.count("<article") == 2
        assert f'rel="canonical" href="/harbour/people/{await author_id(running, "Bo from there")}"' in page


async def test_people_without_a_name_are_one_line_and_have_no_page_that_ties_their_words_together(
    running: Running, reader: httpx.AsyncClient
) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        for n in range(50):
            db.add(a_row(event, f"unnamed {n}", Author(uri=f"strand:form/author/{n}", network=Network.FORM, name="",
                         first_seen_at=NOW)))  # fmt: skip
    page = (await reader.get("/harbour/people")).text
    assert names(page) == [] and "People without a name." in page and "Anonymous" not in page
    await say(running, a_post("hello #HarbourTalks", INKA))
    page = (await reader.get("/harbour/people")).text
    assert names(page) == ["Inka Peters"] and page.count("And people without a name.") == 1
    assert (await reader.get("/harbour/people/1")).status_code == 404
    assert (await reader.get(f"/harbour/people/{await author_id(running, 'Inka Peters')}")).status_code == 200


async def test_whom_somebody_answered_and_who_answered_them_is_named_without_counting(
    running: Running, reader: httpx.AsyncClient
) -> None:
    first = a_post("a question #HarbourTalks", INKA, **ago(30))
    second = a_post("an answer #HarbourTalks", BO, reply_to_uri=first.uri, **ago(20))
    third = a_post("thanks #HarbourTalks", INKA, reply_to_uri=second.uri, **ago(10))
    await say(running, first, second, third, a_post("to myself #HarbourTalks", INKA, reply_to_uri=third.uri, **ago(9)))
    await say(running, a_post("another #HarbourTalks", BO, reply_to_uri=first.uri, **ago(8)))
    for name, other in (("Inka Peters", "Bo Lind"), ("Bo Lind", "Inka Peters")):
        page = (await reader.get(f"/harbour/people/{await author_id(running, name)}")).text
        head = page[: page.find("<main")]
        link = f'<li><a href="/harbour/people/{await author_id(running, other)}"><bdi>{other}</bdi></a></li>'
        assert head.count(link) == 2, "answered, and was answered by"
        assert head.count("<li><a") - head.count(link) <= 1  # their own address, and nobody else


async def test_a_page_says_noindex_where_its_author_or_somebody_named_does_not_consent(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await say(running, a_post("one #HarbourTalks", INKA), a_post("two #HarbourTalks", SHY))
    noindex = '<meta name="robots" content="noindex">'
    assert noindex not in (await reader.get(f"/harbour/people/{await author_id(running, 'Inka Peters')}")).text
    assert noindex in (await reader.get(f"/harbour/people/{await author_id(running, 'Shy Sam')}")).text
    first = a_post("three #HarbourTalks", INKA)
    await say(running, first, a_post("four #HarbourTalks", SHY, reply_to_uri=first.uri))
    assert noindex in (await reader.get(f"/harbour/people/{await author_id(running, 'Inka Peters')}")).text


async def test_a_long_list_is_turned_page_by_page_there_and_back(running: Running, reader: httpx.AsyncClient) -> None:
    who = [an_author(f"N{n:03} X") for n in range(230)]
    await say(running, *(a_post(f"{n} #HarbourTalks", author, **ago(300 - n)) for n, author in enumerate(who)))
    wanted, address, seen = [author.name for author in who], "/harbour/people", []
    while address:
        page = (await reader.get(address)).text
        assert len(names(page)) <= 100
        seen += names(page)
        last, address = address, "".join(re.findall(r'<a href="([^"]+after=[^"]+)"', page)[:1])
    assert seen == wanted
    back = re.findall(r'<a href="([^"]+before=[^"]+)"', (await reader.get(last)).text)[0]
    assert names((await reader.get(back)).text) == wanted[100:200]
    assert names((await reader.get("/harbour/people?before=20000101T000000.000000-1")).text) == []


@pytest.mark.parametrize("path", ["/harbour/people/99", "/harbour/people/x", "/nowhere/people", "/nowhere/people/1"])
async def test_nobody_there_is_said_plainly(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404


async def test_a_place_that_is_none_gets_one_plain_sentence(running: Running, reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/harbour/people?after=yesterday")
    assert answer.status_code == 400 and "place" in answer.text
    assert "Nobody has said anything yet." in (await reader.get("/harbour/people")).text


async def test_a_page_that_did_not_change_is_not_sent_again_until_somebody_proves_an_address(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await say(running, a_post("one #HarbourTalks", INKA))
    for path in ("/harbour/people", "/harbour/people/1"):
        etag = (await reader.get(path)).headers["etag"]
        assert (await reader.get(path, headers={"if-none-match": etag})).status_code == 304
        async with running.database.transaction() as db:
            person = Person(fingerprint=path, word=path, expires_at=NOW, created_at=NOW)
            db.add(person)
            await db.flush()
            db.add(Claim(person_id=person.id, address="a", state=ClaimState.PROVED, asked_at=NOW, proved_at=NOW))
        assert (await reader.get(path, headers={"if-none-match": etag})).status_code == 200


@pytest.mark.parametrize("how", UNSEEN)
async def test_leak_nobody_comes_with_what_may_not_be_seen_but_with_their_first_words_that_may(
    database: Database, how: str
) -> None:
    of_author, of_post = UNSEEN[how]
    async with database.transaction() as db:
        event = await make_event(db)
        early = somebody("early", **of_author)
        db.add(a_row(event, "canary", early, minutes=9, **of_post))
        ann = somebody("ann")
        parent = a_row(event, "from ann", ann, minutes=5)
        db.add_all([parent, a_row(event, "canary answer", early, minutes=4, reply_to=parent, **of_post)])
        if not of_author:
            db.add(a_row(event, "said openly", early, minutes=2))
    async with database.reading() as db:
        came = (await people.page(db, event.id, 10)).arrivals
        said = [one.post.text for one in came]
        assert said == (["from ann"] if of_author else ["from ann", "said openly"])
        met = await people.who_answered(db, event.id, await people.find_person(db, event.id, ann.id))
        assert list(met.people) == []
        if of_author:
            with pytest.raises(NotFound):
                await people.find_person(db, event.id, early.id)
        else:
            mine = await people.said(db, event, await people.find_person(db, event.id, early.id), 10)
            assert [post["id"] for post in mine] == [came[1].post.id]


async def test_places_work_on_both_databases_and_each_event_has_its_own_people(database: Database) -> None:
    async with database.transaction() as db:
        event, other = await make_event(db), await make_event(db)
        ann, bo = somebody("ann"), somebody("bo")
        db.add_all([a_row(event, "1", ann, 9), a_row(event, "2", bo, 8), a_row(other, "3", bo, 20)])
    async with database.reading() as db:
        first = await people.page(db, event.id, 1)
        assert [one.post.text for one in first.arrivals] == ["1"] and first.later and not first.earlier
        place = (first.arrivals[0].post.posted_at, first.arrivals[0].post.id)
        second = await people.page(db, event.id, 1, after=place)
        assert [one.post.text for one in second.arrivals] == ["2"] and second.earlier and not second.later
        place = (second.arrivals[0].post.posted_at, second.arrivals[0].post.id)
        assert [one.post.text for one in (await people.page(db, event.id, 5, before=place)).arrivals] == ["1"]
        assert [one.post.text for one in (await people.page(db, other.id, 5)).arrivals] == ["3"]
        assert not await people.has_nameless(db, event.id)


async def test_nobody_is_quoted_from_a_closed_session_and_what_is_covered_stays_covered(
    running: Running, reader: httpx.AsyncClient
) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        closed = Session(event_id=1, guid="g", title="A listening circle", closed=True, starts_at=NOW, ends_at=NOW)
        db.add_all([
            a_row(event, "said behind doors", somebody("ann"), session=closed, session_how="tag"),
            a_row(event, "under the cover", somebody("bo"), content_warning="Fish and knives"),
        ])  # fmt: skip
    page = (await reader.get("/harbour/people")).text
    assert "said behind doors" not in page and "A listening circle" in page
    assert "under the cover" not in page and "Fish and knives" in page


async def test_the_pages_cost_the_same_number_of_queries_whoever_came(
    running: Running, reader: httpx.AsyncClient
) -> None:
    asked: list[str] = []
    happening.listen(running.database.reader.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    async def cost(path: str) -> int:
        asked.clear()
        assert (await reader.get(path)).status_code == 200
        return len(asked)

    one = a_post("one #HarbourTalks", INKA, **ago(50))
    await say(running, one, a_post("two #HarbourTalks", BO, reply_to_uri=one.uri, **ago(40)))
    few = [await cost(path) for path in ("/harbour/people", "/harbour/people/1")]
    await say(running, *(a_post(f"{n} #HarbourTalks", an_author(f"N{n} X"), reply_to_uri=one.uri) for n in range(90)))
    await say(running, *(a_post(f"i {n} #HarbourTalks", INKA) for n in range(40)))
    assert [await cost(path) for path in ("/harbour/people", "/harbour/people/1")] == few
    assert max(few) <= 12, few
