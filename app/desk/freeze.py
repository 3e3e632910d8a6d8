"""Freeze and blank: for the desk's script, as a page with one big button, and by a link without a sign-in."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.desk.screen_words import rows
from app.desk.signing import address_of
from app.domain import freezing, screens
from app.domain.audience import Audience
from app.domain.view import event_view
from app.errors import N_, BadInput
from app.limits import Rate
from app.models import Event
from app.pages import LANGUAGES, locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

NO_STORE = {"cache-control": "no-store"}
BY_ADDRESS = Rate(burst=30, every=2)
TOO_OFTEN = N_("Too many tries. Wait a moment.")
ACTS = {"freeze": (True, False), "release": (False, False), "blank": (True, True), "unblank": (False, True)}


class Switch(BaseModel):
    """What the desk's script sends."""

    model_config = ConfigDict(extra="forbid", strict=True)
    on: bool
    blank: bool = False


@router.get("/desk/{slug}/freeze")
async def page(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        its = await screens.states(db, event, state.clock())
    locale, resting = locale_of(request), event.frozen_at is not None or event.blank_at is not None
    told = rows(its, resting, state.pages.catalogues[locale].gettext, event.zone)
    since = {"frozen": _since(event, event.frozen_at), "blank": _since(event, event.blank_at)}
    return state.pages.page("freeze.html", locale, 200, NO_STORE, screens=told, since=since, **words(request, event))


@router.post("/desk/{slug}/freeze")
async def switch(request: Request, state: Here, slug: str) -> Response:
    """JSON {on, blank} from the desk; act=freeze|release|blank|unblank from the page without a script."""
    account, event = await at_the_desk(request, slug)
    by_script = "json" in request.headers.get("content-type", "")
    on, blank = await (_asked_by_script(request) if by_script else _asked_by_form(request))
    async with state.database.transaction() as db:
        await freezing.switch(
            db, event, on=on, blank=blank, by=account, now=state.clock(), way="desk" if by_script else "phone"
        )
    if by_script:
        return JSONResponse({"blank" if blank else "frozen": on}, headers=NO_STORE)
    return RedirectResponse(f"/desk/{slug}/freeze", 303)


@router.get("/freeze/{token}")
async def link_page(request: Request, state: Here, token: str) -> Response:
    """Shows the button and changes nothing: mail scanners open links too."""
    event = await _by_link(request, state, token)
    return _link_page(request, state, event, event.frozen_at is not None)


@router.post("/freeze/{token}")
async def freeze_by_link(request: Request, state: Here, token: str) -> Response:
    """It can only freeze. Letting the screens go on is for somebody who signs in, or for the command line."""
    event = await _by_link(request, state, token)
    async with state.database.transaction() as db:
        await freezing.switch(db, event, on=True, blank=False, by=None, now=state.clock(), way="link")
    return _link_page(request, state, event, True)


async def _by_link(request: Request, state: State, token: str) -> Event:
    state.limits.spend("freeze", address_of(request), BY_ADDRESS, TOO_OFTEN)
    async with state.database.reading() as db:
        return await freezing.find_by_link(db, state.settings.key, token, state.clock())


def _link_page(request: Request, state: State, event: Event, frozen: bool) -> Response:
    return state.pages.page(
        "freeze_link.html", locale_of(request), 200, NO_STORE, event=event_view(event, Audience.PUBLIC), frozen=frozen,
        address=request.url.path, languages=LANGUAGES,
    )  # fmt: skip


async def _asked_by_script(request: Request) -> tuple[bool, bool]:
    try:
        asked = Switch.model_validate_json(await request.body())
    except ValidationError:
        raise BadInput("Say whether the screens rest or go on: on, and for the dark blank.", "on") from None
    return asked.on, asked.blank


async def _asked_by_form(request: Request) -> tuple[bool, bool]:
    act = (await request.form(max_fields=5)).get("act")
    if not isinstance(act, str) or act not in ACTS:
        raise BadInput("Choose what the screens are to do.", "act")
    return ACTS[act]


def _since(event: Event, at: datetime | None) -> str:
    return f"{at.astimezone(event.zone):%H:%M}" if at else ""
