"""How fast posts come in: the one door, with its rules and its log, beside sqlite3 writing the very same rows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import migrations
from app.database import Database
from app.domain import events, intake
from app.domain.sources import sources
from app.models import Policy
from ingest.text.segments import Segment, digest
from ingest.types import Address, Batch, IncomingAuthor, IncomingPost, Network

SERVER = "https://social.example"
UPSTREAM = f"mastodon:{SERVER}"
AUTHORS = 50
NOT_FROM_POSTS = {"event", "source", "alembic_version"}


async def measure(posts: int, size: int) -> tuple[float, float]:
    """(ours, theirs) in posts a second, `size` posts to a transaction."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours.sqlite"), Path(folder, "theirs.sqlite")
        for path in (ours, theirs):
            await prepare(path)
        took = await through_the_door(Database(f"sqlite+aiosqlite:///{ours}"), posts, size)
        return posts / took, posts / _by_hand(ours, theirs, posts // size)


async def prepare(path: Path) -> None:
    await furnish(Database(f"sqlite+aiosqlite:///{path}"))


async def furnish(database: Database) -> None:
    """An empty store with one open event that reads one server."""
    await migrations.upgrade(database)
    now = datetime.now(UTC)
    async with database.transaction() as db:
        event = await events.create_event(
            db, "harbour", "Harbour", ["Harbour"], now, policy=Policy.OPEN, time_zone="UTC", languages=[]
        )
        await sources.add_mastodon(db, event, SERVER, "", "a key", now)
    await database.close()


def a_post(number: int) -> IncomingPost:
    user = f"{SERVER}/users/person{number % AUTHORS}"
    handle = f"person{number % AUTHORS}@social.example"
    text = f"Post {number}: the ferry is late, but the talk about tides goes on without slides. #Harbour"
    segments: tuple[Segment, ...] = ({"t": "text", "text": text},)
    return IncomingPost(
        uri=f"{user}/statuses/{number}", address=Address(Network.MASTODON, "social.example", str(number)),
        author=IncomingAuthor(uri=user, network=Network.MASTODON, name="Somebody", handle=handle),
        posted_at=datetime.now(UTC), segments=segments, version=digest(segments, ""),
        url=f"{user}/{number}", tags=frozenset({"harbour"}),
    )  # fmt: skip


async def through_the_door(database: Database, posts: int, size: int) -> float:
    """Seconds; the store is closed then."""
    batches = [
        Batch(UPSTREAM, tuple(a_post(n) for n in range(start, start + size)), cursor=str(start))
        for start in range(0, posts, size)
    ]
    began = time.perf_counter()
    for batch in batches:
        async with database.transaction() as db:
            await intake.receive(db, batch, datetime.now(UTC))
    took = time.perf_counter() - began
    await database.close()
    return took


def _by_hand(ours: Path, theirs: Path, transactions: int) -> float:
    """Write what the door wrote, with nothing but SQL: the same tables and indexes, as durable, as many commits."""
    tables = _rows(ours)
    connection = sqlite3.connect(theirs, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    began = time.perf_counter()
    for number in range(transactions):
        connection.execute("BEGIN IMMEDIATE")
        for insert, rows in tables.items():
            connection.executemany(insert, rows[number::transactions])
        connection.execute("UPDATE event SET seq = seq + 1")
        connection.execute("UPDATE source SET cursor = ?", (str(number),))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def _rows(path: Path) -> dict[str, list[Any]]:
    """INSERT statements, each with the rows the door made."""
    found = {}
    with sqlite3.connect(path) as connection:
        # Without the tables that the full text keeps behind its own: they fill by themselves.
        listed = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
        names = [name for (name,) in connection.execute(listed)]
        for name in names:
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            if rows and name not in NOT_FROM_POSTS and not name.startswith("sqlite_"):
                found[f'INSERT INTO "{name}" VALUES ({",".join("?" * len(rows[0]))})'] = rows
    connection.close()
    return found
