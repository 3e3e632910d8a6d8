"""/{event}/wall: the projector's page, fed by the socket alone; and the QR that leads to the form."""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.audience import Audience
from app.domain.screens import find_screen
from app.models.account import Role
from app.pages import locale_of
from display.asking import Here, base_address, event_words, public_event, words

router = APIRouter()


@router.get("/{slug}/wall", include_in_schema=False)
async def wall(request: Request, state: Here, slug: str, screen: str = "", theme: str = "dark") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        known = await find_screen(db, event.id, screen) if screen else None
    live = {
        "address": f"/{slug}/live",
        "audience": known.audience if known else Audience.PUBLIC.value,
        "screen": screen[:64],
    }
    return state.pages.page(
        "wall.html", locale_of(request), 200, {"cache-control": "no-cache"}, live=live,
        theme=theme if theme in ("dark", "light", "contrast") else "dark",
        say_address=base_address(request).partition("://")[2] + f"/{slug}/say", **event_words(event), **words(request),
    )  # fmt: skip


@router.get("/{slug}/qr.svg", include_in_schema=False)
async def qr(request: Request, state: Here, slug: str) -> Response:
    """Black on white with its own margin: readable from the back row, whatever the theme."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
    picture = io.BytesIO()
    segno.make(f"{base_address(request)}/{event.slug}/say", micro=False, error="m").save(
        picture, kind="svg", border=3, dark="#000", light="#fff", scale=8, xmldecl=False, svgclass=None, lineclass=None
    )
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"cache-control": "public, max-age=300"})
