"""Waking the hub when another process committed: PostgreSQL's NOTIFY, SQLite's data_version. Hints only.

The hub polls once a second by itself, so whatever is lost here costs a second and never a post.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.database import CHANNEL, Database

log = structlog.get_logger(__name__)
EVERY = 0.1  # seconds between looks at SQLite's counter
AGAIN = 2.0  # seconds before a lost connection is tried again


async def listen(database: Database, ring_all: Callable[[], None]) -> None:
    """Ring whenever anybody commits, for ever."""
    watch = _watch_sqlite if database.is_sqlite else _watch_postgres
    while True:
        try:
            await watch(database, ring_all)
        except (SQLAlchemyError, OSError) as error:
            log.warning("wake.lost", error=type(error).__name__)
        await asyncio.sleep(AGAIN)


async def _watch_sqlite(database: Database, ring_all: Callable[[], None]) -> None:
    async with database.reader.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        seen: object = None
        while True:
            # Outside any transaction: inside one, a connection goes on seeing its own moment.
            try:
                async with driver.execute("PRAGMA data_version") as cursor:
                    version = await cursor.fetchone()
            except sqlite3.Error as error:  # the driver's own, since we ask it directly
                raise OSError(str(error)) from error
            if version != seen:
                seen = version
                ring_all()
            await asyncio.sleep(EVERY)


async def _watch_postgres(database: Database, ring_all: Callable[[], None]) -> None:
    import asyncpg  # an extra: only where PostgreSQL is used

    url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    # Its own connection, outside the pool: a listener must live as long as the process.
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:  # starting up, full, shutting down
        raise ConnectionError(str(error)) from error
    gone = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(CHANNEL, lambda *_: ring_all())
        ring_all()  # for what happened while nobody listened
        await gone.wait()
    finally:
        if not connection.is_closed():
            connection.terminate()
