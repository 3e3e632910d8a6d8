"""strand doctor: is everything as it should be, and if not, what to do. Looks; changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import typer
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import checkpoints, migrations, secrets
from app.checkpoints import Checkpoints, Read
from app.cli import checks
from app.cli.checks import Line, State, look, note, ok
from app.cli.common import run, say, settings
from app.database import Database
from app.domain import chains
from app.domain.events import list_events
from app.domain.sources import health
from app.domain.sources.health import Doing, Health
from app.domain.sources.sources import place
from app.errors import StrandError
from app.models import Connection, Event, EventState, Outgoing
from app.settings import Settings

RECENT = timedelta(days=1)


def register(app: typer.Typer) -> None:
    app.command("doctor", epilog="Example: strand doctor")(doctor)


def doctor() -> None:
    """Look at the whole house, a line for each thing. Exit 1 where somebody must do something."""
    found = run(_examine(settings(), datetime.now(UTC)))
    for line in found:
        say(str(line))
    if any(line.state is State.LOOK for line in found):
        raise typer.Exit(1)


async def _examine(chosen: Settings, now: datetime) -> list[Line]:
    found = [checks.data_folder(chosen), checks.secret_key(chosen), checks.room(chosen), checks.public_url(chosen)]
    found += [checks.last_backup(chosen, now), await checks.mail_server(chosen)]
    return found + await _store(chosen, now)


async def _store(chosen: Settings, now: datetime) -> list[Line]:
    file = checks.sqlite_file(chosen)
    if file is not None and not file.exists():
        return [note("database", f"{file} is not there yet; strand serve makes it.")]
    database = None
    try:
        database = Database(chosen.database)
        empty, unfit = await migrations.look(database)
        if empty:
            return [note("database", "It is empty; strand serve or strand migrate makes its tables.")]
        if unfit:
            return [look("database", unfit)]
        async with database.reading() as db:
            return [await _sound(db, database), *await _house(db, chosen, now)]
    except (StrandError, SQLAlchemyError, OSError) as error:
        return [look("database", f"It cannot be read: {_first_line(error)}.")]
    finally:
        if database is not None:
            await database.close()


async def _sound(db: AsyncSession, database: Database) -> Line:
    if not database.is_sqlite:
        return ok("database", f"PostgreSQL {await db.scalar(text('SHOW server_version'))}, of this version's layout.")
    told = " ".join(str(await db.scalar(text("PRAGMA quick_check(1)"))).split())
    if told != "ok":
        return look("database", f"It is damaged ({told}): stop Strand and restore your last backup.")
    return ok("database", "SQLite, whole, and of this version's layout.")


async def _house(db: AsyncSession, chosen: Settings, now: datetime) -> list[Line]:
    events = await list_events(db)
    found = [await _reader(db, any(event.collects for event in events), now), *await _unsent(db, now)]
    for event in events:
        healths = await health.of_event(db, event, now)
        found += [_source(one, event, now) for one in healths if one.doing is not Doing.OPEN]
        found += _unreadable(healths, event, chosen)
    return [*found, *await _accounts(db), *await _audit(db, chosen)]


async def _reader(db: AsyncSession, needed: bool, now: datetime) -> Line:
    process = await health.reader(db, now)
    if process is not None:
        return ok("reading", f"Process {process} reads the networks and does the jobs.")
    told = "Nobody reads the networks or does the jobs"
    if needed:
        return look("reading", f"{told}: start strand serve, or strand ingest beside strand serve --no-ingest.")
    return note("reading", f"{told}; no event needs it now.")


def _source(one: Health, event: Event, now: datetime) -> Line:
    source, what = one.source, event.slug
    parts = [place(source), health.WORDS[one.doing].lower(), f"{source.taken} taken of {source.seen}"]
    if source.succeeded_at:
        parts.append(f"last success {_ago(now - source.succeeded_at)} ago")
    if source.lag is not None:
        parts.append(f"{source.lag:.1f} s behind")
    if source.budget is not None:
        parts.append(f"may ask {source.budget} times more")
    parts += [f"left out {n}: {why}" for why, n in one.left_out.items()]
    told = "; ".join(parts) + (f". {source.reason}" if source.reason and source.enabled else ".")
    if one.doing.needs_somebody and event.state is EventState.LIVE:
        return look(what, f"{told} Try it: strand source test {event.slug} {source.id}")
    return (note if one.doing.needs_somebody or one.doing is Doing.NEW else ok)(what, told)


def _unreadable(healths: list[Health], event: Event, chosen: Settings) -> Iterator[Line]:
    """Tokens that were sealed with another secret key."""
    for one in healths:
        sealed = one.source.token_sealed
        if sealed and secrets.unseal(chosen.key, sealed) is None:
            yield look(event.slug, f"The token for {place(one.source)} was sealed with another key: add it again.")


async def _unsent(db: AsyncSession, now: datetime) -> list[Line]:
    given_up = select(Outgoing.failed).where(
        Outgoing.sent_at.is_(None), Outgoing.failed != "", Outgoing.created_at > now - RECENT
    )
    reasons = (await db.scalars(given_up.order_by(Outgoing.id.desc()))).all()
    return [look("mail", f"{len(reasons)} of the last day did not go out: {reasons[0]}")] if reasons else []


async def _accounts(db: AsyncSession) -> list[Line]:
    wanted = select(Connection, Event).join(Event, Event.id == Connection.event_id)
    expired = await db.execute(wanted.where(Connection.ok.is_(False)).order_by(Connection.id))
    return [
        look(event.slug, f"{one.handle or one.server} is not connected any more: {one.reason} Connect it at the desk.")
        for one, event in expired
    ]


async def _audit(db: AsyncSession, chosen: Settings) -> list[Line]:
    """Whether what was done here still stands as it was written: the chain, and the seals beside the database."""
    sealed = Read([])
    if (chosen.data_dir / checkpoints.NAME).exists():
        sealed = await asyncio.to_thread(Checkpoints(chosen.data_dir, chosen.key).read)
    lines, broken = await chains.verify(db, [one.seal for one in sealed.checkpoints])
    found = [look("audit", f"{one.chain or 'the house'}, line {one.number}: {one.why}.") for one in broken]
    if sealed.torn:
        told = f"Line {sealed.torn} of {checkpoints.NAME} is not as we wrote it, or another secret key sealed it."
        found.append(look("audit", told))
    if found or not lines:
        return found
    last = f"; sealed last at {sealed.checkpoints[-1].at:%Y-%m-%d %H:%M} UTC" if sealed.checkpoints else ""
    return [ok("audit", f"What was done stands in {lines} lines, each following from the one before{last}.")]


def _ago(passed: timedelta) -> str:
    seconds = max(0, round(passed.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _first_line(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0].rstrip(".") if said else type(error).__name__
