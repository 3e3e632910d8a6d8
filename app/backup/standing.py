"""What stands where a backup is to go: nothing, a house, a damaged one. And what that house knows of deletions."""

from __future__ import annotations

from datetime import datetime

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from app import migrations
from app.backup import ledger
from app.backup.alone import check_alone, check_lease
from app.backup.leaving import Follower
from app.backup.ledger import Leavings
from app.backup.problems import Occupied, Refused
from app.database import Database
from app.settings import Settings

_TORN = ("not a database", "malformed")


async def prepare(settings: Settings, replace: bool, now: datetime) -> Leavings:
    """What left the house that is to be replaced, and its folder. Raises Refused where it must not be."""
    path = settings.data_dir / ledger.FILE
    database = Database(settings.database)
    try:
        async with database.writer.connect() as connection:
            await connection.run_sync(_check, replace, now)
            await connection.rollback()
            await connection.run_sync(check_alone)  # asked again when it counts; here, before a file is written
        empty, unfit = await migrations.look(database)
        if not empty and not unfit:
            await _write_down(database, Follower(path), now)
    except DatabaseError as error:
        if database.is_sqlite and any(word in str(error) for word in _TORN):
            raise _damaged(settings) from error
        raise
    finally:
        await database.close()
    return ledger.read_file(path)


async def _write_down(database: Database, follower: Follower, now: datetime) -> None:
    async with database.reading() as db:
        news = await follower.look(db, now)
    follower.keep(news, now)


def _check(connection: Connection, replace: bool, now: datetime) -> None:
    if not {"event", "account"} <= set(inspect(connection).get_table_names()):
        return
    if MigrationContext.configure(connection).get_current_revision() not in {None, *migrations.known()}:
        raise Refused("The database that is there was made by a newer version of Strand. Restore with that one.")
    check_lease(connection, now)
    events, accounts = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("event", "account")]  # noqa: S608 - our names
    if (events or accounts) and not replace:
        raise Occupied(
            "There is a house already; events in it: {n}. To put the backup in its place, say --replace.", n=events
        )


def _damaged(settings: Settings) -> Refused:
    return Refused(
        "The database that is there is damaged. Move {path} and what begins with its name away, then restore.",
        path=settings.database.partition("///")[2],
    )
