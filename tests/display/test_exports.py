"""The whole strand as a file: all that may be copied and nothing else, harmless in tables, read back as it was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.strand import export
from app.models import Attachment, Copy, Event, Media, Post, Session
from app.tables import harmless
from display.exports import BY_ADDRESS, COLUMNS, STRETCH
from ingest.types import Network
from tests.conftest import NOW
from tests.display.saying import UNCONSENTING, UNSEEN, a_row, ago, harbour, say, somebody
from tests.factories import a_post, an_author
from tests.server import Running

BASE = "https://wall.example"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "exports.md"
INKA = an_author("Inka Peters", indexable=True)


@pytest.fixture
async def running(store_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with harbour(store_url, tmp_path, public_url=BASE) as server:
        yield server


@pytest.fixture
async def reader(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as visitor:
        yield visitor


def table(answer: httpx.Response, delimiter: str = ",") -> list[dict[str, str]]:
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def objects(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.content.splitlines()]


async def test_every_column_says_what_the_documents_say(running: Running, reader: httpx.AsyncClient) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        talk = Session(event_id=1, guid="g", title="The ferry that reads", starts_at=NOW, ends_at=NOW)
        first = a_row(event, "A question, with \"quotes\",\ncommas; and lines", somebody("ann"), minutes=9, lang="de",
                      tags=["harbourtalks", "fähre"], session=talk, question=True, url="https://ann.example/1",
                      content_warning="Knives", sensitive=True, edited_at=NOW)  # fmt: skip
        db.add_all([first, a_row(event, "An answer 📚 المكتبة", somebody("bo"), minutes=8, reply_to=first)])
        db.add(Media(id="a" * 64, width=6, height=4, size=9, widths=[], colour="#335577", created_at=NOW))
        await db.flush()
        db.add(Attachment(post_id=first.id, position=0, kind="image", alt="The\nferry", media_id="a" * 64))
    answer = await reader.get("/harbour/strand.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="harbour.csv"'
    one, two = table(answer)
    assert one == {
        "id": str(first.id), "address": f"{BASE}/harbour/posts/{first.id}", "time_utc": "2027-06-11T08:51:00Z",
        "time_local": "2027-06-11 10:51:00", "network": "bluesky", "author": "ann", "handle": "ann.example",
        "text": "A question, with \"quotes\",\ncommas; and lines", "language": "de", "tags": "#harbourtalks #fähre",
        "session": "The ferry that reads", "question": "yes", "in_answer_to": "", "content_warning": "Knives",
        "sensitive": "yes",
        "pictures": f"{BASE}/media-files/{'a' * 64}.webp The ferry", "original": "https://ann.example/1",
        "edited": "2027-06-11T09:00:00Z",
    }  # fmt: skip
    assert two["text"] == "An answer 📚 المكتبة" and two["in_answer_to"] == one["address"]
    assert [
        line.split("`")[1] for line in DOCS.read_text().splitlines() if line.startswith("| `") and "{" not in line
    ] == list(COLUMNS)


async def test_the_lines_are_the_wire_s_posts_in_the_order_they_were_said(
    running: Running, reader: httpx.AsyncClient
) -> None:
    await say(running, a_post("two #HarbourTalks", INKA, **ago(5)), a_post("one #HarbourTalks", INKA, **ago(9)))
    answer = await reader.get("/harbour/strand.jsonl")
    told = objects(answer)
    assert [post["words"][0]["text"] for post in told] == ["one #HarbourTalks", "two #HarbourTalks"]
    assert {"id", "order", "author", "words", "media", "reply_to", "session", "url"} <= told[0].keys()
    assert "verdict" not in told[0] and answer.headers["x-robots-tag"] == "noindex"
    same = await reader.get("/harbour/strand.jsonl", headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 304


async def test_a_long_strand_is_whole_and_in_order_across_the_stretches(
    running: Running, reader: httpx.AsyncClient
) -> None:
    count = 2 * STRETCH + 7
    async with running.database.transaction() as db:
        event, who = await db.get_one(Event, 1), somebody("ann")
        db.add_all([a_row(event, f"n{n}", who, minutes=5 if n < 300 else 1) for n in range(count)])
        db.add_all([a_row(event, f"x{n}", who, minutes=9, labels=["!hide"]) for n in range(STRETCH)])
    lines = table(await reader.get("/harbour/strand.csv"))
    assert [line["text"] for line in lines] == [f"n{n}" for n in range(count)]
    assert [post["id"] for post in objects(await reader.get("/harbour/strand.jsonl"))] == [int(x["id"]) for x in lines]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@inka", "\t=1", "\r=1", "\n=1", "  =HYPERLINK()", "＝1", "＠x"])
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless(f"a{text}") == f"a{text}"


async def test_a_table_has_no_formula_whoever_wrote_one_and_wherever(
    running: Running, reader: httpx.AsyncClient
) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        talk = Session(event_id=1, guid="g", title="@SUM(1)", starts_at=NOW, ends_at=NOW)
        who = somebody("=cmd|' /C calc'!A0")
        db.add(a_row(event, '=HYPERLINK("http://x")', who, content_warning="-2+3", lang="+de", session=talk))
    for separator, letter in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
        (line,) = table(await reader.get(f"/harbour/strand.csv?separator={separator}"), letter)
        assert line["text"] == '\'=HYPERLINK("http://x")' and line["session"] == "'@SUM(1)"
        assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in line.values())
    refused = await reader.get("/harbour/strand.csv?separator=banana")
    assert refused.status_code == 400 and "comma, semicolon or tab" in refused.text


async def test_leak_and_consent_what_may_not_be_copied_is_in_no_file_and_all_that_may_is(
    running: Running, reader: httpx.AsyncClient
) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        kinds = {**UNSEEN, **{how: (of_author, {}) for how, of_author in UNCONSENTING.items()}}
        for n, (of_author, of_post) in enumerate(kinds.values()):
            canary = a_row(event, f"canary {n}", somebody(f"canary{n}", **of_author), minutes=9, **of_post)
            quote = {"state": "accepted", "uri": canary.uri, "name": f"canary{n}", "url": None,
                     "words": [{"t": "text", "text": f"canary {n}"}]}  # fmt: skip
            db.add_all([canary, a_row(event, f"open {n}", somebody(f"open{n}"), reply_to=canary, quote=quote)])
        db.add(a_row(event, "open form", somebody("form", network=Network.FORM)))
        db.add(a_row(event, "open m", somebody("m", network=Network.MASTODON, indexable=True)))
    for file in ("strand.csv", "strand.jsonl"):
        answer = await reader.get(f"/harbour/{file}")
        assert answer.text.count("canary") == 0, file
    lines = table(await reader.get("/harbour/strand.csv"))
    assert len(lines) == len(kinds) + 2 == len(objects(await reader.get("/harbour/strand.jsonl")))
    assert all(line["in_answer_to"] == "" for line in lines)


async def test_what_consents_may_be_quoted_and_answered_in_a_file_but_not_from_a_closed_session(
    running: Running,
) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        closed = Session(event_id=1, guid="g", title="A circle", closed=True, starts_at=NOW, ends_at=NOW)
        for n, session in enumerate((None, closed)):
            post = a_row(event, f"said {n}", somebody(f"ann{n}"), minutes=9, session=session, session_how="")
            db.add(post)
            await db.flush()
            db.add(a_copy(post))
            quote = {"state": "accepted", "uri": post.uri, "name": "ann", "words": [{"t": "text", "text": "said"}]}
            db.add(a_row(event, f"quoting {n}", somebody(f"bo{n}"), minutes=5 - n, reply_to=post, quote=quote))
    async with running.database.reading() as db:
        rows = (await export.stretch(db, await db.get_one(Event, 1), 10)).rows
    free, sealed = (row.view for row in rows if row.post.text.startswith("quoting"))
    assert free["quote"]["name"] == "ann" and sealed["quote"] is None
    assert free["reply_to"] and sealed["reply_to"]


async def test_a_flood_from_one_address_is_told_to_wait(running: Running, reader: httpx.AsyncClient) -> None:
    answers = [await reader.get("/harbour/strand.jsonl") for _ in range(BY_ADDRESS.burst + 1)]
    assert [answer.status_code for answer in answers] == [200] * BY_ADDRESS.burst + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1 and "Try again" in answers[-1].text


@pytest.mark.parametrize("path", ["/nowhere/strand.csv", "/nowhere/strand.jsonl"])
async def test_a_file_of_no_event_is_said_to_be_missing(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404


def a_copy(post: Post) -> Copy:
    return Copy(
        event_id=post.event_id, post_id=post.id, network=post.network, server="", local_id=post.uri, uri=post.uri,
        author_uri=post.author.uri, upstream="u", version="1",
    )  # fmt: skip
