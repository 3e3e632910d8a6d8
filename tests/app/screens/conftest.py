"""An event with an organiser and a hall, on both databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import screens
from app.models import Account, AuditLine, Entry, Event, Room, Screen
from tests.conftest import Clock
from tests.factories import make_account, make_event


@dataclass
class Hall:
    database: Database
    clock: Clock
    event: Event
    kim: Account
    room: Room
    left: Screen
    right: Screen

    async def act(self, verb: Callable[..., Awaitable[Any]], *asked: Any, **more: Any) -> Any:
        """A verb by Kim, now."""
        async with self.database.transaction() as db:
            return await verb(db, self.event, *asked, self.kim, self.clock(), **more)

    async def log(self) -> list[tuple[str, int]]:
        async with self.database.reading() as db:
            rows = await db.scalars(select(Entry).where(Entry.event_id == self.event.id).order_by(Entry.seq))
            return [(entry.kind.value, entry.subject_id) for entry in rows]

    async def acts(self) -> list[str]:
        async with self.database.reading() as db:
            rows = await db.scalars(select(AuditLine).where(AuditLine.chain_id == self.event.id).order_by(AuditLine.id))
            return [line.act for line in rows]

    async def wished(self, name: str = "left") -> dict[str, Any]:
        async with self.database.reading() as db:
            event = await db.get_one(Event, self.event.id)
            screen = await screens.find_screen(db, event.id, name)
            return await screens.wished(db, event, screen, name, self.clock())

    async def state(self, name: str = "left") -> screens.State:
        async with self.database.reading() as db:
            return {one.name: one for one in await screens.states(db, self.event, self.clock())}[name]


@pytest.fixture
async def hall(database: Database, clock: Clock) -> Hall:
    async with database.transaction() as db:
        event, kim = await make_event(db, "harbour"), await make_account(db, "Kim")
        room = Room(event_id=event.id, name="the Hall")
        db.add(room)
        await db.flush()
        left = await screens.make(db, event, "left", "public", kim, clock())
        right = await screens.make(db, event, "right", "reviewed", kim, clock(), room.id)
    return Hall(database, clock, event, kim, room, left, right)
