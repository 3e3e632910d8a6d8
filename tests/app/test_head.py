"""HEAD is GET without what follows the headers, on every address there is; the stream, which has no end, has none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.database import Database
from app.domain.events import create_event
from app.domain.schedule import schedule
from app.models import Policy
from app.models.account import Role
from display import exports
from ingest.programme import IncomingRoom, IncomingSchedule, IncomingSession
from tests.app.test_security import ROUTES, address
from tests.conftest import NOW
from tests.display.strand_house import say, words
from tests.factories import an_author
from tests.server import Running, serving

OWN = {"date", "transfer-encoding"}  # of the answer, not of what is answered
COUNTS = {"/metrics": "content-length"}  # what it counts goes on while we ask


@pytest.fixture
async def served(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as running:
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour", ["HarbourTalks"], NOW, policy=Policy.OPEN)
            talk = IncomingSession("g1", "The ferry", NOW, NOW + timedelta(hours=1), number=1, room="Hall")
            await schedule.import_schedule(db, event, IncomingSchedule((talk,), (IncomingRoom("Hall"),)), NOW)
        await say(running, words("Ahoy", author=an_author(indexable=True)))
        yield running


def told(answer: httpx.Response, path: str) -> dict[str, str]:
    told = {name: value for name, value in answer.headers.items() if name not in OWN | {COUNTS.get(path)}}
    return told | ({"set-cookie": "another each time"} if "set-cookie" in told else {})


async def test_head_says_of_every_address_what_get_says(served: Running) -> None:
    ways = sorted({path for method, path in ROUTES if method == "GET"})
    token = await served.sign_in(Role.ORGANISER)
    found = 0
    async with served.visitor(token, headers={"accept": "text/html"}, timeout=30) as kim:
        for path in [*map(address, ways), "/nowhere", "/harbour/posts/9999", a_static_file(served)]:
            if path.partition("?")[0].endswith(".sse"):
                continue
            got, head = await kim.get(path), await kim.head(path)
            assert head.status_code == got.status_code, path
            assert head.content == b"", path
            assert told(head, path) == told(got, path), path
            found += got.status_code == 200
    assert found > 25


def a_static_file(served: Running) -> str:
    return str(served.app.state.strand.pages.static("css/base.css"))


async def test_a_head_that_has_the_page_is_told_so(served: Running) -> None:
    async with served.visitor() as visitor:
        tag = (await visitor.head("/harbour")).headers["etag"]
        assert (await visitor.head("/harbour", headers={"if-none-match": tag})).status_code == 304


async def test_a_stream_without_end_is_no_head(served: Running) -> None:
    async with served.visitor() as visitor:
        assert (await visitor.head("/harbour/live.sse")).status_code == 405


async def test_a_long_file_is_not_made_for_a_head(served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    stretches = exports._stretches

    async def counted(*args: Any) -> AsyncIterator[bytes]:
        async for part in stretches(*args):
            asked.append(len(part))
            yield part

    monkeypatch.setattr(exports, "_stretches", counted)
    async with served.visitor() as visitor:
        assert (await visitor.head("/harbour/strand.csv")).status_code == 200
        assert len(asked) == 1
        assert (await visitor.get("/harbour/strand.csv")).text.count("Ahoy") == 1
        assert len(asked) > 2
