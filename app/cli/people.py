"""strand invite: a link for one person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.common import open_house, run, say, settings
from app.domain import accounts
from app.domain.events import find_event
from app.models.account import Role


def register(app: typer.Typer) -> None:
    app.command("invite", epilog="Example: strand invite harbour moderator")(invite)


def invite(
    slug: Annotated[str, typer.Argument(help="The event's address.")],
    role: Annotated[Role, typer.Argument(help="What they may do there.")],
) -> None:
    """Make a link that lets one person in, once, within seven days."""
    say(run(_invite(slug, role)))


async def _invite(slug: str, role: Role) -> str:
    chosen = settings()
    async with open_house(chosen) as database, database.transaction() as db:
        token = await accounts.invite(db, await find_event(db, slug), role, datetime.now(UTC))
    return f"For one {role.value}, once: {chosen.public_url}/invite/{token}"
