"""Connecting an account on a Mastodon server, letting it go, and handing a post in by its address."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app import secrets
from app.desk.asking import Here, at_the_desk, base_address, words
from app.desk.sources import refused
from app.domain import audit
from app.domain.audit import Line
from app.domain.posts import submitting
from app.domain.sources import connections
from app.errors import N_, BadInput, NotAllowed, StrandError
from app.limits import Rate
from app.models import Account, Event
from app.models.account import Role
from app.outbox import errors, mastodon, oauth
from app.pages import locale_of
from app.security import cookie_name, give_cookie, take_cookie
from app.state import State
from ingest.http import Guard
from ingest.text.clean import href

router = APIRouter(include_in_schema=False)

COOKIE = "strand-connect"
BEGUN_FOR = 900  # seconds to say yes over there
OFTEN = Rate(burst=10, every=30)
TOO_OFTEN = N_("Too many tries. Wait a moment.")
NOT_BEGUN = N_("This was not begun here, or too long ago. Begin again.")
Text = Annotated[str, Form(max_length=600)]


@router.post("/desk/{slug}/connect/mastodon")
async def connect(request: Request, state: Here, slug: str, server: Text = "", token: Text = "") -> Response:
    """With a token: connected at once. Without: on to that server's page, which asks its owner."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    state.limits.spend("connect", str(account.id), OFTEN, TOO_OFTEN)
    try:
        base = connections.server_of(server)
        if token.strip():
            return await _keep(state, account, event, base, connections.checked_token(token))
        return await _lead_there(request, state, account, event, base)
    except StrandError as error:
        return await refused(request, state, event, "connect-mastodon", error, {"server": server})


@router.get("/desk/{slug}/connect/mastodon/done")
async def done(request: Request, state: Here, slug: str, code: str = "", error: str = "") -> Response:
    """Back from that server.

    The one GET that changes something, since a server can only lead a browser here. It is safe: what it does was asked
    for by a POST of this very account, which signed `state` and left its other half in a cookie of this browser. It
    works once, for fifteen minutes; whoever else opens the link, a mail scanner too, has no such cookie.
    """
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    server, nonce = _begun(request, state, account, event)
    if error or not code:
        response: Response = RedirectResponse(f"/desk/{quote(event.slug)}/sources?error=not-connected", 303)
    else:
        token = await _token(request, state, event, server, code[:2_000], nonce)
        response = await _keep(state, account, event, server, token)
    take_cookie(request, response, COOKIE)
    return response


@router.post("/desk/{slug}/disconnect/mastodon")
async def disconnect(request: Request, state: Here, slug: str, server: Text = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    base, key = connections.server_of(server), state.settings.key
    async with state.database.transaction() as db:
        app = await connections.find_app(db, base, _return_address(request, event), key)
        token = await connections.disconnect(db, event, base, key)
        await audit.note(db, event.id, account, Line("disconnect", detail={"server": base}), state.clock())
    if app is not None and token is not None:
        await mastodon.take_back(_guard(state), base, app, token)
    return _back(event, "disconnected")


@router.post("/desk/{slug}/submit")
async def submit(request: Request, state: Here, slug: str, address: Text = "") -> Response:
    """A post by its address: our account's server fetches it, if it does not have it yet."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    state.limits.spend("submit", str(account.id), OFTEN, TOO_OFTEN)
    try:
        new = await _submitted(state, event, address)
    except StrandError as error:
        return await refused(request, state, event, "submit", error, {"address": address})
    return _back(event, "submitted" if new else "known")


async def _submitted(state: State, event: Event, address: str) -> bool:
    """Whether it is new here. Raises what is wrong with it."""
    wanted = href(address.strip())
    if wanted is None:
        raise BadInput("This is no address of a post. It begins with https://.", "address")
    async with state.database.reading() as db:
        voice = await connections.voice(db, event, state.settings.key)
    if voice is None:
        raise BadInput("Connect a Mastodon account first: its server fetches the post for us.", "address")
    post = await mastodon.find(_guard(state), voice.server, voice.token, wanted)
    async with state.database.transaction() as db:
        return await submitting.submit(db, event, post, voice.upstream, state.clock())


async def _lead_there(request: Request, state: State, account: Account, event: Event, server: str) -> Response:
    guard, address, nonce = _guard(state), _return_address(request, event), secrets.new_token()
    signed = secrets.sign(state.settings.key, COOKIE, [event.id, account.id, server, nonce])
    doors = await oauth.doors(guard, server)
    app = await _introduced(state, guard, server, address)
    way = oauth.way_in(doors, app, address, signed, _verifier(state, nonce))
    # Not a redirect: our pages' form-action forbids a form to end up on another site. A page that moves on may.
    response = state.pages.page(
        "connect_go.html", locale_of(request), 200, {"refresh": f"0; url={way}", "cache-control": "no-store"},
        way=way, host=urlsplit(server).netloc, **words(request, event),
    )  # fmt: skip
    give_cookie(request, response, COOKIE, nonce, BEGUN_FOR)
    return response


async def _introduced(state: State, guard: Guard, server: str, address: str) -> connections.App:
    """What the server knows us by: as before, or from now on. Servers allow few introductions, so it is kept."""
    async with state.database.reading() as db:
        app = await connections.find_app(db, server, address, state.settings.key)
    if app is None:
        app = await mastodon.introduce(guard, server, address, state.settings.public_url)
        async with state.database.transaction() as db:
            await connections.keep_app(db, server, app, address, state.settings.key, state.clock())
    return app


def _begun(request: Request, state: State, account: Account, event: Event) -> tuple[str, str]:
    """Server and nonce of a connection this account began for this event in this browser. Raises NotAllowed."""
    value = secrets.signed_value(state.settings.key, COOKIE, request.query_params.get("state", ""), BEGUN_FOR)
    held = request.cookies.get(cookie_name(request, COOKIE), "")
    if not isinstance(value, list) or value[:2] != [event.id, account.id]:
        raise NotAllowed(NOT_BEGUN)
    server, nonce = str(value[2]), str(value[3])
    if not hmac.compare_digest(held.encode(), nonce.encode()):
        raise NotAllowed(NOT_BEGUN)
    return server, nonce


async def _token(request: Request, state: State, event: Event, server: str, code: str, nonce: str) -> str:
    guard, address = _guard(state), _return_address(request, event)
    async with state.database.reading() as db:
        app = await connections.find_app(db, server, address, state.settings.key)
    if app is None:
        raise NotAllowed(NOT_BEGUN)
    try:
        doors = await oauth.doors(guard, server)
        return await oauth.exchange(guard, server, doors, app, address, code, _verifier(state, nonce))
    except errors.CodeRefused:
        # Servers before 4.3 forget apps that nobody used: the next try begins with a new introduction.
        async with state.database.transaction() as db:
            await connections.forget_app(db, server)
        raise


async def _keep(state: State, by: Account, event: Event, server: str, token: str) -> Response:
    handle = await mastodon.who(_guard(state), server, token)
    async with state.database.transaction() as db:
        await connections.connect(db, event, server, handle, token, state.settings.key, state.clock())
        await audit.note(db, event.id, by, Line("connect", detail={"server": server}), state.clock())
    return _back(event, "connected")


def _verifier(state: State, nonce: str) -> str:
    """PKCE's secret: nobody has to keep what can be made again."""
    return secrets.keyed(state.settings.key, "verifier", nonce) + secrets.keyed(state.settings.key, "verifier 2", nonce)


def _return_address(request: Request, event: Event) -> str:
    return f"{base_address(request)}/desk/{quote(event.slug)}/connect/mastodon/done"


def _guard(state: State) -> Guard:
    return Guard(allow_private=state.settings.private_hosts, contact=state.settings.public_url)


def _back(event: Event, done: str) -> Response:
    return RedirectResponse(f"/desk/{quote(event.slug)}/sources?done={done}", 303)
