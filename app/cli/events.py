"""strand event: create, list, show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.common import open_house, run, say, settings
from app.cli.sources import lines as source_lines
from app.domain import events
from app.domain.snapshot import waiting
from app.models import Event, Policy


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Events: make, list, look.")
    group.command("create", epilog='Example: strand event create harbour --title "Harbour Talks" --tag HarbourTalks')(
        create
    )
    group.command("list", epilog="Example: strand event list")(list_all)
    group.command("show", epilog="Example: strand event show harbour")(show)
    app.add_typer(group, name="event")


def create(
    slug: Annotated[str, typer.Argument(help="Its address: small letters, digits, dashes.")],
    title: Annotated[str, typer.Option(help="What people call it.")],
    tag: Annotated[list[str], typer.Option(help="Its hashtag, without #. Repeat for aliases; the first is shown.")],
    policy: Annotated[Policy, typer.Option(help="What a new post needs before it is shown.")] = Policy.REVIEW,
    time_zone: Annotated[str, typer.Option(help="Where its clock hangs.")] = "UTC",
    contact: Annotated[str, typer.Option(help="Where its organiser gets mail when a source falls silent.")] = "",
) -> None:
    """Make an event: live and public at once."""
    say(run(_create(slug, title, tag, policy, time_zone, contact)))


async def _create(slug: str, title: str, tags: list[str], policy: Policy, time_zone: str, contact: str) -> str:
    async with open_house(settings()) as database, database.transaction() as db:
        event = await events.create_event(
            db, slug, title, tags, datetime.now(UTC), policy=policy, time_zone=time_zone, contact=contact, languages=[]
        )
        return f"{event.title} is live at /{event.slug} with #{event.tags[0]}; new posts: {event.policy.value}."


def list_all() -> None:
    """Every event, newest first."""
    for line in run(_list()) or ["There is no event yet. strand event create makes one."]:
        say(line)


async def _list() -> list[str]:
    async with open_house(settings()) as database, database.reading() as db:
        return [_line(e) for e in await events.list_events(db)]


def _line(event: Event) -> str:
    return f"{event.slug}\t{event.state.value}\t#{' #'.join(event.tags)}\t{event.title}"


def show(slug: str) -> None:
    """One event, with its sources."""
    for line in run(_show(slug)):
        say(line)


async def _show(slug: str) -> list[str]:
    async with open_house(settings()) as database, database.reading() as db:
        event = await events.find_event(db, slug)
        until = f"{event.keep_until:%Y-%m-%d %H:%M} UTC, then it is erased" if event.keep_until else "for good"
        kept = f"erased {event.erased_at:%Y-%m-%d}" if event.erased_at else until
        head = [_line(event), f"policy\t{event.policy.value}", f"waiting\t{await waiting(db, event.id)}"]
        head += [f"contact\t{event.contact or 'nobody'}", f"kept\t{kept}"]
        return head + await source_lines(db, event)
