"""Feeds, read by parsers that are not ours: what a reader gets, what stays covered, and what must not leak."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]
import httpx
import jsonschema_rs
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.events import create_event
from app.domain.schedule import schedule
from app.models import Attachment, Event, Media, Post
from ingest.programme import IncomingSchedule, IncomingSession
from ingest.types import Network
from tests.conftest import NOW
from tests.display.saying import UNSEEN, a_row, ago, author_id, harbour, say, somebody
from tests.factories import a_post, an_author
from tests.server import Running

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://wall.example"
INKA = an_author("Inka Peters", indexable=True, url="https://kueste.example/@inka")
BO = an_author("Bo Lind", Network.BLUESKY)
SHY = an_author("Shy Sam")  # says nothing of being indexed

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": "^https?://[^/ ]+"}
MOMENT = {"type": "string", "format": "date-time", "pattern": "T.*(Z|[+-][0-9]{2}:[0-9]{2})$"}
AUTHOR = {
    "type": "object", "additionalProperties": False, "minProperties": 1,
    "properties": {"name": TEXT, "url": URL, "avatar": URL},
}  # fmt: skip
ITEM = {
    "type": "object", "additionalProperties": False, "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "properties": {
        "id": TEXT, "url": URL, "external_url": URL, "title": TEXT, "content_html": TEXT, "content_text": TEXT,
        "summary": TEXT, "image": URL, "banner_image": URL, "date_published": MOMENT, "date_modified": MOMENT,
        "authors": {"type": "array", "items": AUTHOR, "minItems": 1}, "tags": {"type": "array", "items": TEXT},
        "language": {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"},
        "attachments": {"type": "array", "items": {
            "type": "object", "required": ["url", "mime_type"], "additionalProperties": False,
            "properties": {"url": URL, "mime_type": TEXT, "title": TEXT, "size_in_bytes": {"type": "integer"}},
        }},
    },
}  # fmt: skip
JSON_FEED = {
    "type": "object", "additionalProperties": False, "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": TEXT, "home_page_url": URL, "feed_url": URL,
        "description": TEXT, "next_url": URL, "icon": URL, "language": {"type": "string"},
        "authors": {"type": "array", "items": AUTHOR}, "items": {"type": "array", "items": ITEM},
    },
}  # fmt: skip
FEEDS = ("/harbour", "/harbour/sessions/1", "/harbour/people/{inka}")


@pytest.fixture
async def running(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with harbour(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path, public_url=BASE) as server:
        async with server.database.transaction() as db:
            talk = IncomingSession("g", "The ferry <reads>", NOW, NOW + timedelta(minutes=45), number=2)
            await schedule.import_schedule(db, await db.get_one(Event, 1), IncomingSchedule((talk,), ()), NOW)
        yield server


@pytest.fixture
async def reader(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as visitor:
        yield visitor


async def a_lively_strand(running: Running) -> None:
    """One of everything: an answer, a picture, a cover, other alphabets, an edit, markup in words and names."""
    first = a_post("The <b>ferry</b> & its books. #HarbourTalks #HarbourTalks_s2", INKA, lang="en", **ago(9))
    edited = a_post("before #HarbourTalks", INKA, key="edited", **ago(8))
    await say(
        running, first, edited,
        a_post("Antwort #HarbourTalks", BO, reply_to_uri=first.uri, lang="de", **ago(7)),
        a_post("the knives themselves #HarbourTalks", BO, content_warning="Fish & knives", **ago(6)),
        a_post("المكتبة #HarbourTalks", an_author("أميرة"), lang="ar", **ago(5)),
        a_post("bell \x07 and ]]> #HarbourTalks", an_author("<script>alert(1)</script>"), **ago(4)),
        a_post("Lots of words that go on and on and on. " * 9 + "#HarbourTalks", BO, **ago(3)),
    )  # fmt: skip
    running.clock.forward(60)
    await say(
        running, a_post("after #HarbourTalks", INKA, key="edited", edited_at=NOW + timedelta(seconds=30), **ago(8))
    )
    async with running.database.transaction() as db:
        post = (await db.scalars(select(Post).where(Post.text.contains("ferry")))).one()
        db.add(Media(id="a" * 64, width=600, height=400, size=9, widths=[320], colour="#335577", created_at=NOW))
        db.add(Attachment(post_id=post.id, position=0, kind="image", alt='The "ferry" at dusk', media_id="a" * 64))


async def parsed(reader: httpx.AsyncClient, address: str) -> Any:
    answer = await reader.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@pytest.mark.parametrize("feed", FEEDS)
async def test_every_atom_feed_has_what_rfc_4287_requires_and_feedparser_finds_no_fault(
    running: Running, reader: httpx.AsyncClient, feed: str
) -> None:
    await a_lively_strand(running)
    address = feed.format(inka=await author_id(running, "Inka Peters"))
    read = await parsed(reader, f"{address}/feed.atom")
    assert read.version == "atom10" and read.entries
    root = ElementTree.fromstring((await reader.get(f"{address}/feed.atom")).content)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            assert len(element.findall(ATOM + required)) == 1
            assert element.findtext(ATOM + required)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{BASE}{address}/feed.atom", "alternate": f"{BASE}{address}"}
    for entry in root.iter(f"{ATOM}entry"):
        assert all(author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author"))
        assert entry.find(f"{ATOM}author") is not None and entry.find(f"{ATOM}content") is not None
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")].count("alternate") == 1
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) and all(id and id.startswith("urn:uuid:") for id in ids)
    assert root.findtext(f"{ATOM}updated") == max(e.findtext(f"{ATOM}updated") or "" for e in root.iter(f"{ATOM}entry"))


@pytest.mark.parametrize("feed", FEEDS)
async def test_every_json_feed_follows_the_rules_of_version_1_1(
    running: Running, reader: httpx.AsyncClient, feed: str
) -> None:
    await a_lively_strand(running)
    address = feed.format(inka=await author_id(running, "Inka Peters"))
    answer = await reader.get(f"{address}/feed.json")
    assert answer.headers["content-type"] == "application/feed+json"
    rules = jsonschema_rs.Draft202012Validator(JSON_FEED, validate_formats=True)
    assert [str(fault) for fault in rules.iter_errors(answer.json())] == []
    assert list(rules.iter_errors({**answer.json(), "items": [{"title": "no id"}]})), "the rules can fail"
    told = answer.json()
    assert told["feed_url"] == f"{BASE}{address}/feed.json" and told["home_page_url"] == BASE + address
    atom = await parsed(reader, f"{address}/feed.atom")
    same = [(i["id"], i["title"].replace("\x07", ""), i["url"]) for i in told["items"]]  # XML cannot say a bell
    assert same == [(e.id, e.title, e.link) for e in atom.entries]


async def test_an_entry_says_who_what_where_and_when_with_whole_addresses(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await a_lively_strand(running)
    entries = {e.title: e for e in (await parsed(reader, "/harbour/feed.atom")).entries}
    first = entries["Inka Peters: The <b>ferry</b> & its books."]
    assert first.author_detail == {"name": "Inka Peters", "href": "https://kueste.example/@inka"}
    assert first.published == "2027-06-11T08:51:00Z" and first.link == f"{BASE}/harbour/posts/1"
    assert first.content[0].language == "en"
    assert f'src="{BASE}/media-files/{"a" * 64}.webp"' in first.content[0].value
    assert "The &lt;b&gt;ferry&lt;/b&gt; &amp; its books." in first.content[0].value
    assert [(e.href, e.type) for e in first.enclosures] == [(f"{BASE}/media-files/{'a' * 64}.webp", "image/webp")]
    answer = entries["Bo Lind: Antwort"]
    assert f'<a href="{BASE}/harbour/posts/1">Inka Peters</a>' in answer.content[0].value
    source = (await reader.get("/harbour/feed.atom")).text
    assert f'<thr:in-reply-to ref="{first.id}" href="{BASE}/harbour/posts/1"' in source
    edited = entries["Inka Peters: after"]
    assert edited.published == "2027-06-11T08:52:00Z" and edited.updated == "2027-06-11T09:00:30Z"
    assert 'href="/' not in source and 'src="/' not in source
    long = next(title for title in entries if "Lots" in title)
    assert len(long) < 95 and long.endswith("…") and "go on" in long
    shown = next(e for e in entries.values() if "script" in e.title)
    assert "\x07" not in source and "<script" not in shown.content[0].value


async def test_what_is_covered_stays_covered_in_titles_summaries_and_words(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await a_lively_strand(running)
    atom, json = await reader.get("/harbour/feed.atom"), await reader.get("/harbour/feed.json")
    for answer in (atom, json):
        assert "Bo Lind: Fish" in answer.text and "the knives themselves" not in answer.text
    covered = next(i for i in json.json()["items"] if "Fish" in i["title"])
    assert covered["summary"] == "Fish & knives" and "tags" not in covered and "attachments" not in covered


async def test_leak_marked_pictures_are_in_no_feed_and_what_is_said_of_them_neither(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await a_lively_strand(running)
    feeds = ("/harbour/feed.atom", "/harbour/feed.json")
    for address in feeds:
        assert "a" * 64 in (await reader.get(address)).text and "at dusk" in (await reader.get(address)).text
    ferry = a_post("The ferry. #HarbourTalks", INKA, key="marked", sensitive=True, **ago(1))
    await say(running, ferry)
    async with running.database.transaction() as db:
        marked = (await db.scalars(select(Post).where(Post.uri == ferry.uri))).one()
        for attachment in await db.scalars(select(Attachment)):
            attachment.post_id = marked.id
    for address in feeds:
        text = (await reader.get(address)).text
        assert "a" * 64 not in text and "at dusk" not in text
        assert "The ferry." in text and "A picture marked as sensitive" in text and "Open it on the strand" in text


async def test_ids_stay_when_the_house_moves_and_words_change(
    running: Running, sqlite_template: Path, tmp_path: Path
) -> None:
    await say(running, a_post("one #HarbourTalks", INKA, key="k"))
    async with running.visitor() as reader:
        before = (await reader.get("/harbour/feed.json")).json()["items"][0]
        await say(running, a_post("other words #HarbourTalks", INKA, key="k", edited_at=NOW))
        running.app.state.strand.settings.public_url = "https://elsewhere.example"
        after = (await reader.get("/harbour/feed.json")).json()["items"][0]
    assert before["id"] == after["id"] and before["title"] != after["title"] and before["url"] != after["url"]


async def test_each_feed_has_only_what_is_its_own_and_pages_link_to_it(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await a_lively_strand(running)
    inka = await author_id(running, "Inka Peters")
    session = (await reader.get("/harbour/sessions/1/feed.json")).json()
    assert session["title"] == "The ferry <reads> · #HarbourTalks"
    assert [i["title"][:17] for i in session["items"]] == ["Bo Lind: Antwort", "Inka Peters: The "]
    person = (await reader.get(f"/harbour/people/{inka}/feed.json")).json()
    assert {i["authors"][0]["name"] for i in person["items"]} == {"Inka Peters"} and len(person["items"]) == 2
    for page in ("/harbour/sessions/1", f"/harbour/people/{inka}"):
        text = (await reader.get(page)).text
        for ending in ("feed.atom", "feed.json"):
            assert f'href="{page}/{ending}"' in text.partition("</head>")[0]
        assert f'<a href="{page}/feed.atom">' in text


async def test_a_feed_that_did_not_change_is_not_sent_again(running: Running, reader: httpx.AsyncClient) -> None:
    await a_lively_strand(running)
    for feed in (
        "/harbour/feed.atom",
        "/harbour/feed.json",
        "/harbour/sessions/1/feed.json",
        "/harbour/people/1/feed.atom",
    ):
        first = await reader.get(feed)
        assert first.headers["cache-control"] == "no-cache"
        again = await reader.get(feed, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and not again.content
    await say(running, a_post("new #HarbourTalks", INKA))
    assert (await reader.get(feed, headers={"if-none-match": first.headers["etag"]})).status_code == 200


async def test_consent_a_feed_with_somebody_unasked_inside_tells_search_engines_to_stay_away(
    running: Running, reader: httpx.AsyncClient
) -> None:
    first = a_post("one #HarbourTalks", INKA, **ago(9))
    await say(running, first)
    for kind in ("atom", "json"):
        assert "x-robots-tag" not in (await reader.get(f"/harbour/feed.{kind}")).headers
    await say(running, a_post("two #HarbourTalks", SHY, reply_to_uri=first.uri, **ago(8)))
    for kind in ("atom", "json"):
        assert (await reader.get(f"/harbour/feed.{kind}")).headers["x-robots-tag"] == "noindex"
    inka, shy = await author_id(running, "Inka Peters"), await author_id(running, "Shy Sam")
    assert "x-robots-tag" not in (await reader.get(f"/harbour/people/{inka}/feed.atom")).headers
    assert (await reader.get(f"/harbour/people/{shy}/feed.atom")).headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("how", UNSEEN)
async def test_leak_nothing_that_may_not_be_seen_is_in_any_feed(
    running: Running, reader: httpx.AsyncClient, how: str
) -> None:
    of_author, of_post = UNSEEN[how]
    ann = somebody("ann")
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        canary = somebody("canary", **of_author)
        hidden = a_row(event, "canary words", canary, minutes=9, session_id=1, **of_post)
        db.add_all([hidden, a_row(event, "said openly", ann, session_id=1, reply_to=hidden)])
    for feed in ("/harbour", "/harbour/sessions/1", f"/harbour/people/{ann.id}"):
        for ending in ("feed.atom", "feed.json"):
            text = (await reader.get(f"{feed}/{ending}")).text
            assert "said openly" in text and "canary" not in text, feed
    assert (await reader.get(f"/harbour/people/{canary.id}/feed.atom")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/feed.json",
        "/harbour/sessions/9/feed.atom",
        "/harbour/people/9/feed.json",
        "/harbour/people/x/feed.atom",
    ],
)
async def test_a_feed_of_nothing_is_said_to_be_missing(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404


async def test_an_event_where_nobody_spoke_has_a_feed_all_the_same(running: Running, reader: httpx.AsyncClient) -> None:
    async with running.database.transaction() as db:
        await create_event(db, "quiet", "Quiet & calm", ["Quiet"], NOW)
    assert (await parsed(reader, "/quiet/feed.atom")).feed.title == "Quiet & calm · #Quiet"
    told = (await reader.get("/quiet/feed.json")).json()
    assert told["items"] == [] and jsonschema_rs.Draft202012Validator(JSON_FEED).is_valid(told)
