"""Atom and JSON Feed 1.1: the newest of the strand, of one session, of one person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.domain.audience import Surface
from app.domain.schedule import programme
from app.domain.strand import people, reading
from app.domain.strand.provenance import provenance
from app.domain.strand.reading import Filters
from app.domain.strand.standing import all_stand
from app.fresh import answer, tag
from app.ids import Id
from app.models import Event
from app.pages import locale_of
from app.state import State
from display.asking import Here, base_address, event_words, public_event
from display.entries import Entry, entry, permanent

router = APIRouter(include_in_schema=False)

ENTRIES = 100
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no character of XML 1.0
Posts = list[dict[str, Any]]
Draw = Callable[[State, str, "Feed", dict[str, Any]], Response]


@dataclass(frozen=True, slots=True)
class Feed:
    id: str
    title: str
    home: str  # the page it is of
    address: str  # its own, without the ending
    updated: str
    entries: Sequence[Entry]


@router.get("/{slug}/feed.atom")
async def atom(request: Request, state: Here, slug: str) -> Response:
    return await _strand(request, state, slug, _atom)


@router.get("/{slug}/feed.json")
async def json(request: Request, state: Here, slug: str) -> Response:
    return await _strand(request, state, slug, _json)


@router.get("/{slug}/sessions/{session_id}/feed.atom")
async def session_atom(request: Request, state: Here, slug: str, session_id: Id) -> Response:
    return await _session(request, state, slug, session_id, _atom)


@router.get("/{slug}/sessions/{session_id}/feed.json")
async def session_json(request: Request, state: Here, slug: str, session_id: Id) -> Response:
    return await _session(request, state, slug, session_id, _json)


@router.get("/{slug}/people/{author_id}/feed.atom")
async def person_atom(request: Request, state: Here, slug: str, author_id: Id) -> Response:
    return await _person(request, state, slug, author_id, _atom)


@router.get("/{slug}/people/{author_id}/feed.json")
async def person_json(request: Request, state: Here, slug: str, author_id: Id) -> Response:
    return await _person(request, state, slug, author_id, _json)


async def _strand(request: Request, state: State, slug: str, draw: Draw) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        etag = tag(request, event.epoch, event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await reading.page(db, event, Filters(), ENTRIES, surface=Surface.FEED)
        return await _feed(request, state, db, event, "", event.title, posts, etag, draw)


async def _session(request: Request, state: State, slug: str, session_id: Id, draw: Draw) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        session = await programme.find_session(db, event.id, session_id)
        etag = tag(request, event.epoch, event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await reading.page(db, event, Filters(session=session.id), ENTRIES, surface=Surface.FEED)
        return await _feed(request, state, db, event, f"/sessions/{session.id}", session.title, posts, etag, draw)


async def _person(request: Request, state: State, slug: str, author_id: Id, draw: Draw) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        person = await people.find_person(db, event.id, author_id)
        etag = tag(request, f"{event.epoch}/{await people.proofs(db)}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await people.said(db, event, person, ENTRIES, surface=Surface.FEED)
        name = person[0].name or person[0].handle
        return await _feed(request, state, db, event, f"/people/{author_id}", name, posts, etag, draw)


async def _feed(
    request: Request, state: State, db: AsyncSession, event: Event, path: str, what: str, posts: Posts, etag: str,
    draw: Draw,
) -> Response:  # fmt: skip
    base, locale = base_address(request), locale_of(request)
    known = await provenance(db, event.id, [post["id"] for post in posts])
    entries = [entry(post, known[post["id"]], event.slug, base, state.pages, locale) for post in reversed(posts)]
    begun = f"{event.created_at:%Y-%m-%dT%H:%M:%SZ}"
    feed = Feed(
        id=permanent(event.slug, path),
        title=f"{what} · #{event.tags[0]}" if event.tags else what,
        home=f"{base}/{event.slug}{path}",
        address=f"{base}/{event.slug}{path}/feed",
        updated=max((one.updated for one in entries), default=begun),
        entries=entries,
    )
    response = draw(state, locale, feed, event_words(event))
    response.headers.update({"etag": etag, "cache-control": "no-cache"})
    if not await all_stand(db, event, posts, Surface.INDEX):
        response.headers["x-robots-tag"] = "noindex"
    return response


def _atom(state: State, locale: str, feed: Feed, event: dict[str, Any]) -> Response:
    text = state.pages.text("feed.atom", locale, feed=feed, **event)
    return Response(_NO_XML.sub("", text), media_type="application/atom+xml")


def _json(state: State, locale: str, feed: Feed, event: dict[str, Any]) -> Response:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.address}.json",
        "description": event["event"]["subtitle"] or None,
        "language": locale,
        "items": [_item(one) for one in feed.entries],
    }
    return Response(orjson.dumps(_without_nothing(told)), media_type="application/feed+json")


def _item(one: Entry) -> dict[str, Any]:
    return _without_nothing(
        {
            "id": one.id,
            "url": one.url,
            "external_url": one.original,
            "title": one.title,
            "content_html": one.html,
            "summary": one.cover,
            "date_published": one.published,
            "date_modified": one.updated,
            "authors": [_without_nothing({"name": one.author, "url": one.author_url})],
            "tags": list(one.tags),
            "language": one.lang,
            "attachments": [
                _without_nothing({"mime_type": "image/webp", **picture}) for picture in one.pictures
            ],
        }
    )  # fmt: skip


def _without_nothing(told: dict[str, Any]) -> dict[str, Any]:
    """JSON Feed leaves out what there is not. An empty list of items stays: it says that there are none yet."""
    return {key: value for key, value in told.items() if value or key == "items"}
