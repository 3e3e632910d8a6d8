"""/api/v1/events/{slug}/people: who is here, in the order they came; and one person. Their words: posts?author=ID."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public, unchanged, where
from app.api.posts import Place
from app.domain.strand import people
from app.domain.strand.people import Arrival, Met
from app.domain.view import author_view, order
from app.ids import Id

router = APIRouter(prefix="/api/v1/events/{slug}/people", tags=["people"], dependencies=[Depends(open_to_all)])
PAGE = 100


@router.get("", response_model=shapes.People, responses=problems(404), summary="Who is here")
async def everybody(
    request: Request, response: Response, state: Here, slug: str, after: Place = ""
) -> dict[str, Any] | Response:
    _, start = where("", after)
    async with state.database.reading() as db:
        event = await public(db, slug)
        if known := unchanged(request, response, event.epoch, event.seq, await people.proofs(db)):
            return known
        came = await people.page(db, event.id, PAGE, after=start)
    last = came.arrivals[-1].post if came.arrivals and came.later else None
    newer = f"/api/v1/events/{slug}/people?after={order(last.posted_at, last.id)}" if last else None
    return {"people": [_person(one) for one in came.arrivals], "newer": newer}


@router.get("/{author_id}", response_model=shapes.Somebody, responses=problems(404), summary="One person")
async def somebody(
    request: Request, response: Response, state: Here, slug: str, author_id: Id
) -> dict[str, Any] | Response:
    """By any address that is theirs. Whom they met is in the order in which it happened."""
    async with state.database.reading() as db:
        event = await public(db, slug)
        person = await people.find_person(db, event.id, author_id)
        if known := unchanged(request, response, event.epoch, event.seq, await people.proofs(db)):
            return known
        answered = await people.whom_they_answered(db, event.id, person)
        answered_by = await people.who_answered(db, event.id, person)
    return {
        "author": author_view(person[0]),
        "addresses": [author_view(author) for author in person],
        "posts": f"/api/v1/events/{slug}/posts?author={person[0].id}",
        "answered": _met(answered),
        "answered_by": _met(answered_by),
    }


def _met(met: Met) -> dict[str, Any]:
    return {"people": [author_view(author) for author in met.people], "nameless": met.nameless}


def _person(one: Arrival) -> dict[str, Any]:
    return {
        "author": author_view(one.post.author),
        "addresses": [author_view(author) for author in one.addresses],
        "first_post": one.post.id,
        "at": f"{one.post.posted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
