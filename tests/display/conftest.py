"""A served house with an event that is open to all, for the form and its receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.domain.events import create_event
from app.limits import Limits
from app.models import Event, Policy
from tests.conftest import NOW
from tests.display import saying
from tests.display.phone import Phone
from tests.server import Running, serving


@pytest.fixture
async def running(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """With an event whose readers are asked after."""
    async with saying.harbour(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as server:
        yield server


@pytest.fixture
async def served(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """Its limits go by the test's clock."""
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as running:
        clock = running.clock
        running.app.state.strand = replace(running.app.state.strand, limits=Limits(lambda: clock().timestamp()))
        yield running


@pytest.fixture
async def harbour(served: Running) -> Event:
    async with served.database.transaction() as db:
        return await create_event(
            db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, policy=Policy.OPEN, time_zone="Europe/Berlin"
        )


@pytest.fixture
async def phone(served: Running, harbour: Event) -> AsyncIterator[Phone]:
    async with served.visitor(headers={"accept": "text/html"}, timeout=60) as web:
        yield Phone(web, "/harbour/say")


def visitor(served: Running) -> httpx.AsyncClient:
    return served.visitor(headers={"accept": "text/html"}, timeout=60)
