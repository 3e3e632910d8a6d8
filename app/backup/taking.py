"""Taking a backup, while the house is at work: tables in one consistent read, then the pictures they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import ColumnElement, Connection, Table, select
from sqlalchemy.engine import make_url

from app import __version__
from app.backup import keys, lately, ledger, manifest, rows, tables
from app.backup.manifest import Manifest
from app.backup.problems import Refused
from app.backup.writing import Archive, writing
from app.database import Database
from app.models.media import media_files
from app.settings import Settings
from app.shelf import Shelf

# What must not live again: sign-ins and invitations could be used twice, a proof or a place at the desk is of its hour.
LEFT_OUT = {"sign_in", "invite", "attendance", "pairing", "lease", "person", "claim"}
_EMPTIED = {("author", "person_id"): None}  # they point at what is left out


@dataclass(frozen=True, slots=True)
class Taken:
    manifest: Manifest
    bytes: int


async def take(
    database: Database, settings: Settings, place: Path, now: datetime, with_key: bool = False, passphrase: str = ""
) -> Taken:
    """Write the house into a file. `passphrase`: seals the key, where that goes along. Raises Refused."""
    try:
        return await _take(database, settings, place, now, with_key, passphrase)
    except OSError as error:
        raise Refused("The backup could not be written: {why}.", why=error.strerror or error) from error


async def _take(
    database: Database, settings: Settings, place: Path, now: datetime, with_key: bool, passphrase: str
) -> Taken:
    if not _is_there(database):
        raise Refused("There is nothing to back up: there is no database yet.")
    about = Manifest(
        strand=__version__, schema="", taken_at=now.astimezone(UTC).isoformat(), events=[],
        database="sqlite" if database.is_sqlite else "postgresql",
        key={"how": keys.NONE, "check": keys.check(settings.key)},
    )  # fmt: skip
    with writing(place) as archive:
        async with database.reader.connect() as connection:
            pictures = await connection.run_sync(_write_tables, archive, about)
        about.missing = _write_pictures(archive, Shelf(settings.data_dir), pictures)
        _write_ledger(archive, settings.data_dir)
        if with_key or passphrase:
            _write_key(archive, about, settings.key, passphrase)
        archive.seal(about)
    return Taken(about, _note(settings.data_dir, place, now))


def _is_there(database: Database) -> bool:
    """To look at a file of SQLite's is to make it."""
    return not database.is_sqlite or Path(make_url(database.url).database or "").is_file()


def _note(data_dir: Path, place: Path, now: datetime) -> int:
    size = place.stat().st_size
    lately.note(data_dir, lately.Last(now.astimezone(UTC), str(place.resolve()), size))
    return size


def _write_tables(connection: Connection, archive: Archive, about: Manifest) -> list[str]:
    """Everything in here is of one moment. Returns the names of the pictures' files at that moment."""
    about.schema = MigrationContext.configure(connection).get_current_revision() or ""
    there = tables.reflect(connection)
    if not about.schema or not there:
        raise Refused("There is nothing to back up: the database is empty.")
    for table in there:
        if table.name not in LEFT_OUT:
            _write_table(connection, archive, table)
    named = {table.name: table for table in there}
    event, media = named["event"], named["media"]
    about.events = list(connection.scalars(select(event.c.slug).order_by(event.c.id)))
    return [name for stretch in tables.read(connection, media) for row in stretch for name in _files(row)]


def _write_table(connection: Connection, archive: Archive, table: Table) -> None:
    empty = {column: value for (name, column), value in _EMPTIED.items() if name == table.name}
    with archive.part(f"tables/{table.name}.jsonl") as part:
        for stretch in tables.read(connection, table, *_wanted(table)):
            for row in stretch:
                part.write(rows.as_line({**row, **empty}))
            part.rows += len(stretch)


def _wanted(table: Table) -> list[ColumnElement[bool]]:
    """Letters that have not gone out are owed anew where they still are: a restored house must not send them twice."""
    return [table.c.sent_at.is_not(None)] if table.name == "outgoing" else []


def _files(media: Any) -> list[str]:
    return media_files(media["id"], media["widths"])


def _write_pictures(archive: Archive, shelf: Shelf, names: Iterable[str]) -> list[str]:
    """Returns those that are not there: purged since the tables were read, which is their right."""
    missing = []
    for name in dict.fromkeys(names):
        body = shelf.get(name)
        if body is None:
            missing.append(name)
            continue
        with archive.part(f"media/{name}", packed=False) as part:
            part.write(body)
    return missing


def _write_ledger(archive: Archive, data_dir: Path) -> None:
    with archive.part(manifest.DELETIONS) as part:
        part.write(ledger.encoded(ledger.read_file(data_dir / ledger.FILE)))


def _write_key(archive: Archive, about: Manifest, key: str, passphrase: str) -> None:
    about.key["how"] = keys.UNDER_PASSPHRASE if passphrase else keys.INSIDE
    with archive.part(manifest.KEY, packed=False) as part:
        part.write((keys.locked(key, passphrase) if passphrase else key).encode())
