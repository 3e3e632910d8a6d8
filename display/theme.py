"""/{event}/theme.css: an organiser's two colours, by day and by night. Its address changes when they do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.event import colours
from app.models.account import Role
from display.asking import Here, public_event

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/theme.css")
async def theme(request: Request, state: Here, slug: str, v: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
    kept = "private, max-age=604800" if v else "no-cache"
    css = colours.theme_css(event.colour, event.colour_2)
    return Response(css, media_type="text/css", headers={"cache-control": kept})
