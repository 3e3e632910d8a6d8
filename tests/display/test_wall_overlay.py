"""A wall for a stream by its address alone: clear from the first byte on, and never over what somebody made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Event, Screen
from tests.conftest import NOW
from tests.display.saying import harbour
from tests.server import Running

CLEAR = " data-overlay>"


@pytest.fixture
async def running(sqlite_template: Path, sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with harbour(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as server:
        async with server.database.transaction() as db:
            event = (await db.scalars(select(Event))).one()
            hall = Screen(event_id=event.id, name="Hall", audience="reviewed", made_at=NOW, mode="gallery")
            stream = Screen(event_id=event.id, name="Stream", audience="reviewed", made_at=NOW, mode="overlay")
            db.add_all([hall, stream, Screen(event_id=event.id, name="Its own name", audience="public")])
        yield server


@pytest.fixture
async def visitor(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.visitor() as client:
        yield client


@pytest.mark.parametrize(
    ("asked", "mode"),
    [
        ({"mode": "overlay"}, "overlay"),
        ({"mode": "overlay", "screen": "Nobody made it"}, "overlay"),
        ({"mode": "overlay", "screen": "Its own name"}, "overlay"),
        ({"mode": "overlay", "screen": "Hall"}, "gallery"),
        ({"screen": "Stream"}, "overlay"),
        ({"mode": "gallery"}, "strand"),
        ({"mode": "<b>"}, "strand"),
        ({}, "strand"),
    ],
)
async def test_the_address_makes_a_stream_s_picture_where_nobody_made_a_screen(
    visitor: httpx.AsyncClient, asked: dict[str, str], mode: str
) -> None:
    page = (await visitor.get("/harbour/wall", params=asked)).text
    state = (await visitor.get("/harbour/wall/screen.json", params=asked)).json()
    assert state["mode"] == mode
    assert (CLEAR in page) is (mode == "overlay")
