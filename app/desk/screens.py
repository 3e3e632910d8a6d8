"""/desk/{event}/screens: each projector by name, its address and QR, how it is doing; and the link that freezes."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, base_address, words
from app.desk.screen_words import rows
from app.domain import freezing, screens
from app.domain.team import invites
from app.errors import NotFound, StrandError
from app.ids import Id
from app.models import Account, Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

NO_STORE = {"cache-control": "no-store"}
Text = Annotated[str, Form(max_length=400)]
Act = Callable[[AsyncSession, Account, Event], Awaitable[Any]]


@router.get("/desk/{slug}/screens")
async def page(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, event)


@router.get("/desk/{slug}/screens.json")
async def how_they_are(request: Request, state: Here, slug: str) -> Response:
    """For the page's script, and the freeze page's."""
    _, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        return JSONResponse({"screens": await _rows(request, state, db, event)}, headers=NO_STORE)


@router.post("/desk/{slug}/screens")
async def make(request: Request, state: Here, slug: str, name: Text = "", audience: Text = "") -> Response:
    async def act(db: AsyncSession, by: Account, event: Event) -> str:
        made = await screens.make(db, event, name, audience, by, state.clock())
        return f"screen-{made.id}"

    return await _acted(request, state, slug, act, "new", {"name": name, "audience": audience})


@router.post("/desk/{slug}/screens/link")
async def link(request: Request, state: Here, slug: str) -> Response:
    """A new link that freezes; the one before ends. Shown once: it is not kept."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        token = await freezing.renew_link(db, event, state.settings.key, account, state.clock())
    return await _page(request, state, event, freeze_link=f"{base_address(request)}/freeze/{token}")


@router.post("/desk/{slug}/screens/end-link")
async def end_link(request: Request, state: Here, slug: str) -> Response:
    async def act(db: AsyncSession, by: Account, event: Event) -> str:
        await freezing.end_link(db, event, by, state.clock())
        return "link"

    return await _acted(request, state, slug, act, "link")


@router.post("/desk/{slug}/screens/{screen_id}/rename")
async def rename(request: Request, state: Here, slug: str, screen_id: Id, name: Text = "") -> Response:
    async def act(db: AsyncSession, by: Account, event: Event) -> str:
        await screens.rename(db, event, screen_id, name, by, state.clock())
        return f"screen-{screen_id}"

    return await _acted(request, state, slug, act, f"screen-{screen_id}", {"rename": name})


@router.post("/desk/{slug}/screens/{screen_id}/remove")
async def remove(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    async def act(db: AsyncSession, by: Account, event: Event) -> str:
        await screens.remove(db, event, screen_id, by, state.clock())
        return "here"

    return await _acted(request, state, slug, act, "here")


@router.post("/desk/{slug}/screens/{screen_id}/invite")
async def invite(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    """A link that makes a browser this screen, so that it shows the wall before the event is public."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            name = await _name(db, event, screen_id)
            token = await invites.make(db, event, Role.SCREEN, name, account, state.clock())
    except StrandError as error:
        return await _page(request, state, event, error, "here")
    invited = {"id": screen_id, "link": f"{base_address(request)}/invite/{token}"}
    return await _page(request, state, event, invited=invited)


@router.get("/desk/{slug}/screens/{screen_id}/qr.svg")
async def qr(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    """The screen's address, for a machine that is easier to show something than to type on."""
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.reading() as db:
        name = await _name(db, event, screen_id)
    picture = io.BytesIO()
    segno.make(base_address(request) + _wall(event, name), micro=False, error="m").save(
        picture, kind="svg", border=3, dark="#000", light="#fff", scale=6, xmldecl=False, svgclass=None, lineclass=None
    )
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=NO_STORE)


async def _acted(
    request: Request, state: State, slug: str, act: Act, where: str, typed: dict[str, str] | None = None
) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            done = await act(db, account, event)
    except StrandError as error:
        return await _page(request, state, event, error, where, typed)
    return RedirectResponse(f"/desk/{slug}/screens#{done}", 303)


async def _name(db: AsyncSession, event: Event, screen_id: int) -> str:
    for screen in await screens.list_screens(db, event.id):
        if screen.id == screen_id:
            return screen.name
    raise NotFound("This screen is not here any more.")


async def _rows(request: Request, state: State, db: AsyncSession, event: Event) -> list[dict[str, Any]]:
    gettext = state.pages.catalogues[locale_of(request)].gettext
    resting = event.frozen_at is not None or event.blank_at is not None
    return rows(await screens.states(db, event, state.clock()), resting, gettext)


async def _page(
    request: Request, state: State, event: Event, error: StrandError | None = None, form: str = "",
    typed: dict[str, str] | None = None, freeze_link: str = "", invited: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        ids = {screen.name: screen.id for screen in await screens.list_screens(db, event.id)}
        shown = [
            row | {"id": ids[row["name"]], "wall": _wall(event, row["name"])}
            for row in await _rows(request, state, db, event)
        ]
    gettext = state.pages.catalogues[locale].gettext
    return state.pages.page(
        "desk_screens.html", locale, error.status if error else 200, NO_STORE, screens=shown, form=form,
        typed={"name": "", "audience": "reviewed", "rename": ""} | (typed or {}), base=base_address(request),
        error=error.told(gettext) if error else "", freeze_link=freeze_link, has_link=bool(event.freeze_nonce),
        invited=invited, public=event.is_public, **words(request, event),
    )  # fmt: skip


def _wall(event: Event, name: str) -> str:
    return f"/{event.slug}/wall?{urlencode({'screen': name})}"
