"""docs/roles.md: every route there is, asked by everybody who may ask. `make roles` writes it; a test compares.

The application itself is asked, with real sign-ins, over ASGI: nothing here knows what a route is meant to answer.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from fastapi.routing import APIRoute

from app import main
from app.main import create_app
from app.settings import Settings
from tools.role_house import KEY, WHO, House, Route

FILE = Path(__file__).resolve().parent.parent / "docs" / "roles.md"
SOCKETS = ("public", "reviewed", "desk")
HEAD = """# Who may do what

Each route there is, and what it answers to whom. Written by `make roles`, which asks the application; a test asks again
and compares. **Change it only by that command**, and look at what changed: a 403 that became a 200 lets somebody in.

The columns: nobody who signed in · a screen · a reporter, a moderator and an organiser of the event · an organiser of
another event · an organiser of the house. A number is the answer's status: 200 here you are · 303 done, go on there ·
400 let in, but what was sent makes no sense (409, 410 and 422 are told as 400) · 401 sign in first · 403 not for you ·
404 nothing there, or nothing you may know of. Where a route answers otherwise while the event is a draft, a second line
says how.
"""


def routes() -> list[Route]:
    """All that is wired, by address: a new one is in the table before anybody thinks of it."""
    found = {
        Route(method, route.path)
        for module in main.ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    found |= {Route("SOCKET", f"/{{slug}}/live?audience={audience}") for audience in SOCKETS}
    return sorted(found, key=lambda route: (route.path, route.method))


async def table() -> str:
    with tempfile.TemporaryDirectory(prefix="strand-roles-") as folder:
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/s.sqlite", secret_key=KEY)
        moment = datetime(2027, 6, 11, 9, tzinfo=UTC)
        app = create_app(settings, ingest=False, clock=lambda: moment)
        house = House(app, lambda: moment)
        await house.furnish()
        try:
            lines = [line for route in routes() for line in await _lines(house, route)]
        finally:
            await app.state.strand.encoder.close()
            await house.database.close()
    return _drawn(lines)


async def _lines(house: House, route: Route) -> list[tuple[Route, str, list[int]]]:
    live = [await house.ask(route, "harbour", who) for who in WHO]
    found = [(route, "", live)]
    if "{slug}" in route.path:
        draft = [await house.ask(route, "pier", who) for who in WHO]
        found += [(route, "draft", draft)] if draft != live else []
    return found


def _drawn(lines: list[tuple[Route, str, list[int]]]) -> str:
    told = [HEAD]
    for title, its in groupby(lines, key=lambda line: _section(line[0].path)):
        told += [f"\n## {title}\n", f"| route | {' | '.join(WHO)} |", f"|---|{'---|' * len(WHO)}"]
        for route, state, answers in its:
            name = f"`{route.method} {route.path}`" + (f" ({state})" if state else "")
            told.append(f"| {name} | {' | '.join(map(str, answers))} |")
    return "\n".join(told) + "\n"


def _section(path: str) -> str:
    if path.startswith("/desk"):
        return "The desk"
    if path.startswith("/api"):
        return "For programs"
    return "An event's pages" if path.startswith("/{slug}") else "The house"


if __name__ == "__main__":
    written = asyncio.run(table())
    FILE.write_text(written)
    sys.stdout.write(f"{FILE.name}: {sum(line.startswith('| `') for line in written.splitlines())} lines\n")
