"""Signing in and out, and taking an invitation. Opening a link changes nothing: mail scanners open links too."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from app import secrets
from app.desk.asking import Here, words
from app.domain import accounts
from app.domain.events import list_events
from app.errors import N_, BadInput, Conflict
from app.limits import Rate
from app.models import Account, Event, Invite
from app.models.account import Role
from app.pages import locale_of
from app.security import cookie_name, give_cookie, take_cookie, visitor_of
from app.state import State

router = APIRouter(include_in_schema=False)

BY_NAME = Rate(burst=10, every=60)
BY_ADDRESS = Rate(burst=60, every=5)  # a whole team may sign in from one hall
TOO_OFTEN = N_("Too many tries. Wait a moment.")
WRONG = N_("Name and password do not belong together.")
_SOME_HASH = secrets.hash_password("nobody has this password")
_hashing = asyncio.Semaphore(2)  # each costs 19 MiB and a core for a moment

Text = Annotated[str, Form(max_length=400)]


@router.get("/sign-in")
async def sign_in_page(request: Request, state: Here, next: str = "/desk") -> Response:
    visitor = await visitor_of(request)
    if visitor.account is not None:
        return RedirectResponse(local(next), 303)
    return _sign_in(request, state, local(next))


@router.post("/sign-in")
async def sign_in(
    request: Request, state: Here, name: Text = "", password: Text = "", next: Text = "/desk"
) -> Response:
    state.limits.spend("sign-in", address_of(request), BY_ADDRESS, TOO_OFTEN)
    state.limits.spend("sign-in-name", name.casefold()[:100], BY_NAME, TOO_OFTEN)
    async with state.database.reading() as db:
        account = await accounts.find_for_sign_in(db, name)
    if not await fits(account, password) or account is None:
        return _sign_in(request, state, local(next), WRONG, name, 400)
    return await _welcome(request, state, account, local(next))


@router.post("/sign-out")
async def sign_out(request: Request, state: Here) -> Response:
    token = request.cookies.get(cookie_name(request), "")
    async with state.database.transaction() as db:
        await accounts.sign_out(db, token)
    response = RedirectResponse("/", 303)
    take_cookie(request, response, "strand")
    return response


@router.get("/invite/{token}")
async def invite_page(request: Request, state: Here, token: str) -> Response:
    return await _invite(request, state, token)


@router.post("/invite/{token}")
async def accept(request: Request, state: Here, token: str, name: Text = "", password: Text = "") -> Response:
    """With an account already signed in the role is added to it; else an account is made. A screen's makes this browser
    one, whoever was signed in here before."""
    state.limits.spend("invite", address_of(request), BY_ADDRESS, TOO_OFTEN)
    visitor = await visitor_of(request)
    now = state.clock()
    async with state.database.reading() as db:
        found = await accounts.find_invite(db, token, now)
    if found.role is Role.SCREEN:
        return await _become_screen(request, state, token)
    if visitor.account is not None:
        async with state.database.transaction() as db:
            await accounts.join(db, token, visitor.account, now)
        return RedirectResponse("/desk", 303)
    try:
        made = await hashed(password)
        async with state.database.transaction() as db:
            account = await accounts.accept(db, token, name, password, made, now)
    except (BadInput, Conflict) as error:
        return await _invite(request, state, token, error, name)
    return await _welcome(request, state, account, "/setup" if await _begins(state, found) else "/desk")


async def _begins(state: State, invite: Invite) -> bool:
    """Whether whoever comes in runs a house that has no event of its own yet: then they make one first."""
    if invite.event_id is not None or invite.role is not Role.ORGANISER:
        return False
    async with state.database.reading() as db:
        return all(event.rehearsal is not None for event in await list_events(db))


async def _become_screen(request: Request, state: State, token: str) -> Response:
    before = request.cookies.get(cookie_name(request), "")
    async with state.database.transaction() as db:
        word, event_id, name = await accounts.become_screen(
            db, token, request.headers.get("user-agent", ""), state.clock()
        )
        await accounts.sign_out(db, before)
        slug = await db.scalar(select(Event.slug).where(Event.id == event_id))
    response = RedirectResponse(f"/{slug}/wall?{urlencode({'screen': name})}", 303)
    give_cookie(request, response, "strand", word, int(accounts.SCREEN_FOR.total_seconds()))
    return response


async def _welcome(request: Request, state: State, account: Account, to: str) -> Response:
    async with state.database.transaction() as db:
        token = await accounts.sign_in(db, account, request.headers.get("user-agent", ""), state.clock())
    response = RedirectResponse(to, 303)
    give_cookie(request, response, "strand", token, int(accounts.SIGNED_IN_FOR.total_seconds()))
    return response


async def fits(account: Account | None, password: str) -> bool:
    """The same work whether or not there is such an account, so that nobody can find out which names exist."""
    known = account.password if account and account.password else _SOME_HASH
    async with _hashing:
        same = await asyncio.to_thread(secrets.password_fits, known, password[: accounts.PASSWORD_MAX])
    return same and account is not None and account.password is not None


async def hashed(password: str) -> str:
    async with _hashing:
        return await asyncio.to_thread(secrets.hash_password, password[: accounts.PASSWORD_MAX])


def _sign_in(request: Request, state: State, to: str, error: str = "", name: str = "", status: int = 200) -> Response:
    locale = locale_of(request)
    error = state.pages.gettext(locale, error) if error else ""
    return state.pages.page(
        "sign_in.html", locale, status, next=to, error=error, name=name, event=None, **words(request)
    )  # fmt: skip


async def _invite(
    request: Request, state: State, token: str, error: BadInput | Conflict | None = None, name: str = ""
) -> Response:
    locale = locale_of(request)
    async with state.database.reading() as db:
        found = await accounts.find_invite(db, token, state.clock())
    screen = found.note if found.role is Role.SCREEN else ""
    return state.pages.page(
        "invite.html", locale, error.status if error else 200, {"cache-control": "no-store"}, name=name,
        screen=screen, address=request.url.path, account=(await visitor_of(request)).account,
        error=error.told(state.pages.catalogues[locale].gettext) if error else "", **words(request),
    )  # fmt: skip


def address_of(request: Request) -> str:
    """Where somebody comes from; IPv6 by its /64, which is one household."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host


def local(address: str) -> str:
    """An address of ours to go on to, or the desk: a link must not lead elsewhere after signing in."""
    plain = address.isascii() and address.isprintable() and address.startswith("/") and "\\" not in address
    return address if plain and not address.startswith("//") else "/desk"
