"""/: always 200; names every public event."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.audience import Audience
from app.domain.events import list_events
from app.domain.view import event_view
from app.models import Event
from app.pages import locale_of
from display.asking import Here, words
from display.card import when

router = APIRouter()


@router.get("/", include_in_schema=False)
async def home(request: Request, state: Here) -> Response:
    async with state.database.reading() as db:
        events = await list_events(db, public_only=True)
    locale = locale_of(request)
    told = [event_view(e, Audience.PUBLIC) | {"when": _when(e, locale), "place": e.place} for e in events]
    return state.pages.page("home.html", locale, events=told, **words(request))


def _when(event: Event, locale: str) -> str:
    """As the event's own clock has it."""
    starts, ends = (m.astimezone(event.zone) if m else None for m in (event.starts_at, event.ends_at))
    return when(starts, ends, locale)
