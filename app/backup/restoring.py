"""Restoring a backup: everything is checked first, then one transaction puts the new house in the old one's place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app import migrations
from app.backup import keys, ledger, manifest, mending, reapplying, standing, tables
from app.backup.alone import check_alone
from app.backup.ledger import Leavings
from app.backup.manifest import Manifest
from app.backup.problems import Refused, Unusable
from app.backup.reading import Backup
from app.backup.rows import Reader
from app.backup.shelving import Shelving
from app.backup.taking import LEFT_OUT
from app.database import Database
from app.domain import audit
from app.domain.strand import search
from app.models import Event
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the hosting person chose."""

    replace: bool = False
    passphrase: str = ""
    without_key: bool = False
    deletions: Leavings = field(default_factory=dict)  # of a list beside the backup


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    gone: int  # posts that left after the backup was taken
    held: int  # posts that were out of sight since, and wait for a look
    to_connect: int  # accounts whose secrets nobody can open


def check(backup: Backup, settings: Settings) -> None:
    """Raises Unusable or Refused; touches nothing."""
    backup.check(settings.data_dir)
    if backup.manifest.schema not in migrations.known():
        raise Unusable("It was made by a newer version of Strand ({version}): install that one first.",
                       version=backup.manifest.strand)  # fmt: skip


async def restore(backup: Backup, settings: Settings, wishes: Wishes, now: datetime) -> Restored:
    """Raises Unusable or Refused, and then everything is as it was before."""
    check(backup, settings)
    old_key = _key(backup, wishes)
    here = await standing.prepare(settings, wishes.replace, now)
    inside = ledger.read(backup.text(manifest.DELETIONS))
    leavings = ledger.merge([inside, here, wishes.deletions])
    shelving = Shelving(settings, old_key)
    try:
        shelving.put(backup)
        done, extra = await _swap(backup, settings, old_key, leavings, now)
    except (SQLAlchemyError, OSError) as error:
        shelving.undo()
        raise Refused("It could not be restored: {why}. Everything is as it was.", why=_why(error)) from error
    except BaseException:
        shelving.undo()
        raise
    shelving.finish(extra, now)
    return done


async def _swap(
    backup: Backup, settings: Settings, old_key: str | None, leavings: Leavings, now: datetime
) -> tuple[Restored, list[str]]:
    """The one transaction. Returns also the files of pictures that nobody needs."""
    database = Database(settings.database)
    try:
        async with database.writer.connect() as connection:
            await connection.run_sync(_prepare)
            async with connection.begin():
                await connection.run_sync(_load, backup)
                outcome = await _mend(connection, backup.manifest, settings, old_key, leavings, now)
                await connection.run_sync(migrations.check_sound)
    finally:
        await database.close()
    return outcome


def _prepare(connection: Connection) -> None:
    check_alone(connection)
    if connection.dialect.name == "sqlite":  # can be said only outside a transaction; asked at the end of ours
        migrations.pragma(connection, "foreign_keys=OFF")


def _load(connection: Connection, backup: Backup) -> None:
    tables.clear(connection)
    migrations.upgrade_to(connection, backup.manifest.schema)
    there = tables.reflect(connection)
    if {table.name for table in there} - LEFT_OUT != set(backup.manifest.tables):
        raise Unusable("It does not hold the tables that its version of Strand has.")
    tables.let_go(connection, there)
    for table in there:
        if table.name not in LEFT_OUT:
            part, reader = f"tables/{table.name}.jsonl", Reader(table, connection.dialect.name)
            if tables.fill(connection, table, map(reader.row, backup.lines(part))) != backup.manifest.rows(table.name):
                raise Unusable("Its part {part} holds another number of rows than it should.", part=part)
    tables.hold(connection, there)
    migrations.check_sound(connection)
    migrations.upgrade_to(connection, "head")


def _follow(connection: Connection) -> None:
    tables.follow(connection, tables.reflect(connection))


async def _mend(
    connection: AsyncConnection, about: Manifest, settings: Settings, old_key: str | None, leavings: Leavings,
    now: datetime,
) -> tuple[Restored, list[str]]:  # fmt: skip
    same = about.key["check"] == keys.check(settings.key)
    async with AsyncSession(bind=connection, expire_on_commit=False) as db:
        await mending.begin_anew(db, now)
        to_connect = 0 if same else await mending.fit_key(db, old_key, settings.key)
        applied = await reapplying.apply(db, leavings, about.moment, now)
        if await mending.erase_due(db, now) and connection.dialect.name == "sqlite":
            await connection.run_sync(_follow)
        extra = await mending.drop_pictures(db, about.missing)
        await search.fill(db)
        await _note(db, about, now)
        await db.flush()
    return Restored(about, applied.gone, applied.held, to_connect), extra


async def _note(db: AsyncSession, about: Manifest, now: datetime) -> None:
    """In the chain of the house, and in each event's: whoever reads there sees why the days before are missing."""
    line = audit.Line("restore", detail={"taken_at": about.taken_at, "way": "command"})
    for event_id in (None, *(await db.scalars(select(Event.id).order_by(Event.id)))):
        await audit.note(db, event_id, None, line, now)


def _key(backup: Backup, wishes: Wishes) -> str | None:
    """The key that came along, if it did and is wanted. Raises Refused."""
    how, told = backup.manifest.key["how"], backup.read(manifest.KEY).decode("ascii", "replace")
    if how == keys.NONE or not told or wishes.without_key:
        return None
    if how == keys.INSIDE:
        return told.strip()
    if not wishes.passphrase:
        raise Refused("Its key is under a passphrase: give --passphrase-file FILE, or --without-key to do without.")
    return keys.unlocked(told, wishes.passphrase)


def _why(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error).strip()
    return said.splitlines()[0].rstrip(".") if said else type(error).__name__
