"""The migrations: one head, up and down and up again, and in the end exactly what the models say; on both databases."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

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
