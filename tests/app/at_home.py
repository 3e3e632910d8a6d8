"""The whole application without a server, with one event and Kim, its organiser: asked over ASGI as a browser asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.domain import accounts
from app.main import create_app
from app.models import Account, Event, Membership
from app.models.account import Role
from app.settings import Settings
from tests.conftest import Clock
from tests.factories import make_account, make_event

OURS = "http://wall.example"
SECRET = "canary-of-the-key"


class House:
    def __init__(self, app: FastAPI, clock: Clock) -> None:
        self.app, self.clock = app, clock
        self.database: Database = app.state.strand.database
        self.event: Event
        self.kim: Account

    def visitor(self, base: str = OURS, **more: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=base, **more)

    async def organiser(self, base: str = OURS, **more: Any) -> httpx.AsyncClient:
        async with self.database.transaction() as db:
            token = await accounts.sign_in(db, self.kim, "a test", self.clock())
        name = "__Host-strand" if base.startswith("https") else "strand"
        return self.visitor(base, cookies={name: token}, **more)


@pytest.fixture
async def at_home(sqlite: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    url = sqlite.url.replace("sqlite+aiosqlite", "sqlite")
    app = create_app(Settings(database_url=url, data_dir=tmp_path, secret_key=SECRET), ingest=False, clock=clock)
    house = House(app, clock)
    async with house.database.transaction() as db:
        house.event, house.kim = await make_event(db, "harbour"), await make_account(db, "Kim")
        db.add(Membership(account_id=house.kim.id, event_id=None, role=Role.ORGANISER))
    yield house
    await house.database.close()
