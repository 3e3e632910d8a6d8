"""/api/v1/events/{slug}/people: who is here, in the order they came. What somebody said: posts?author=ID."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Depends

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public, where
from app.api.posts import Place
from app.domain.strand import people
from app.domain.strand.people import Arrival
from app.domain.view import author_view, order

router = APIRouter(prefix="/api/v1/events/{slug}/people", tags=["people"], dependencies=[Depends(open_to_all)])
PAGE = 100


@router.get("", response_model=shapes.People, responses=problems(404), summary="Who is here")
async def everybody(state: Here, slug: str, after: Place = "") -> dict[str, Any]:
    _, start = where("", after)
    async with state.database.reading() as db:
        event = await public(db, slug)
        came = await people.page(db, event.id, PAGE, after=start)
    last = came.arrivals[-1].post if came.arrivals and came.later else None
    newer = f"/api/v1/events/{slug}/people?after={order(last.posted_at, last.id)}" if last else None
    return {"people": [_person(one) for one in came.arrivals], "newer": newer}


def _person(one: Arrival) -> dict[str, Any]:
    return {
        "author": author_view(one.post.author),
        "addresses": [author_view(author) for author in one.addresses],
        "first_post": one.post.id,
        "at": f"{one.post.posted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
