"""strand schedule: import it from a file or an address, show it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import open_house, run, say, settings
from app.database import Database
from app.domain.events import find_event
from app.domain.schedule import programme, schedule, schedule_feed
from app.errors import BadInput
from app.models import Event, Session
from app.settings import Settings
from ingest.http import Guard
from ingest.schedule import Reading, parse, read

Slug = Annotated[str, typer.Argument(help="The event's address.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The programme: import, look.")
    group.command(
        "import", epilog="Example: strand schedule import harbour https://pretalx.example/harbour/schedule.json"
    )(import_)
    group.command("show", epilog="Example: strand schedule show harbour")(show)
    app.add_typer(group, name="schedule")


def import_(
    slug: Slug,
    source: Annotated[str, typer.Argument(metavar="FILE-OR-URL", help="pretalx or c3voc JSON, iCal, frab XML or CSV.")],
    session_tag: Annotated[
        str | None,
        typer.Option(help="How a session's tag is made: ht_s{number}. Without it: the event's tag and _s12."),
    ] = None,
) -> None:
    """Read the sessions of an event. An address is read again every five minutes while strand runs."""
    say(run(_import(slug, source, session_tag)))


async def _import(slug: str, source: str, session_tag: str | None) -> str:
    chosen, now = settings(), datetime.now(UTC)
    is_address = source.startswith(("http://", "https://"))
    async with open_house(chosen) as database:
        event = await _event(database, slug)
        reading = await _fetched(chosen, event, source) if is_address else _opened(event, source)
        assert reading.schedule is not None  # we sent no etag
        async with database.transaction() as db:
            event = await find_event(db, slug)
            if session_tag is not None:
                await schedule_feed.set_marks(db, event, session_tag, {}, now)
            told = await schedule.import_schedule(db, event, reading.schedule, now)
            if is_address:
                await schedule_feed.remember(db, event, source, reading.etag, now)
    again = " It is read again every five minutes." if is_address else ""
    return f"{event.title}: {told.told()}{again}"


async def _fetched(chosen: Settings, event: Event, url: str) -> Reading:
    guard = Guard(allow_private=chosen.private_hosts, contact=chosen.public_url)
    return await read(guard, schedule_feed.check_address(url), event.zone)


def _opened(event: Event, path: str) -> Reading:
    try:
        return Reading(parse(Path(path).read_bytes(), event.zone))
    except OSError as error:
        raise BadInput("{path} cannot be opened: {why}.", path=path, why=error.strerror or "no such file") from None


async def _event(database: Database, slug: str) -> Event:
    async with database.reading() as db:
        return await find_event(db, slug)


def show(slug: Slug) -> None:
    """The sessions of an event, in order of time."""
    for line in run(_show(slug)):
        say(line)


async def _show(slug: str) -> list[str]:
    async with open_house(settings()) as database, database.reading() as db:
        event = await find_event(db, slug)
        feed = await schedule_feed.find_feed(db, event.id)
        sessions = await programme.list_sessions(db, event.id)
    read_from = [f"read from\t{feed.url}\t{feed.reason or 'in order'}"] if feed else []
    return read_from + (
        [_line(s, event) for s in sessions] or ["There is no session yet. strand schedule import reads them."]
    )


def _line(session: Session, event: Event) -> str:
    local = session.starts_at.astimezone(event.zone)
    room = session.room.name if session.room else "-"
    states = ["cancelled"] if session.cancelled_at else ["closed"] if session.closed else []
    return "\t".join([f"{local:%Y-%m-%d %H:%M}", room, f"#{session.number}", session.title, *states])
