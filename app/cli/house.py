"""strand migrate, strand freeze: the store's layout, and the big button."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app import migrations
from app.cli.common import open_house, run, say, settings
from app.database import Database
from app.domain import freezing
from app.domain.events import find_event


def register(app: typer.Typer) -> None:
    app.command("migrate", epilog="Example: strand migrate")(migrate)
    app.command("freeze", epilog="Example: strand freeze harbour-talks --off")(freeze)


def migrate() -> None:
    """Bring the database up to this version's layout."""
    say(run(_migrate()))


async def _migrate() -> str:
    database = Database(settings().database)
    try:
        version = await migrations.upgrade(database)
    finally:
        await database.close()
    return f"The database has the layout of this version ({version})."


def freeze(
    slug: Annotated[str, typer.Argument(help="The event's address.")],
    off: Annotated[bool, typer.Option("--off", help="Let the screens go on.")] = False,
    blank: Annotated[bool, typer.Option("--blank", help="Black, instead of the holding card.")] = False,
) -> None:
    """Send every screen of an event to its holding card, or into the dark."""
    say(run(_freeze(slug, not off, blank)))


async def _freeze(slug: str, on: bool, blank: bool) -> str:
    now = datetime.now(UTC)
    async with open_house(settings()) as database, database.transaction() as db:
        event = await find_event(db, slug)
        await freezing.switch(db, event, on=on, blank=blank, by=None, now=now, way="command")
    if blank:
        return f"The screens of {slug} are dark." if on else f"The screens of {slug} are not dark any more."
    return f"The screens of {slug} are frozen." if on else f"The screens of {slug} go on."
