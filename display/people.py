"""/{event}/people: who is here, in the order they came; /{event}/people/{id}: what somebody said, and whom they met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.audience import Surface, consents
from app.domain.strand import people
from app.domain.strand.people import Arrival, Met
from app.domain.strand.standing import all_stand
from app.domain.view import author_view, direction, order, place
from app.fresh import answer, tag
from app.ids import Id
from app.models import Author, Event
from app.pages import locale_of
from display.asking import Here, event_words, public_event, words
from display.excerpt import excerpt

router = APIRouter(include_in_schema=False)

PAGE, POSTS = 100, 50
FIRST_WORDS = 60
_BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), 0)


@router.get("/{slug}/people")
async def everybody(request: Request, state: Here, slug: str, before: str = "", after: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        etag = tag(request, f"{event.epoch}/{await people.proofs(db)}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        start, end = place(after) if after else None, place(before) if before else None
        came = await people.page(db, event.id, PAGE, end, start)
        nameless = not came.later and await people.has_nameless(db, event.id)
    here = [_arrival(one, event) for one in came.arrivals]
    return state.pages.page(
        "people.html", locale_of(request), 200, {"etag": etag, "cache-control": "no-cache"}, people=here,
        nameless=nameless, noindex=not all(_consent(one.addresses) for one in came.arrivals),
        earlier=f"/{slug}/people?before={here[0]['order']}" if came.earlier and here else None,
        later=f"/{slug}/people?after={here[-1]['order']}" if came.later and here else None,
        from_start=not came.earlier, **event_words(event), **words(request),
    )  # fmt: skip


@router.get("/{slug}/people/{author_id}")
async def somebody(request: Request, state: Here, slug: str, author_id: Id, after: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        person = await people.find_person(db, event.id, author_id)
        etag = tag(request, f"{event.epoch}/{await people.proofs(db)}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await people.said(db, event, person, POSTS + 1, after=place(after) if after else _BEGINNING)
        answered = await people.whom_they_answered(db, event.id, person)
        answered_by = await people.who_answered(db, event.id, person)
        stands = await all_stand(db, event, posts, Surface.INDEX)
    view = person_view(person, event)
    named = [*person, *answered.people, *answered_by.people]
    return state.pages.page(
        "person.html", locale_of(request), 200, {"etag": etag, "cache-control": "no-cache"}, person=view,
        posts=posts[:POSTS], later=f"{view['url']}?after={posts[POSTS - 1]['order']}" if len(posts) > POSTS else None,
        from_start=not after, answered=_met(answered, event), answered_by=_met(answered_by, event),
        noindex=not (stands and _consent(named)), **event_words(event), **words(request),
    )  # fmt: skip


def person_view(addresses: Sequence[Author], event: Event) -> dict[str, Any]:
    """Somebody with all the addresses that are theirs. The name is the one they first spoke under."""
    first = addresses[0]
    name = first.name or first.handle
    return {
        "id": first.id,
        "name": name,
        "dir": direction(name),
        "url": f"/{event.slug}/people/{first.id}",
        "addresses": [author_view(one) | {"network": one.network.value} for one in addresses],
    }


def _arrival(arrival: Arrival, event: Event) -> dict[str, Any]:
    post, local = arrival.post, arrival.post.posted_at.astimezone(event.zone)
    is_quotable = post.session is None or not post.session.closed
    first_words = excerpt(post.text, FIRST_WORDS) if is_quotable and not post.content_warning else ""
    return person_view(arrival.addresses, event) | {
        "order": order(post.posted_at, post.id),
        "at": f"{post.posted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "time": f"{local:%H:%M}",
        "day": f"{local:%Y-%m-%d}",
        "post": f"/{event.slug}/posts/{post.id}",
        "words": first_words,
        "words_dir": direction(first_words),
        "lang": post.lang,
        "cover": post.content_warning,
        "question": post.question,
        "session": {"title": post.session.title, "url": f"/{event.slug}/sessions/{post.session.id}"}
        if post.session
        else None,
    }


def _met(met: Met, event: Event) -> dict[str, Any]:
    return {"people": [person_view([one], event) for one in met.people], "nameless": met.nameless}


def _consent(authors: Iterable[Author]) -> bool:
    """Whether everybody who is named agrees to be found by search engines."""
    return all(consents(author) for author in authors)
