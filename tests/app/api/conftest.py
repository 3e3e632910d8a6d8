"""A served house with one open event, one source and one talk that runs now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.events import create_event
from app.domain.schedule import schedule
from app.models import Policy
from ingest.programme import IncomingRoom, IncomingSchedule, IncomingSession
from tests.conftest import NOW
from tests.factories import make_source
from tests.server import Running, serving


@pytest.fixture
async def running(store_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(store_url, tmp_path) as server:
        async with server.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, policy=Policy.OPEN)
            await make_source(db, event)
            start = NOW - timedelta(minutes=10)
            talk = IncomingSession("g1", "The ferry", start, start + timedelta(hours=1), number=1, room="Hall")
            await schedule.import_schedule(db, event, IncomingSchedule((talk,), (IncomingRoom("Hall"),)), NOW)
        yield server
