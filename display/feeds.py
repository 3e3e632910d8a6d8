"""/{event}/feed.atom: the newest of the strand for feed readers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain import snapshot
from app.domain.audience import Audience
from app.pages import locale_of
from display.asking import Here, base_address, event_words, public_event, words
from display.fresh import answer, tag

router = APIRouter()
ENTRIES = 100


@router.get("/{slug}/feed.atom", include_in_schema=False)
async def atom(request: Request, state: Here, slug: str) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        etag = tag(request, event.epoch, event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await snapshot.page(db, event, Audience.PUBLIC, ENTRIES)
    text = state.pages.text(
        "feed.atom", locale_of(request), posts=posts[::-1], base=base_address(request), created_at=event.created_at,
        **event_words(event), **words(request),
    )  # fmt: skip
    headers = {"etag": etag, "cache-control": "no-cache"}
    return Response(text, media_type="application/atom+xml", headers=headers)
