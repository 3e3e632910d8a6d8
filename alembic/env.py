"""How migrations run: on the house's own writer engine, one transaction for all, with a lock timeout on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.database import Database
from app.models import Base
from app.models.base import Moment, Word
from app.settings import Settings

WAIT = "SET LOCAL lock_timeout = '10s'"


def _render(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Write our column types as what the database has, so that a migration never imports today's models."""
    if kind == "type" and isinstance(thing, Word):
        return "sa.String(length=32)"
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(thing).__name__ == "JSON":
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether the models speak of it. What can be searched is a table of each database's own kind."""
    return not (kind == "table" and name is not None and name.startswith("post_search"))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_ours,
        render_item=_render,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(WAIT))
        context.run_migrations()


async def main() -> None:
    database = Database(context.config.attributes.get("url") or Settings().database)
    async with database.writer.begin() as connection:
        await connection.run_sync(run)
    await database.close()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    asyncio.run(main())
