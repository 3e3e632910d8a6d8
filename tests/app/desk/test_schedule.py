"""The desk's page of the programme: for organisers, without a script; what it did, and what is wrong, in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from app.domain.events import create_event
from app.domain.schedule import schedule_feed
from app.models import Event
from app.models.account import Role
from tests.conftest import NOW
from tests.ingest.schedule.worlds import FORMATS, body
from tests.ingest.servers import RawServer, Request, raw_server, reply
from tests.server import Running, serving

PAGE = "/desk/harbour/schedule"


@pytest.fixture
async def elsewhere() -> AsyncIterator[RawServer]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(body(FORMATS[0], "first"), etag='"1"') if "schedule" in request.path else reply(b"no"))

    async with raw_server(answer) as server:
        yield server


@pytest.fixture
async def running(store_url: str, tmp_path: Path, elsewhere: RawServer) -> AsyncIterator[Running]:
    async with serving(store_url, tmp_path, allowed_private_hosts=f"127.0.0.1:{elsewhere.port}") as server:
        async with server.database.transaction() as db:
            await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, time_zone="Europe/Berlin")
        yield server


@pytest.fixture
async def organiser(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor(await running.sign_in(Role.ORGANISER)) as visitor:
        yield visitor


async def upload(visitor: httpx.AsyncClient, content: bytes) -> str:
    answer = await visitor.post(PAGE, data={"address": ""}, files={"file": ("schedule", content)})
    return f"{answer.status_code} {unescape(answer.text)}"


async def test_only_organisers_come_in(running: Running) -> None:
    async with running.visitor(await running.sign_in(Role.MODERATOR)) as moderator:
        assert (await moderator.get(PAGE)).status_code == 403
        assert (await moderator.post(PAGE, data={"address": "https://x.example"})).status_code == 403
        assert (await moderator.post(PAGE + "/forget")).status_code == 403


async def test_a_file_is_read_and_what_changed_is_listed(organiser: httpx.AsyncClient) -> None:
    assert "5 sessions: 5 new." in await upload(organiser, body(FORMATS[1], "first"))
    page = await upload(organiser, body(FORMATS[1], "second"))
    assert "5 sessions: 1 new, 1 moved, 1 renamed. Left out:" in page
    assert "moved from Großer Saal" in page and "was “Reading the tide by ear”" in page
    assert "6 sessions" in (await organiser.get(PAGE)).text


async def test_an_address_is_read_now_and_remembered_until_it_is_forgotten(
    running: Running, organiser: httpx.AsyncClient, elsewhere: RawServer
) -> None:
    page = (await organiser.post(PAGE, data={"address": elsewhere.base + "/schedule.json"})).text
    assert "5 sessions: 5 new." in page and "Read last on Friday, 11:00 from" in page
    async with running.database.reading() as db:
        feed = await schedule_feed.find_feed(db, 1)
    assert feed is not None and (feed.etag, feed.ok) == ('"1"', True)
    assert (await organiser.post(PAGE + "/forget")).status_code == 303
    async with running.database.reading() as db:
        assert await schedule_feed.find_feed(db, 1) is None


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Give an address, or choose a file."),
        ("ftp://x.example/schedule", "That is no address. It begins with https://"),
        ("http://10.0.0.1/schedule.json", "Strand does not connect to http://10.0.0.1"),
        ("{}/page", "answered in a form we cannot read: it is no schedule in JSON, iCal, XML or CSV"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said_and_nothing_is_remembered(
    running: Running, organiser: httpx.AsyncClient, elsewhere: RawServer, address: str, sentence: str
) -> None:
    answer = await organiser.post(PAGE, data={"address": address.format(elsewhere.base)})
    assert answer.status_code == 400 and sentence in unescape(answer.text)
    async with running.database.reading() as db:
        assert await schedule_feed.find_feed(db, 1) is None


async def test_a_file_that_is_no_schedule_is_said_to_be_none(organiser: httpx.AsyncClient) -> None:
    assert (await upload(organiser, b"\x89PNG")).startswith("400") and "no schedule Strand can read" in await upload(
        organiser, b"hello"
    )


async def test_the_tag_and_the_codes_are_kept(running: Running, organiser: httpx.AsyncClient) -> None:
    await upload(organiser, body(FORMATS[0], "first"))
    sent = await organiser.post(PAGE + "/marks", data={"tag": "#dt_s{number}", "code-1": " GS1 ", "code-99": "X"})
    assert sent.status_code == 303
    page = (await organiser.get(PAGE)).text
    assert 'value="dt_s{number}"' in page and 'value="GS1"' in page
    refused = await organiser.post(PAGE + "/marks", data={"tag": "no number"})
    assert refused.status_code == 400 and "{number}" in refused.text
    async with running.database.reading() as db:
        assert (await db.get_one(Event, 1)).session_tag == "dt_s{number}"
