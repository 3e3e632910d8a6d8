"""Signing in with an app password, and the session that comes of it. Never sees a main password; stores nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from ingest.http import Guard, OutboundError
from ingest.http.fetch import Answer, fetch
from ingest.text.facets import is_did

SERVICE = "https://bsky.social"
_PDS = ("#atproto_pds", "AtprotoPersonalDataServer")
_MAX_BYTES = 1_000_000


class NotSignedIn(Exception):
    """The account cannot be used. `str()` is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Session:
    server: str  # base address of the account's own server, where everything else is asked
    did: str
    handle: str
    access: str
    refresh: str

    def __str__(self) -> str:
        return orjson.dumps(asdict(self)).decode()


def read(stored: str | None) -> Session | None:
    """A stored session; None where there is none or it is none of ours."""
    try:
        given = orjson.loads(stored or "")
        session = Session(**{name: given[name] for name in ("server", "did", "handle", "access", "refresh")})
    except (ValueError, KeyError, TypeError):
        return None
    return session if all(isinstance(value, str) for value in asdict(session).values()) else None


async def sign_in(client: httpx.AsyncClient, service: str, identifier: str, password: str) -> Session:
    """Raises NotSignedIn where it is refused, OutboundError where nobody answers."""
    words = orjson.dumps({"identifier": identifier, "password": password})
    url = f"{service.rstrip('/')}/xrpc/com.atproto.server.createSession"
    answer = await fetch(client, url, headers={"content-type": "application/json"}, post=words, max_bytes=_MAX_BYTES)
    return _session(answer, service)


async def refreshed(client: httpx.AsyncClient, session: Session) -> Session:
    """The next session; the old one is worth nothing from then on. Raises NotSignedIn, OutboundError."""
    url = f"{session.server}/xrpc/com.atproto.server.refreshSession"
    headers = {"authorization": f"Bearer {session.refresh}"}
    return _session(await fetch(client, url, headers=headers, post=b"", max_bytes=_MAX_BYTES), session.server)


def problem(answer: Answer) -> str:
    """The name of an XRPC error, "" where it has none: an error page of somebody in between is no JSON."""
    body = _json(answer)
    name = body.get("error")
    return name if isinstance(name, str) else ""


def _session(answer: Answer, service: str) -> Session:
    said = _json(answer)
    if answer.status in (400, 401, 403) and problem(answer):
        raise NotSignedIn(_refusal(answer.host, problem(answer)))
    tokens = [said.get(name) for name in ("accessJwt", "refreshJwt")]
    did, handle = said.get("did"), said.get("handle")
    if answer.status != 200 or not is_did(did) or not all(isinstance(token, str) for token in tokens):
        raise OutboundError(f"{answer.host} did not answer as a Bluesky server does (error {answer.status}).")
    if said.get("active") is False:
        raise NotSignedIn(f"This account is closed at the moment; {answer.host} does not serve it.")
    name = handle if isinstance(handle, str) else did
    return Session(_server(said.get("didDoc"), service), did, name, str(tokens[0]), str(tokens[1]))


def _refusal(host: str, name: str) -> str:
    if name in ("AuthFactorTokenRequired", "AuthenticationRequired", "InvalidPassword"):
        return f"{host} does not take this name and app password. Make a new app password and connect again."
    if name in ("ExpiredToken", "InvalidToken"):
        return f"The sign-in at {host} has run out."
    if name in ("AccountTakedown", "AccountDeactivated"):
        return f"This account is closed at the moment; {host} does not serve it."
    return f"{host} refuses this account ({name[:60]})."


def _server(document: object, service: str) -> str:
    """Where the account lives, by its own document; whoever signed it in where that does not say."""
    services = document.get("service") if isinstance(document, dict) else None
    for one in services if isinstance(services, list) else ():
        if isinstance(one, dict) and str(one.get("id", "")).endswith(_PDS[0]) and one.get("type") == _PDS[1]:
            place = one.get("serviceEndpoint")
            if isinstance(place, str) and urlsplit(place).hostname:
                return place.rstrip("/")
    return service.rstrip("/")


def _json(answer: Answer) -> dict[str, Any]:
    try:
        said = orjson.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


async def connect(guard: Guard, service: str, identifier: str, password: str) -> Session:
    """Sign in once, for somebody who just gave us their app password."""
    async with guard.client() as client:
        return await sign_in(client, service or SERVICE, identifier, password)
