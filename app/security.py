"""Who is asking: the cookie, the origin, the role; and the headers every answer carries."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitResponder
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import secrets
from app.domain import accounts
from app.models import Account, Event
from app.models.account import Role
from app.pages import LANGUAGE, LOCALES
from app.state import state_of

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types strand-worker"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-strand": "house",  # walls take nothing from whoever else answers in our name; their own page says "wall"
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "strand"
_STREAM = "/live.sse"  # it has no end, so nothing could be told of its body
_SAYING = re.compile(r"/[^/]+/say(?:/(?!opened$)[^/]+)?")
_RECEIPT = re.compile(r"/[^/]+/say/[0-9a-f]{32}")
MOST_FROM_ANYBODY = 256 * 1024  # bytes: a form, with room
MOST_WITH_PICTURES = 64 * 1024 * 1024  # four photos of a phone, in the form and on its receipt; read to disk
MOST_FROM_DESKS = 16 * 1024 * 1024  # a schedule, a logo


@dataclass(frozen=True, slots=True)
class Visitor:
    account: Account | None = None


def is_https(connection: HTTPConnection) -> bool:
    return connection.url.scheme in ("https", "wss")


def cookie_name(connection: HTTPConnection, name: str = COOKIE) -> str:
    """Over https a cookie no other host can set; over plain http browsers refuse that prefix."""
    return f"__Host-{name}" if is_https(connection) else name


async def visitor_of(connection: HTTPConnection) -> Visitor:
    """Who this is by their cookie. Asks the store every time: a revoked sign-in ends at once."""
    async with state_of(connection).database.reading() as db:
        return await visitor_in(db, connection)


async def visitor_in(db: AsyncSession, connection: HTTPConnection) -> Visitor:
    """The same, for who reads already: a second reading inside the first could wait for itself."""
    token, state = connection.cookies.get(cookie_name(connection)), state_of(connection)
    if not token:
        return Visitor()
    account = await accounts.who(db, token, state.clock())
    if account is not None:
        state.seen.note(secrets.fingerprint(token), state.clock())
    return Visitor(account)


async def may_enter(db: AsyncSession, visitor: Visitor, event: Event | None, needed: Role) -> bool:
    if visitor.account is None:
        return False
    return accounts.reaches(await accounts.role_in(db, visitor.account, event), needed)


def give_cookie(connection: HTTPConnection, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        cookie_name(connection, name), value, max_age=seconds, path="/", httponly=True, samesite="lax",
        secure=is_https(connection),
    )  # fmt: skip


def take_cookie(connection: HTTPConnection, response: Response, name: str) -> None:
    response.delete_cookie(cookie_name(connection, name), path="/", secure=is_https(connection), httponly=True)


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that asks is one of ours. Browsers always send Origin with a WebSocket's upgrade."""
    origin = connection.headers.get("origin")
    if origin is None:
        return "cookie" not in connection.headers  # no browser: it carries nobody's sign-in either
    ours = urlsplit(state_of(connection).settings.public_url)
    try:
        theirs = urlsplit(origin)
    except ValueError:
        return False
    if theirs.scheme == "http" and (is_https(connection) or (ours.scheme, ours.netloc) == ("https", theirs.netloc)):
        return False  # our name, but spoken where anybody on the way may have written the page
    hosts = {connection.headers.get("host", ""), ours.netloc} - {""}
    return theirs.netloc in hosts and theirs.scheme in ("http", "https")


def is_forged(request: Request) -> bool:
    """Whether an unsafe request comes from somebody else's page (Sec-Fetch-Site, with Origin for older browsers)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    return not same_origin(request)


class Guard:
    """ASGI middleware around everything: refuses forged requests and broken addresses, answers HEAD, adds headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and not scope["path"].endswith(_STREAM):
            scope, send = dict(scope, method="GET"), _without_body(send)
        with contextlib.suppress(_HeadSaid):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if refusal := _refusal(request):
            await _with_headers(refusal, scope, receive, send)
            return
        bounded = RequestBodyLimitResponder(self.app, _most(request))  # for bodies that do not say how long they are
        await bounded(scope, receive, _adding_headers(send, _chosen_language(request)))


class _HeadSaid(Exception):
    """A HEAD is answered; the rest of a long body need not be made."""


def _without_body(send: Send) -> Send:
    """The head of what a GET would have got, its length and tag included."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if message.get("more_body"):
            raise _HeadSaid

    return sending


def _most(request: Request) -> int:
    if request.url.path.startswith("/desk/"):
        return MOST_FROM_DESKS
    return MOST_WITH_PICTURES if request.method == "POST" and _SAYING.fullmatch(request.url.path) else MOST_FROM_ANYBODY


def _refusal(request: Request) -> Response | None:
    if (
        b"\0" in request.scope.get("query_string", b"")
        or "\0" in request.url.path
        or b"%00" in request.scope["query_string"]
    ):
        return _no(request, "This address has a character in it that no address has.", 400)
    host = request.headers.get("host", "")
    if not host or len(host) > 255 or any(c in host for c in " /\\@\t?#"):
        return _no(request, "The Host header is not a host.", 400)
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > _most(request):
        return _no(request, "That is too much at once.", 413)
    if request.method not in SAFE and is_forged(request) and not _is_a_key(request):
        return _no(
            request, "This came from another site's page, so it was not done. Open this site and try again.", 403
        )
    return None


def _is_a_key(request: Request) -> bool:
    """A receipt's address is its own key. It sends no referrer, for which older browsers leave out the origin too."""
    headers = request.headers
    unsaid = "sec-fetch-site" not in headers and headers.get("origin") == "null"
    return unsaid and _RECEIPT.fullmatch(request.url.path) is not None


def _no(request: Request, sentence: str, status: int) -> Response:
    """Said before anything of ours was asked: in English, as plain as can be."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": sentence}, status)
    return PlainTextResponse(sentence, status)


async def _with_headers(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    await response(scope, receive, _adding_headers(send))


def _chosen_language(request: Request) -> str | None:
    """A cookie that keeps the language somebody chose by a link. It says nothing else about them."""
    chosen = request.query_params.get("lang")
    if chosen not in LOCALES:
        return None
    return f"{LANGUAGE}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax{'; Secure' if is_https(request) else ''}"


def _adding_headers(send: Send, cookie: str | None = None) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if cookie:
                headers.append("set-cookie", cookie)
        await send(message)

    return adding
