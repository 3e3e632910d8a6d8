"""/: always 200; names every public event."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.audience import Audience
from app.domain.events import list_events
from app.domain.view import event_view
from app.pages import locale_of
from display.asking import Here, words

router = APIRouter()


@router.get("/", include_in_schema=False)
async def home(request: Request, state: Here) -> Response:
    async with state.database.reading() as db:
        events = [event_view(e, Audience.PUBLIC) for e in await list_events(db, public_only=True)]
    return state.pages.page("home.html", locale_of(request), events=events, **words(request))
