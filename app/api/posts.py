"""/api/v1/events/{slug}/posts: the strand as its page shows it, narrowed as there."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public, unchanged, where
from app.domain import snapshot
from app.domain.audience import Audience, Surface
from app.domain.posts.taken_back import is_taken_back
from app.domain.strand import people, reading
from app.domain.strand.reading import Filters
from app.domain.view import MOST
from app.errors import BadInput, NotFound, Withdrawn
from app.ids import Id
from app.models import Event
from ingest.text import tags

router = APIRouter(prefix="/api/v1/events/{slug}/posts", tags=["posts"], dependencies=[Depends(open_to_all)])

Place = Annotated[str, Query(max_length=64, description="A post's `order`.")]
Number = Annotated[int | None, Query(ge=1, le=MOST)]


def filters(
    q: Annotated[str, Query(max_length=500, description="Words; finds posts whose authors consent to be found.")] = "",
    tag: Annotated[str, Query(max_length=100, description="A hashtag, without #.")] = "",
    lang: Annotated[str, Query(max_length=35, description='A language: "de" is "de-AT" too.')] = "",
    network: Annotated[shapes.NetworkName | None, Query()] = None,
    pictures: Annotated[bool, Query(description="Only posts with pictures.")] = False,
    questions: Annotated[bool, Query(description="Only questions.")] = False,
    session: Number = None,
    author: Annotated[
        int | None, Query(ge=1, le=MOST, description="Everything one person said, by any address that is theirs.")
    ] = None,
) -> Filters:
    return Filters(q, tags.normalise(tag.lstrip("#")), lang, network or "", pictures, questions, session, author)


@router.get("", response_model=shapes.Posts, responses=problems(404), summary="A stretch of the strand")
async def posts(
    request: Request, response: Response, state: Here, slug: str, chosen: Annotated[Filters, Depends(filters)],
    before: Place = "", after: Place = "", limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any] | Response:  # fmt: skip
    """The newest; or with `before` what lies before a place, with `after` what lies after it."""
    if before and after:
        raise BadInput("Either before a place or after one.", "after")
    start, end = where(before, after)
    async with state.database.reading() as db:
        event = await public(db, slug)
        proofs = await people.proofs(db) if chosen.author else ""
        if known := unchanged(request, response, event.epoch, event.seq, proofs):
            return known
        wanted = replace(chosen, addresses=await _addresses(db, event, chosen.author))
        found = await reading.page(db, event, wanted, limit + 1, start, end, Surface.API)
    more = len(found) > limit
    found = found[:limit] if after else found[-limit:]
    older, newer = (bool(found), more) if after else (more, bool(before))
    return {
        "posts": found,
        "older": _address(slug, chosen, limit, before=found[0]["order"]) if older and found else None,
        "newer": _address(slug, chosen, limit, after=found[-1]["order"]) if newer and found else None,
    }


@router.get("/{post_id}", response_model=shapes.Post, responses=problems(404, 410), summary="One post")
async def post(
    request: Request, response: Response, state: Here, slug: str, post_id: Id
) -> dict[str, Any] | Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public(db, slug)
        found = await _find(db, event, post_id)
    return unchanged(request, response, event.epoch, event.seq) or found


@router.get(
    "/{post_id}/answers", response_model=shapes.Answers, responses=problems(404, 410), summary="What answers it"
)
async def answers(
    request: Request, response: Response, state: Here, slug: str, post_id: Id
) -> dict[str, Any] | Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public(db, slug)
        await _find(db, event, post_id)
        if known := unchanged(request, response, event.epoch, event.seq):
            return known
        return {"posts": await snapshot.answers(db, event, post_id, Audience.PUBLIC)}


async def _find(db: AsyncSession, event: Event, post_id: int) -> dict[str, Any]:
    """Raises NotFound, Withdrawn."""
    found = await snapshot.one(db, event, post_id, Audience.PUBLIC)
    if found is None and await is_taken_back(db, event.id, post_id):
        raise Withdrawn("This post was taken back by its author.")
    if found is None:
        raise NotFound("There is no such post here.")
    return found


async def _addresses(db: AsyncSession, event: Event, author_id: int | None) -> tuple[int, ...]:
    """All that are this person's, as their page has them."""
    if author_id is None:
        return ()
    try:
        return tuple(author.id for author in await people.find_person(db, event.id, author_id))
    except NotFound:
        return (author_id,)


def _address(slug: str, chosen: Filters, limit: int, **place: str) -> str:
    set_ = {name: getattr(chosen, name) for name in Filters.__dataclass_fields__ if getattr(chosen, name)}
    told = {name: "true" if value is True else str(value) for name, value in set_.items()}
    return f"/api/v1/events/{slug}/posts?{urlencode({**told, 'limit': limit, **place})}"
