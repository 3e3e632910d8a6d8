"""Connect Bluesky: the event's own account, with an app password, so that older posts can be searched for."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk
from app.desk.sources import refused
from app.domain import audit
from app.domain.audit import Line
from app.domain.sources import bluesky_account
from app.errors import N_, BadInput, StrandError
from app.limits import Rate
from app.models import Event
from app.models.account import Role
from ingest.bluesky import session as sessions
from ingest.bluesky.session import NotSignedIn, Session
from ingest.http import Guard, OutboundError

router = APIRouter(include_in_schema=False)

TRIES = Rate(burst=10, every=30)  # a server takes thirty sign-ins in five minutes, and 300 a day
TOO_OFTEN = N_("Too many tries. Wait a moment.")
REFUSED = N_("Bluesky did not sign this account in: {why}")
NO_SERVER = N_("{url} is no address of a server. It begins with https://.")

Text = Annotated[str, Form(max_length=300)]


@router.post("/desk/{slug}/connect/bluesky")
async def connect(
    request: Request, state: Here, slug: str, identifier: Text = "", password: Text = "", service: Text = ""
) -> Response:
    """Signs in once, to see that it works; what is kept is sealed."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        name, word = bluesky_account.checked(identifier, password)
        server = _server(service)
        state.limits.spend("connect", slug, TRIES, TOO_OFTEN)
        guard = Guard(allow_private=state.settings.private_hosts, contact=state.settings.public_url)
        session = await _sign_in(guard, server, name, word)
    except StrandError as error:
        return await refused(
            request, state, event, "connect-bluesky", error, {"identifier": identifier, "service": service}
        )
    async with state.database.transaction() as db:
        await bluesky_account.connect(
            db, event, session.server, session.handle, word, str(session), state.settings.key, state.clock()
        )  # fmt: skip
        await audit.note(db, event.id, account, Line("connect", detail={"server": session.server}), state.clock())
    return _back(event, "connected")


@router.post("/desk/{slug}/disconnect/bluesky")
async def disconnect(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        await bluesky_account.disconnect(db, event)
        await audit.note(db, event.id, account, Line("disconnect", detail={"network": "bluesky"}), state.clock())
    return _back(event, "disconnected")


async def _sign_in(guard: Guard, server: str, name: str, word: str) -> Session:
    try:
        return await sessions.connect(guard, server, name, word)
    except (NotSignedIn, OutboundError) as error:
        raise BadInput(REFUSED, "identifier", why=str(error)) from error


def _server(service: str) -> str:
    """The server that signs the account in: its own, or Bluesky's."""
    base = service.strip().rstrip("/")
    if not base:
        return bluesky_account.SERVICE
    try:
        named = urlsplit(base if "://" in base else f"https://{base}")
        host = named.hostname
    except ValueError:
        host = None
    if not host or named.scheme not in ("https", "http") or named.path or named.query or named.username:
        raise BadInput(NO_SERVER, "service", url=service[:80])
    return f"{named.scheme}://{named.netloc}"


def _back(event: Event, done: str) -> Response:
    return RedirectResponse(f"/desk/{event.slug}/sources?done={done}", 303)
