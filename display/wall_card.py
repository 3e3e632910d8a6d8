"""/{event}/wall/card.json: what the card says on a wall, in every language of the event that the house speaks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.domain.event import one_tag
from app.models import Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State
from display import card
from display.asking import Here, base_address, public_event
from display.wall_strings import for_the_card, good_reasons

router = APIRouter(include_in_schema=False)

OTHERS = 2  # tags besides the first


@router.get("/{slug}/wall/card.json")
async def for_walls(request: Request, state: Here, slug: str) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
    languages = card.languages_of(event, None, locale_of(request))
    told = {
        "tags": working_tags(event),
        "address": base_address(request).partition("://")[2] + f"/{slug}/say",
        "faces": [face(state, event, language) for language in languages],
    }
    return JSONResponse(told, headers={"cache-control": "no-cache"})


def working_tags(event: Event) -> list[str]:
    """Those that both networks read whole; where none does, the first all the same: it is what people write."""
    return ([tag for tag in event.tags if one_tag.works(tag)] or event.tags[:1])[: OTHERS + 1]


def face(state: State, event: Event, language: str) -> dict[str, Any]:
    gettext = state.pages.catalogues[language].gettext
    starts, ends = (moment.astimezone(event.zone) if moment else None for moment in (event.starts_at, event.ends_at))
    return {
        "lang": language,
        "when": card.when(starts, ends, language),
        "reasons": card.reasons(event, language) or good_reasons(gettext),
        "words": for_the_card(gettext),
    }
