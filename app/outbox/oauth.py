"""The way in at a Mastodon server: where it is asked for, and the code that comes back turned into a token.

PKCE where the server knows it. Mastodon.py does not, so these two steps are ours, over the same guarded session.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.domain.sources.connections import App
from app.outbox import errors, mastodon
from ingest.http import Guard, OutboundError


@dataclass(frozen=True, slots=True)
class Doors:
    authorize: str
    token: str
    pkce: bool


async def doors(guard: Guard, server: str) -> Doors:
    """Where its sign-in is. Raises NotReached where an address it names is one we would not open."""
    info = await mastodon.server_info(guard, server)
    found = Doors(
        authorize=_address(info, "authorization_endpoint") or f"{server}/oauth/authorize",
        token=_address(info, "token_endpoint") or f"{server}/oauth/token",
        pkce="S256" in (info.get("code_challenge_methods_supported") or ()),
    )
    for address in (found.authorize, found.token):
        _must_be_openable(guard, address)
    return found


def way_in(doors: Doors, app: App, redirect_uri: str, state: str, verifier: str) -> str:
    """The page of that server where somebody says yes or no."""
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(mastodon.SCOPES),
        "state": state,
    }
    if doors.pkce:
        asked |= {"code_challenge": _challenge(verifier), "code_challenge_method": "S256"}
    return f"{doors.authorize}{'&' if '?' in doors.authorize else '?'}{urlencode(asked)}"


async def exchange(
    guard: Guard, server: str, doors: Doors, app: App, redirect_uri: str, code: str, verifier: str
) -> str:
    """The token for a code. Raises CodeRefused."""
    host = urlsplit(server).netloc
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": redirect_uri,
        "scope": " ".join(mastodon.SCOPES),
    } | ({"code_verifier": verifier} if doors.pkce else {})
    try:
        async with asyncio.timeout(mastodon.IN_TIME):
            status, said = await asyncio.to_thread(_post, guard, doors.token, asked)
    except (OSError, OutboundError) as error:  # also what the session raises, and a timeout
        raise errors.NotReached(host) from error
    token = said.get("access_token")
    if status != 200 or not isinstance(token, str):
        raise errors.CodeRefused(host)
    return token


def _post(guard: Guard, address: str, asked: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    answer = guard.session(mastodon.SECONDS).post(address, data=asked, allow_redirects=False)
    try:
        said = answer.json()
    except ValueError:
        said = None
    return answer.status_code, said if isinstance(said, dict) else {}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _address(info: Mapping[str, Any], name: str) -> str | None:
    value = info.get(name)
    return (
        value
        if isinstance(value, str)
        and len(value) < 2_000
        and value.isascii()
        and value.isprintable()
        and " " not in value
        else None
    )


def _must_be_openable(guard: Guard, address: str) -> None:
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        guard.policy.check(parts.scheme, parts.hostname or "", port)
    except (OutboundError, ValueError) as error:
        raise errors.NotReached(urlsplit(address).netloc[:200]) from error
