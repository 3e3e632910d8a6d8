"""The job that reads schedules again: on time, only what changed, and one plain sentence where it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.database import Database
from app.domain.schedule import programme, schedule_feed
from app.jobs.schedules import Schedules
from app.lease import Holder
from app.models import Event, EventState, ScheduleFeed
from app.settings import Settings
from tests.conftest import NOW, Clock
from tests.factories import make_event
from tests.ingest.schedule.worlds import FORMATS, body
from tests.ingest.servers import RawServer, Request, raw_server, reply


@dataclass
class Office:
    database: Database
    clock: Clock
    server: RawServer
    event: Event
    job: Schedules
    answer: bytes = field(default=b"")

    async def feed(self) -> ScheduleFeed:
        async with self.database.reading() as db:
            feed = await schedule_feed.find_feed(db, self.event.id)
        assert feed is not None
        return feed

    async def titles(self) -> set[str]:
        async with self.database.reading() as db:
            return {s.title for s in await programme.list_sessions(db, self.event.id) if not s.cancelled_at}

    async def later(self, minutes: float) -> None:
        self.clock.forward(minutes * 60)
        await self.job.read()


@pytest.fixture
async def office(sqlite: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Office]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(made.answer)

    async with raw_server(answer) as server:
        settings = Settings(
            data_dir=tmp_path, allowed_private_hosts=f"127.0.0.1:{server.port}", secret_key="only for tests"
        )
        lease = Holder(sqlite, "ingest", clock)
        holding = asyncio.create_task(lease.run())
        await lease.wait(ours=True)
        async with sqlite.transaction() as db:
            event = await make_event(db)
            db.add(ScheduleFeed(event_id=event.id, url=server.base + "/schedule.json", ok=True, reason="", etag=""))
        made = Office(sqlite, clock, server, event, Schedules(sqlite, lease, settings, clock))
        made.answer = reply(body(FORMATS[0], "first"))
        yield made
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


async def test_it_reads_at_once_and_then_every_five_minutes(office: Office) -> None:
    await office.job.read()
    assert "Repair what floats" in await office.titles()
    await office.later(4.9)
    assert len(office.server.asked) == 1
    await office.later(0.2)
    assert len(office.server.asked) == 2


async def test_a_change_arrives_by_itself(office: Office) -> None:
    await office.job.read()
    office.answer = reply(body(FORMATS[0], "second"))
    await office.later(6)
    assert "Reading the tide, again by ear" in await office.titles()


async def test_a_failure_is_one_sentence_and_the_next_success_takes_it_away(office: Office) -> None:
    office.answer = reply(b"", "500 Oh")
    await office.job.read()
    feed = await office.feed()
    assert (feed.ok, feed.reason) == (
        False, f"127.0.0.1:{office.server.port} cannot be reached: it answers with 500."
    )  # fmt: skip
    office.answer = reply(body(FORMATS[0], "first"))
    await office.later(6)
    feed = await office.feed()
    assert (feed.ok, feed.reason, feed.fetched_at) == (True, "", office.clock())


async def test_an_empty_schedule_changes_nothing_and_says_so(office: Office) -> None:
    await office.job.read()
    office.answer = reply(b'{"schedule": {"conference": {"days": []}}}')
    await office.later(6)
    assert (await office.feed()).reason == "There is no session in this schedule. Nothing was changed."
    assert len(await office.titles()) == 5


async def test_an_address_that_was_changed_meanwhile_keeps_its_own_state(office: Office) -> None:
    async with office.database.transaction() as db:
        await schedule_feed.note(db, office.event.id, "https://elsewhere.example", NOW, "Some fault.")
    assert (await office.feed()).ok


async def test_an_event_that_is_over_is_left_alone(office: Office) -> None:
    async with office.database.transaction() as db:
        (await db.get_one(Event, office.event.id)).state = EventState.ARCHIVED
    await office.job.read()
    assert not office.server.asked
