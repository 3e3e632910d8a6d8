"""Whether anybody else has the store open: a restore under a running house would show one event's posts in another's
place, because what a process remembers by number would mean something else."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app import process
from app.backup.problems import Refused
from app.domain.leases import INGEST
from app.models import Lease

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'strand' AND pid <> pg_backend_pid()"
)


def check_lease(connection: Connection, now: datetime) -> None:
    """Raises Refused while somebody reads the networks."""
    if not inspect(connection).has_table(Lease.__tablename__):
        return
    held = select(Lease.owner).where(Lease.name == INGEST, Lease.expires_at > now)
    owner = connection.scalar(held)
    if owner is not None and not process.is_dead(owner):
        raise Refused(
            "Process {number} reads the networks into this house: stop Strand first.", number=[*owner.split(":"), ""][1]
        )


def check_alone(connection: Connection) -> None:
    """Raises Refused. Outside a transaction; on SQLite it also sees to it that nobody can come in meanwhile."""
    if connection.dialect.name != "sqlite":
        if connection.scalar(_OTHERS):
            raise _taken()
        connection.rollback()
        return
    cursor = connection.connection.cursor()
    try:
        # Only the last one who has the file open can leave the mode in which many read while one writes.
        cursor.execute("PRAGMA journal_mode=DELETE")
    except (DBAPIError, sqlite3.OperationalError) as error:
        raise _taken() from error
    finally:
        cursor.close()


def _taken() -> Refused:
    return Refused("Another process has this house open: stop every strand serve and strand ingest first.")
