"""An event with its form, and people at its desk, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.events import create_event
from app.models import Event, Source
from app.models.account import Role
from ingest.types import Network
from tests.conftest import NOW
from tests.server import Running, serving


@dataclass
class Desk:
    running: Running
    event: Event

    @asynccontextmanager
    async def organiser(self) -> AsyncIterator[httpx.AsyncClient]:
        async with self.running.visitor(await self.running.sign_in(Role.ORGANISER, self.event)) as visitor:
            yield visitor

    async def sources(self) -> list[Source]:
        async with self.running.database.reading() as db:
            wanted = select(Source).where(Source.event_id == self.event.id, Source.kind != Network.FORM)
            return list((await db.scalars(wanted.order_by(Source.id))).all())

    async def add(self, **fields: Any) -> Source:
        async with self.running.database.transaction() as db:
            source = Source(
                **{
                    "event_id": self.event.id, "kind": Network.MASTODON, "url": "https://kueste.example",
                    "upstream": "mastodon:https://kueste.example", "created_at": NOW, **fields,
                }
            )  # fmt: skip
            db.add(source)
            await db.flush()
            return source


@pytest.fixture
async def desk(store_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(store_url, tmp_path) as running:
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW)
        yield Desk(running, event)
