"""What every answer of the API asks first: which event, is it public, is it asked too often. Draws nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import fresh
from app.api.shapes import Problem
from app.domain.events import find_event
from app.domain.view import place
from app.errors import N_, NotFound
from app.limits import Rate
from app.models import Event
from app.state import State, state_of

Here = Annotated[State, Depends(state_of)]
BY_ADDRESS = Rate(burst=600, every=0.1)  # a hall is one address: this only stops a flood
TOO_OFTEN = N_("That is more than the house can answer. Wait a moment.")


async def open_to_all(request: Request, state: Here, response: Response) -> None:
    """Anybody's page and program may read. Raises TooFast."""
    state.limits.spend("api", request.client.host if request.client else "", BY_ADDRESS, TOO_OFTEN)
    response.headers["access-control-allow-origin"] = "*"
    response.headers["cache-control"] = "no-cache"


def unchanged(request: Request, response: Response, *parts: object) -> Response | None:
    """304 where they have this already; else the tag is with what they get. `parts`: on what the answer depends."""
    etag = fresh.tag(request, repr(parts), 0)
    response.headers["etag"] = etag
    known = fresh.answer(request, etag)
    if known is not None:
        known.headers["access-control-allow-origin"] = "*"
    return known


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """What can go wrong, for the description."""
    told = {
        400: "Something in the address is not as it should be.",
        404: "There is no such thing here, or it is not public.",
        410: "It was taken back by its author.",
        422: "A parameter is of the wrong kind.",
        429: "Asked too often: wait as long as Retry-After says.",
    }
    same: dict[int | str, dict[str, Any]] = {304: {"description": "It is as you have it: your If-None-Match says so."}}
    return same | {code: {"model": Problem, "description": told[code]} for code in (400, 422, 429, *more)}


async def public(db: AsyncSession, slug: str) -> Event:
    """Raises NotFound: a draft is for its own people, and they have a desk."""
    event = await find_event(db, slug)
    if not event.is_public:
        raise NotFound("There is no event at this address.")
    return event


def where(before: str, after: str) -> tuple[tuple[datetime, int] | None, tuple[datetime, int] | None]:
    """Two places on the strand, from their order keys. Raises BadInput."""
    return place(before) if before else None, place(after) if after else None
