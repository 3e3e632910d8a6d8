"""/{event}/numbers: what came in, what became of it and why, who was heard: counts of the whole, and of nobody."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.numbers.numbers import Numbers, numbers
from app.fresh import answer, tag
from app.models import Event
from app.pages import locale_of
from app.state import State
from display import about
from display.airtime_told import equal
from display.asking import Here, event_words, public_event, words
from display.numbers_told import told
from display.recent import Recent

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/numbers")
async def page(request: Request, state: Here, slug: str) -> Response:
    locale = locale_of(request)
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    counted = await _counted(request, state, event)
    etag = tag(
        request, f"{event.epoch}/{hashlib.sha256(repr((counted, event.title, event.state)).encode()).hexdigest()}", 0
    )
    if unchanged := answer(request, etag):
        return unchanged
    return state.pages.page(
        "numbers.html", locale, 200, {"etag": etag, "cache-control": "no-cache"}, noindex=False,
        erased=about.day(event, event.erased_at, locale),
        equal=equal(counted.airtime, state.pages.catalogues[locale], locale),
        **told(counted, event, state.pages.catalogues[locale], locale), **event_words(event), **words(request),
    )  # fmt: skip


async def _counted(request: Request, state: State, event: Event) -> Numbers:
    async def count() -> Numbers:
        async with state.database.reading() as db:
            return await numbers(db, event, state.clock())

    recent: Recent = request.app.state.recent
    return await recent.get(("numbers", event.id), state.clock(), count)
