"""/{event}/wall/people.json: who is here, by arrival, as one screen may know it. Names, and nothing to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.domain.audience import Audience
from app.domain.screens import find_screen
from app.domain.strand import people
from app.domain.strand.people import Arrival
from app.domain.view import MOST, direction
from app.fresh import answer, tag
from app.models import Event
from app.models.account import Role
from display.asking import Here, public_event

router = APIRouter(include_in_schema=False)

LATEST = 2_000  # who came last; a wall that gives each name its turn is through with them in a quarter of an hour
AHEAD = timedelta(days=1)


@router.get("/{slug}/wall/people.json")
async def for_walls(request: Request, state: Here, slug: str, screen: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        known = await find_screen(db, event.id, screen) if screen else None
        audience = Audience(known.audience) if known else Audience.PUBLIC
        etag = tag(request, f"{event.epoch}/{audience}/{await people.proofs(db)}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        until = state.clock() + AHEAD
        came = await people.page(db, event.id, LATEST, before=(until, MOST), audience=audience)
        nameless = await people.has_nameless(db, event.id, audience)
        told = _told(came.arrivals, event) | {"nameless": nameless}
    return JSONResponse(told, headers={"cache-control": "no-cache", "etag": etag})


def _told(arrivals: Iterable[Arrival], event: Event) -> dict[str, Any]:
    return {"epoch": event.epoch, "seq": event.seq, "people": [_name(one, event) for one in arrivals]}


def _name(arrival: Arrival, event: Event) -> dict[str, Any]:
    """A name as large as any; and the post without which it would not be there."""
    first = arrival.addresses[0]
    name = first.name or first.handle
    said = arrival.post.posted_at
    local = said.astimezone(event.zone)
    told: dict[str, Any] = {"key": f"a{min(one.id for one in arrival.addresses)}", "name": name, "dir": direction(name)}
    told |= {"post": arrival.post.id, "at": f"{said.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    return told | {"time": f"{local:%H:%M}", "day": f"{local:%Y-%m-%d}"}
