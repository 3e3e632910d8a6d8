"""strand rehearse: play an invented conference on an event, and take it away again."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.common import open_house, run, say, settings
from app.database import Database
from app.domain import events, rehearsals
from app.errors import NotFound
from app.models import EventState
from ingest.rehearsal.script import conference


def register(app: typer.Typer) -> None:
    app.command("rehearse", epilog="Example: strand rehearse harbour-talks --speed 20")(rehearse)


def rehearse(
    slug: Annotated[str, typer.Argument(help="The event's address; it is made where there is none.")],
    speed: Annotated[float, typer.Option(help="How many times as fast as it would really be.", min=0.1)] = 20.0,
    end: Annotated[bool, typer.Option("--end", help="Stop, and remove every trace.")] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Only where there is no other event yet.")] = False,
) -> None:
    """Play two invented days, from the start. The screens and pages say that it is a rehearsal."""
    say(run(_end(slug) if end else _begin(slug, speed, if_empty)))


async def _begin(slug: str, speed: float, if_empty: bool) -> str:
    now = datetime.now(UTC)
    async with open_house(settings()) as database:
        if if_empty and await _has_others(database, slug):
            return "There are events here already: no rehearsal was begun."
        script = conference().event["event"]
        async with database.transaction() as db:
            event, made = None, False
            with contextlib.suppress(NotFound):
                event = await events.find_event(db, slug)
            if event is None:
                event, made = await events.create_event(
                    db, slug, script["title"], script["tags"], now, state=EventState.DRAFT,
                    time_zone=script["time_zone"], languages=script["languages"], subtitle=script["subtitle"],
                    reasons=script["reasons"],
                ), True  # fmt: skip
            await rehearsals.begin(db, event, script["tag"], speed, made, now)
    return f"/{slug} rehearses, {speed:g} times as fast as life. strand rehearse {slug} --end takes it away."


async def _has_others(database: Database, slug: str) -> bool:
    async with database.reading() as db:
        return any(e.slug != slug or e.rehearsal is None for e in await events.list_events(db))


async def _end(slug: str) -> str:
    async with open_house(settings()) as database, database.transaction() as db:
        gone = await rehearsals.end(db, await events.find_event(db, slug), datetime.now(UTC))
    return f"The rehearsal is over; nothing of it is left{' and neither is /' + slug if gone else ''}."
