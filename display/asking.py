"""What every public page asks first: which event, may they see it, in which language. Draws nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audience import Audience
from app.domain.event.look import theme_address
from app.domain.events import find_event
from app.domain.view import event_view
from app.errors import NotFound
from app.models import Event
from app.models.account import Role
from app.pages import LANGUAGES, locale_of
from app.security import may_enter, visitor_in
from app.state import State, state_of
from display.languages import day_words

Here = Annotated[State, Depends(state_of)]


async def public_event(db: AsyncSession, request: Request, slug: str, needed: Role = Role.REPORTER) -> Event:
    """The event, if this visitor may read it: a draft is for its own people, its wall (`needed`) for screens as well.
    Raises NotFound."""
    event = await find_event(db, slug)
    if not event.is_public and not await may_enter(db, await visitor_in(db, request), event, needed):
        raise NotFound("There is no event at this address.")
    return event


def words(request: Request) -> dict[str, Any]:
    """What templates of every page need: the strings for scripts, the languages to choose from, names of days."""
    state = state_of(request)
    locale = locale_of(request)
    return {
        "strings": state.pages.strings(locale),
        "languages": LANGUAGES,
        "day_name": lambda day: day_words(date.fromisoformat(day), locale),
    }


def event_words(event: Event) -> dict[str, Any]:
    """The event, in its own colours."""
    return {"event": event_view(event, Audience.PUBLIC), "theme_css": theme_address(event)}


def base_address(request: Request) -> str:
    """The address people type, without a slash at the end: as configured, else as they came."""
    return state_of(request).settings.public_url or f"{request.url.scheme}://{request.headers['host']}"


def own_hosts(request: Request) -> set[str]:
    """The names this house is known by."""
    return {urlsplit(base_address(request)).netloc, request.headers.get("host", "")} - {""}
