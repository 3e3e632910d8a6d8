"""The store's engines and its one way to write: `transaction()` commits, then rings. Reading is `reading()`.

Owns no table and no query.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from app.sqlite import sqlite_engine

Ring = Callable[[set[int]], None]
"""Called after a commit with the ids of the events whose log grew. Must not block."""

_PENDING = "strand_rings"
CHANNEL = "strand"  # PostgreSQL's NOTIFY: wakes the hubs of other processes
T = TypeVar("T")


class Database:
    """A writer and readers. On SQLite they are two engines: one connection may write, and it says so at BEGIN."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._rings: list[Ring] = []
        self._writing = asyncio.Lock()
        if self.is_sqlite:
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
            self.writer = sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, nimble=True)
            self.reader = sqlite_engine(url, begin="BEGIN DEFERRED", pool_size=5)
        else:
            self.writer = _postgres_engine(url)
            # The same pool. An option of the engine and not of each session, so that a session takes its connection
            # with its first query: one that waits for another thing first must not hold one meanwhile.
            self.reader = self.writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._write = async_sessionmaker(self.writer, expire_on_commit=False, autoflush=True)
        self._read = async_sessionmaker(self.reader, expire_on_commit=False, autoflush=False)

    def on_commit(self, ring: Ring) -> None:
        """Register somebody to wake. Rings are hints: a reader that misses one finds the entries by itself."""
        self._rings.append(ring)

    def forget(self, ring: Ring) -> None:
        self._rings.remove(ring)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One act: everything inside commits together or not at all; then the hub is rung.

        Cancellation never leaves a half: the commit is shielded, the rollback is SQLAlchemy's.
        """
        async with contextlib.AsyncExitStack() as stack:
            if self.is_sqlite:
                await stack.enter_async_context(self._writing)  # queue here, fairly, and not in busy_timeout
            db = await stack.enter_async_context(self._write())
            async with db.begin():
                yield db
                rung: set[int] = db.info.pop(_PENDING, set())
                if rung and not self.is_sqlite:  # delivered by the commit, to every process; lost rings cost a poll
                    await db.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
        if rung:
            for ring in self._rings:
                ring(rung)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One consistent view: everything read inside is of one moment, on both databases."""
        async with self._read() as db:
            yield db

    async def wipe(self) -> None:
        """On SQLite what was deleted also leaves the log beside the file, where older states of its pages stand."""
        if self.is_sqlite:
            async with self._writing, self.writer.connect() as connection:
                await connection.run_sync(_checkpoint)

    async def close(self) -> None:
        await self.writer.dispose()
        if self.is_sqlite:
            await self.reader.dispose()


def _checkpoint(connection: Connection) -> None:
    cursor = connection.connection.cursor()  # not by `execute`, which would begin a transaction
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.close()


def ring_after_commit(db: AsyncSession, event_id: int) -> None:
    """Note that this transaction grew the event's log. The only caller is log.append."""
    db.info.setdefault(_PENDING, set()).add(event_id)


async def retrying(act: Callable[[], Awaitable[T]], attempts: int = 5) -> T:
    """Run a whole act again when the database says "busy" or went away for a moment (never for our own mistakes)."""
    for attempt in range(attempts):
        try:
            result = await act()
        except (OperationalError, DBAPIError, OSError) as error:
            if attempt + 1 == attempts or not _passing(error):
                raise
            await asyncio.sleep(random.uniform(0.05, 0.2) * 2**attempt)  # noqa: S311  spread, not secrecy
        else:
            return result
    raise AssertionError("unreachable")


def _passing(error: Exception) -> bool:
    if isinstance(error, OSError):
        return True
    said = str(error).lower()
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return any(hint in said for hint in ("database is locked", "deadlock", "serializ", "connection", "starting up"))


def _postgres_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        json_deserializer=orjson.loads,  # a page reads some hundreds of documents
        hide_parameters=True,  # errors are logged, and the parameters are what people wrote
        pool_size=8,
        max_overflow=4,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={
            "command_timeout": 30,
            "server_settings": {
                "idle_in_transaction_session_timeout": "60000",
                "jit": "off",
                # After five runs it would plan without looking at the values, and mistake a rare word for a common one.
                "plan_cache_mode": "force_custom_plan",
                "application_name": "strand",
            },
        },
    )


async def insert_unless_there(db: AsyncSession, model: type[Any], **values: Any) -> None:
    """A row, where nobody has made it yet. Of two who make one at once the second waits for the first."""
    into = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    await db.execute(into(model).values(**values).on_conflict_do_nothing())
