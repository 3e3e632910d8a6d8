"""A store with one live event that reads one server, and everything well: what commands that look are tried on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import leases
from app.domain.events import create_event, find_event
from app.models import Event, Source, Tally
from ingest.types import Mode, Network

Act = Callable[[AsyncSession, Event], Awaitable[Any]]


class WellHouse:
    """`change` breaks something."""

    def __init__(self, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self.folder, self.now = url, folder, datetime.now(UTC)
        plain = url.replace("sqlite+aiosqlite:", "sqlite:").replace("postgresql+asyncpg:", "postgresql:")
        monkeypatch.setenv("STRAND_DATA_DIR", str(folder))
        monkeypatch.setenv("STRAND_DATABASE_URL", plain)
        self.key = folder / "secret.key"
        self.key.write_text("only for tests")
        self.key.chmod(0o600)
        asyncio.run(self._furnish())

    async def _furnish(self) -> None:
        database = Database(self.url)
        async with database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], self.now)
            await leases.acquire(db, leases.INGEST, "machine:4711:99:x", self.now + timedelta(minutes=5))
            source = Source(
                event_id=event.id, kind=Network.MASTODON, url="https://kueste.example", upstream="m", ok=True,
                created_at=self.now - timedelta(days=1), mode=Mode.STREAM, reported_at=self.now, seen=12, taken=9,
                succeeded_at=self.now, budget=213, lag=0.4, reason="Live: new posts arrive within a second.",
            )  # fmt: skip
            db.add(source)
            await db.flush()
            db.add(Tally(source_id=source.id, reason="a boost", count=3))
        await database.close()

    def change(self, act: Act) -> None:
        async def acted() -> None:
            database = Database(self.url)
            async with database.transaction() as db:
                await act(db, await find_event(db, "harbour"))
            await database.close()

        asyncio.run(acted())

    def source(self, **fields: Any) -> None:
        async def act(db: AsyncSession, event: Event) -> None:
            await db.execute(update(Source).where(Source.kind == Network.MASTODON).values(**fields))

        self.change(act)
