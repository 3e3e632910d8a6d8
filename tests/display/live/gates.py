"""A store whose readings stop, or fail, where a test says: races that happen once a week happen every time."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database

Meanwhile = Callable[[], Awaitable[Any]]


class Gated:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.before: deque[Meanwhile] = deque()  # each is awaited once, before the next reading begins
        self.after: deque[Meanwhile] = deque()  # the same, when the next reading is over and its reader goes on
        self.away = False

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        meanwhile = self.after.popleft() if self.after else None
        if self.before:
            await self.before.popleft()()
        if self.away:
            raise OperationalError("SELECT", {}, Exception("the database is away"))
        async with self._database.reading() as db:
            yield db
        if meanwhile is not None:
            await meanwhile()
