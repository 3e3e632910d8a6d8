"""/screen: a browser that nobody types in shows a code, waits, and goes to its wall. Complete without a script.

Opening the page changes nothing: a code is made by its button, which the script presses by itself.
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.domain import accounts
from app.domain.screens import pairing
from app.domain.screens.pairing import Waiting
from app.errors import N_, BadInput, StrandError
from app.limits import Rate
from app.models import Event
from app.models.account import Role
from app.pages import LANGUAGES, locale_of
from app.security import cookie_name, give_cookie, may_enter, take_cookie, visitor_in
from app.state import State
from display.admission import network_of
from display.asking import Here, base_address

router = APIRouter(include_in_schema=False)

COOKIE = "strand-pairing"
NO_STORE = {"cache-control": "no-store"}
BY_ADDRESS = Rate(burst=60, every=15)  # a venue's screens come from one address, and each asks anew every 15 minutes
A_DAY = 86_400  # seconds: longer than a code lives, so that its browser knows that it is over
NO_COOKIES = N_("This browser keeps no cookies. A screen needs one, to be known again.")
TOO_OFTEN = N_("So many codes were asked for from here. Wait a moment.")


@router.get("/screen")
async def page(request: Request, state: Here, asked: str = "") -> Response:
    """`asked`: a code was made just now; a browser that does not know of it keeps no cookies."""
    return await _page(request, state, BadInput(NO_COOKIES) if asked and not _secret(request) else None)


@router.post("/screen")
async def begin(request: Request, state: Here) -> Response:
    try:
        host = network_of(request.client.host if request.client else "")
        state.limits.spend("pairing", host, BY_ADDRESS, TOO_OFTEN)
        async with state.database.transaction() as db:
            await pairing.use(db, _secret(request))  # the code before, if any
            _, secret = await pairing.begin(db, state.clock())
    except StrandError as error:
        return await _page(request, state, error)
    response = RedirectResponse("/screen?asked=1", 303)
    give_cookie(request, response, COOKIE, secret, A_DAY)
    return response


@router.get("/screen/state.json")
async def how_it_stands(request: Request, state: Here) -> Response:
    waiting = await _waiting(request, state)
    told = "over" if waiting is None else "taken" if waiting.screen else "waiting"
    return JSONResponse({"state": told}, headers=NO_STORE)


@router.post("/screen/go")
async def go(request: Request, state: Here) -> Response:
    """To the wall, as its screen. Whoever may see it anyhow stays who they are."""
    secret, before = _secret(request), request.cookies.get(cookie_name(request), "")
    async with state.database.transaction() as db:
        waiting = await pairing.find_waiting(db, secret, state.clock())
        if waiting is None or not waiting.screen:
            return RedirectResponse("/screen", 303)
        event = await db.get_one(Event, waiting.event_id)
        word = ""
        if not await may_enter(db, await visitor_in(db, request), event, Role.SCREEN):
            word = await pairing.become(db, secret, request.headers.get("user-agent", ""), state.clock())
            await accounts.sign_out(db, before)
        await pairing.use(db, secret)
    response = RedirectResponse(f"/{event.slug}/wall?{urlencode({'screen': waiting.screen})}", 303)
    take_cookie(request, response, COOKIE)
    if word:
        give_cookie(request, response, "strand", word, int(accounts.SCREEN_FOR.total_seconds()))
    return response


async def _page(request: Request, state: State, error: StrandError | None = None) -> Response:
    locale = locale_of(request)
    waiting = await _waiting(request, state)
    return state.pages.page(
        "pairing.html", locale, error.status if error else 200, NO_STORE, waiting=waiting,
        error=error.told(state.pages.catalogues[locale].gettext) if error else "", languages=LANGUAGES,
        address=base_address(request).partition("://")[2] + "/desk",
    )  # fmt: skip


async def _waiting(request: Request, state: State) -> Waiting | None:
    secret = _secret(request)
    if not secret:
        return None
    async with state.database.reading() as db:
        return await pairing.find_waiting(db, secret, state.clock())


def _secret(request: Request) -> str:
    return request.cookies.get(cookie_name(request, COOKIE), "")
