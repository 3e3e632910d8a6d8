"""/{event}/wall: the projector's page, fed by the socket alone; what its screen is to show; and the QR to the form."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, Response

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.screens import LONGEST, THEMES, find_screen, wished
from app.domain.screens.airtime import airtime
from app.domain.view import MOST
from app.models import Event, Screen
from app.models.account import Role
from app.pages import locale_of
from app.qr import qr_svg
from app.state import State
from display.asking import Here, base_address, event_words, public_event, words

router = APIRouter()

MOST_POSTS = 50  # in one question
NO_STORE = {"cache-control": "no-store"}
# A browser that kept this page knows by the header that what it got is ours, and no hotel's sign-in page.
OURS = {"cache-control": "no-cache", "x-strand": "wall"}


@router.get("/{slug}/wall", include_in_schema=False)
async def wall(
    request: Request, state: Here, slug: str, screen: str = "", theme: str = "", mode: str = ""
) -> Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        its = await _wished(db, state, event, screen, theme, mode)
    live = {"address": f"/{slug}/live", "audience": its["audience"], "screen": its["name"]}
    return state.pages.page(
        "wall.html", locale_of(request), 200, OURS, live=live, screen=its, theme=its["look"]["theme"],
        say_address=base_address(request).partition("://")[2] + f"/{slug}/say", **event_words(event), **words(request),
    )  # fmt: skip


@router.get("/{slug}/wall/screen.json", include_in_schema=False)
async def what_it_is_to_show(
    request: Request, state: Here, slug: str, screen: str = "", theme: str = "", mode: str = ""
) -> Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        return JSONResponse(await _wished(db, state, event, screen, theme, mode), headers=NO_STORE)


@router.get("/{slug}/wall/posts.json", include_in_schema=False)
async def some_posts(request: Request, state: Here, slug: str, screen: str = "", ids: str = "") -> Response:
    """Those of these that this screen may show: pins, and what is in the spotlight, can be older than its strand."""
    named = ids.split(",")[:MOST_POSTS]
    wanted = [int(one) for one in named if one.isascii() and one.isdigit() and len(one) < 11 and int(one) <= MOST]
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        audience, _ = await _of_screen(db, event, screen)
        found = (await snapshot.look(db, event, wanted, [audience]))[audience]
    told = {"epoch": event.epoch, "seq": event.seq, "posts": [found[one] for one in wanted if one in found]}
    return JSONResponse(told, headers=NO_STORE)


@router.get("/{slug}/wall/airtime.json", include_in_schema=False)
async def how_long(request: Request, state: Here, slug: str, screen: str = "") -> Response:
    """How long everybody was on this screen, and which first posts wait for their turn."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        audience, known = await _of_screen(db, event, screen)
        told = await airtime(db, event, known, audience, state.clock())
    return JSONResponse({"epoch": event.epoch, "seq": event.seq, **told}, headers=NO_STORE)


@router.get("/{slug}/qr.svg", include_in_schema=False)
async def qr(request: Request, state: Here, slug: str) -> Response:
    """Black on white with its own margin: readable from the back row, whatever the theme."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
    picture = qr_svg(f"{base_address(request)}/{event.slug}/say")
    return Response(picture, media_type="image/svg+xml", headers={"cache-control": "public, max-age=300"})


async def _of_screen(db: AsyncSession, event: Event, name: str) -> tuple[Audience, Screen | None]:
    known = await find_screen(db, event.id, name[:LONGEST]) if name else None
    return Audience(known.audience) if known else Audience.PUBLIC, known


async def _wished(
    db: AsyncSession, state: State, event: Event, name: str, theme: str, mode: str
) -> dict[str, Any]:  # fmt: skip
    """`theme`: for whoever tries it on. `mode`: a picture for a stream needs no screen that somebody made."""
    _, known = await _of_screen(db, event, name)
    its = await wished(db, event, known, name[:LONGEST], state.clock())
    if mode == "overlay" and (known is None or known.made_at is None):
        its |= {"mode": mode}
    return its | {"look": its["look"] | {"theme": theme}} if theme in THEMES else its
