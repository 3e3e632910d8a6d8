"""Which version of the schema the store has, and bringing it up to ours. The steps themselves are in alembic/."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from app.database import Database
from app.domain.strand import search
from app.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
_LOCK = 0x57A4D  # any number, the same in every process


async def upgrade(database: Database) -> str:
    """Run what is missing, in one transaction. Returns the version the store has then."""
    async with database.writer.connect() as connection:
        await connection.run_sync(_upgrade)
    async with database.transaction() as db:
        await search.fill(db)  # a store of before there was anything to search by
    return _head()


async def ensure(database: Database) -> None:
    """Create an empty store; refuse one of another version. For `serve` and everything that needs the tables."""
    empty, unfit = await look(database)
    if empty:
        await upgrade(database)
    elif unfit:
        raise Misconfigured(unfit)


async def look(database: Database) -> tuple[bool, str]:
    """Whether there is nothing at all; and why what is there does not fit this program, if it does not."""
    async with database.writer.connect() as connection:
        version, empty = await connection.run_sync(_look)
    if empty or version == _head():
        return empty, ""
    if version is None or version in known():
        return False, "The database has an older layout than this program. Make a backup, then run: strand migrate"
    return False, (
        "The database was made by a newer version of Strand. Install that version, or restore an older backup."
    )


def _config() -> Config:
    return Config(str(ROOT / "alembic.ini"))


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def known() -> set[str]:
    """Every version there ever was, up to ours."""
    return {script.revision for script in scripts().walk_revisions()}


def _head() -> str:
    head = scripts().get_current_head()
    assert head is not None
    return head


def _look(connection: Connection) -> tuple[str | None, bool]:
    """(version, whether there is nothing at all)."""
    version = MigrationContext.configure(connection).get_current_revision()
    return version, version is None and not inspect(connection).get_table_names()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        with connection.begin():
            upgrade_to(connection, "head")
        return
    # SQLite changes a table by making it anew. To drop the old one is to delete its rows, and every row that points at
    # them goes too, unless nobody looks: which can be said only outside a transaction.
    pragma(connection, "foreign_keys=OFF")
    try:
        with connection.begin():
            upgrade_to(connection, "head")
            check_sound(connection)
    finally:
        pragma(connection, "foreign_keys=ON")


def check_sound(connection: Connection) -> None:
    """Inside a transaction on SQLite that nobody looked at meanwhile. Raises Misconfigured."""
    if connection.dialect.name != "sqlite":
        return
    if (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()) is not None:
        raise Misconfigured("The store does not fit together: a row of {table} points nowhere.", table=lost[0])


def pragma(connection: Connection, words: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {words}")
    cursor.close()


def upgrade_to(connection: Connection, version: str) -> None:
    """Run the steps up to `version`, one process at a time: two may find the same empty store."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)
