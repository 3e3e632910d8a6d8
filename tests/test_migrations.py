"""The migrations: one head, up and down and up again, and in the end exactly what the models say; on both databases."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from app import migrations
from app.database import Database

ROOT = Path(__file__).resolve().parent.parent


def _config() -> Config:
    return Config(str(ROOT / "alembic.ini"), stdout=io.StringIO())


def _run(url: str, act: Callable[[Config], None]) -> None:
    """One alembic command, on the writer's connection, as the program itself migrates."""

    def inside(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        act(config)

    async def outside() -> None:
        database = Database(url)
        async with database.writer.begin() as connection:
            await connection.run_sync(inside)
        await database.close()

    asyncio.run(outside())


def _tables(url: str) -> set[str]:
    async def look() -> set[str]:
        database = Database(url)
        async with database.reader.connect() as connection:
            names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
        await database.close()
        return names

    return asyncio.run(look())


def test_there_is_exactly_one_head() -> None:
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1


def test_the_models_and_the_migrations_say_the_same(store_url: str) -> None:
    _run(store_url, command.check)


def test_up_down_and_up_again_ends_where_it_began(store_url: str) -> None:
    before = _tables(store_url)
    assert {"event", "post", "entry"} <= before
    _run(store_url, lambda config: command.downgrade(config, "base"))
    assert _tables(store_url) <= {"alembic_version"}
    _run(store_url, lambda config: command.upgrade(config, "head"))
    assert _tables(store_url) == before
    _run(store_url, command.check)


def test_a_newer_layout_loses_nothing_of_an_older_one(tmp_path: Path) -> None:
    """SQLite makes a changed table anew and drops the old one; what points at its rows must not go with them."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite'}"
    _run(url, lambda config: command.upgrade(config, "schedule"))
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        for table, row in OLD_ROWS.items():
            names = ", ".join(f'"{name}"' for name in row)
            old.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', list(row.values()))

    async def outside() -> None:
        database = Database(url)
        await migrations.upgrade(database)
        await database.close()

    asyncio.run(outside())
    with sqlite3.connect(path) as new:
        counts = {table: new.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in OLD_ROWS}
    assert counts == dict.fromkeys(OLD_ROWS, 1)


_DAY = "2026-11-25 10:00:00.000000"
OLD_ROWS: dict[str, dict[str, Any]] = {
    "event": {
        "id": 1, "slug": "harbour", "title": "Harbour", "subtitle": "", "tags": "[]", "languages": "[]", "epoch": "e",
        "time_zone": "UTC", "place": "", "state": "live", "policy": "open", "delay_seconds": 20, "contact": "",
        "session_tag": "", "reasons": "{}", "created_at": _DAY, "seq": 0,
    },
    "author": {
        "id": 1, "uri": "u", "network": "form", "name": "", "handle": "", "bot": 0, "nobot": 0, "labels": "[]",
        "no_unauthenticated": 0, "limited": 0, "standing": "active", "first_seen_at": _DAY,
    },
    "post": {
        "id": 1, "event_id": 1, "author_id": 1, "uri": "p", "network": "form", "posted_at": _DAY, "received_at": _DAY,
        "version": "v", "segments": "[]", "text": "Hello", "content_warning": "", "sensitive": 0, "tags": "[]",
        "mentions": "[]", "labels": "[]", "quote_policy": "", "session_how": "", "question": 0, "first": 0, "late": 0,
        "bridged": 0, "verdict": "approve", "why": "",
    },
    "copy": {
        "id": 1, "event_id": 1, "post_id": 1, "network": "form", "server": "", "local_id": "1", "uri": "p",
        "author_uri": "u", "upstream": "form:harbour", "crosspost": 0, "version": "v",
    },
    "decision": {
        "id": 1, "post_id": 1, "version": "v", "verdict": "approve", "why": "open", "created_at": _DAY,
    },
}  # fmt: skip


async def test_looking_at_the_store_again_and_again_leaves_the_paths_of_imports_alone(sqlite: Database) -> None:
    """Each entry there is searched for every module that is not installed: a process that grew them became slow."""
    before = list(sys.path)
    for _ in range(3):
        await migrations.ensure(sqlite)
    assert sys.path == before
