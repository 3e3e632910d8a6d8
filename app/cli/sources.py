"""strand source: add a place to read, list them, try them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.cli.common import open_house, run, say, settings
from app.domain.events import find_event
from app.domain.sources import health, sources
from app.domain.sources.trials import sentence
from app.models import Event, Source
from app.settings import Settings
from app.trying import try_source

Slug = Annotated[str, typer.Argument(help="The event's address.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Sources: where an event's posts are read.")
    group.command("add", epilog="Example: strand source add harbour mastodon --server https://social.example")(add)
    group.command("list", epilog="Example: strand source list harbour")(list_all)
    group.command("test", epilog="Example: strand source test harbour 3")(test)
    app.add_typer(group, name="source")


def add(
    slug: Slug,
    kind: Annotated[str, typer.Argument(help="mastodon or bluesky.")],
    server: Annotated[str, typer.Option(help="mastodon: the server's address.")] = "",
    token: Annotated[str, typer.Option(help="mastodon: an access token with read:statuses; then it streams.")] = "",
    every: Annotated[
        float | None, typer.Option(min=1, max=3600, help="mastodon: seconds between looks without a stream; else 15.")
    ] = None,
    jetstream: Annotated[list[str] | None, typer.Option(help="bluesky: wss:// bases; empty: the public ones.")] = None,
    appview: Annotated[str, typer.Option(help="bluesky: where names are looked up; empty: the public one.")] = "",
    labeler: Annotated[
        list[str] | None, typer.Option(help="bluesky: did:plc:… of a service whose labels count beside Bluesky's own.")
    ] = None,
) -> None:
    """Read an event's tags from a Mastodon server, or from Bluesky."""
    if kind not in ("mastodon", "bluesky"):
        raise typer.BadParameter("say mastodon or bluesky", param_hint="kind")
    if kind == "mastodon" and not server:
        raise typer.BadParameter("which server? --server https://…", param_hint="--server")
    say(run(_add(slug, kind, server, token, every, jetstream or [], appview, labeler or [])))


async def _add(
    slug: str, kind: str, server: str, token: str, every: float | None, jetstream: list[str], appview: str,
    labelers: list[str],
) -> str:  # fmt: skip
    chosen, now = settings(), datetime.now(UTC)
    async with open_house(chosen) as database, database.transaction() as db:
        event = await find_event(db, slug)
        if kind == "mastodon":
            source = await sources.add_mastodon(db, event, server, token, chosen.key, now, every)
        else:
            source = await sources.add_bluesky(db, event, jetstream, appview, now, labelers)
        return f"{slug} now reads {sources.place(source)}."


def list_all(slug: Slug) -> None:
    """The sources of an event and how they are doing."""
    for line in run(_list(slug)):
        say(line)


async def _list(slug: str) -> list[str]:
    async with open_house(settings()) as database, database.reading() as db:
        return await lines(db, await find_event(db, slug))


async def lines(db: AsyncSession, event: Event) -> list[str]:
    """Each source, and below it what was left out, why and how often."""
    found = []
    for one in await health.of_event(db, event, datetime.now(UTC)):
        found.append(f"{one.source.id}\t{sources.describe(one.source)}")
        found += [f"  left out\t{n}\t{why}" for why, n in one.left_out.items()]
    return found


def test(
    slug: Slug,
    id: Annotated[int | None, typer.Argument(help="One source, by its number; else all.")] = None,
) -> None:
    """Try sources once: do they answer, how would they be read, what comes. Exit 1 where one does not work."""
    worked = True
    for told, ok in run(_test(slug, id)):
        say(told)
        worked = worked and ok
    if not worked:
        raise typer.Exit(1)


async def _test(slug: str, id: int | None) -> list[tuple[str, bool]]:
    chosen = settings()
    async with open_house(chosen) as database, database.reading() as db:
        event = await find_event(db, slug)
        wanted = [await sources.find_source(db, event, id)] if id is not None else await sources.list_sources(db, event)
    return [await _tried(source, event, chosen) for source in wanted]


async def _tried(source: Source, event: Event, chosen: Settings) -> tuple[str, bool]:
    found = await try_source(source, event, chosen)
    told = " ".join(sentence(f.key, f.values) for f in found.findings)
    return f"{source.id}\t{'works' if found.ok else 'look here'}\t{sources.place(source)}\t{told}", found.ok
