"""What somebody shows of themselves in public: the profile of an account on either network, or a page of their own.

Asks the account's own server, once. Decides nothing about what is found there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from ingest.bluesky.appview import DEADLINE
from ingest.http import Guard, OutboundError, fetch
from ingest.mastodon.fields import records
from ingest.text import clean, html
from ingest.text.facets import is_did
from ingest.text.segments import plain

PAGE_BYTES = 512_000
_PROFILE_BYTES = 512_000
_ACTOR_TYPES = ("application/activity+json", "application/ld+json")
_MORE_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    uri: str  # the account's global address; of a page, where it is
    text: str


class Unknown(Exception):
    """It answered, and there is nobody of that name."""


class Elsewhere(Exception):
    """The page leads to another site."""


async def mastodon(guard: Guard, client: httpx.AsyncClient, handle: str) -> Shown:
    """The account's own server, found over its handle's, is asked for its bio and its fields.

    Raises Unknown and OutboundError.
    """
    name, _, host = handle.partition("@")
    actor = await _actor(guard, client, name, host)
    server = urlsplit(actor)
    url = f"{server.scheme}://{server.netloc}/api/v1/accounts/lookup"
    account = await _json(guard, client, url, {"acct": name if server.netloc == host else f"{name}@{host}"})
    if account is None and server.netloc != host:
        account = await _json(guard, client, url, {"acct": name})
    if account is None or not _is(account, actor):
        raise Unknown
    return Shown(actor, _words(account))


async def bluesky(guard: Guard, client: httpx.AsyncClient, appview: str, who: str) -> Shown:
    """`who`: a handle or a DID. Raises Unknown and OutboundError."""
    url = f"{appview.rstrip('/')}/xrpc/app.bsky.actor.getProfile"
    profile = await _json(guard, client, url, {"actor": who})
    if profile is None or not is_did(profile.get("did")):
        raise Unknown
    if who not in (profile["did"], clean.line(profile.get("handle")).lower()):
        raise Unknown
    return Shown(
        profile["did"], "\n".join(clean.line(profile.get(key), 3_000) for key in ("displayName", "description"))
    )


async def page(client: httpx.AsyncClient, url: str) -> Shown:
    """Its source, as far as a page of one's own is long. Raises Unknown, Elsewhere and OutboundError."""
    answer = await fetch(client, url, max_bytes=PAGE_BYTES, deadline=10, headers={"accept": "text/html,text/plain"})
    if answer.status != 200:
        raise Unknown
    if _site(answer.url) != _site(url):
        raise Elsewhere
    return Shown(url, answer.body.decode(errors="replace"))


def _is(account: Mapping[str, Any], actor: str) -> bool:
    """Whether this is the account of that address. A handle's host may point at anybody, so its word is not enough."""
    if account.get("uri") is not None:
        return clean.href(account["uri"]) == actor
    # Older servers do not tell it; then it must be one of their own, and its name in its address.
    name = clean.line(account.get("acct")).lower()
    return "@" not in name and name in (actor.rpartition("/")[2].lower(), actor.rpartition("/@")[2].lower())


async def _actor(guard: Guard, client: httpx.AsyncClient, name: str, host: str) -> str:
    """Where a handle's account is at home."""
    found = await _json(
        guard, client, f"{_scheme(guard, host)}://{host}/.well-known/webfinger", {"resource": f"acct:{name}@{host}"}
    )
    for link in records((found or {}).get("links"), _MORE_FIELDS):
        kind = clean.line(link.get("type")).partition(";")[0].strip()
        href = clean.href(link.get("href"))
        if link.get("rel") == "self" and kind in _ACTOR_TYPES and href:
            return href
    raise Unknown


async def _json(guard: Guard, client: httpx.AsyncClient, url: str, params: Mapping[str, str]) -> dict[str, Any] | None:
    """None where it says that there is no such thing."""
    status, _, body = await guard.get_json(client, url, params=params, max_bytes=_PROFILE_BYTES, deadline=DEADLINE)
    if status == 200:
        return body if isinstance(body, dict) else None
    if status in (400, 401, 403, 404, 410, 422):
        return None
    raise OutboundError(f"{urlsplit(url).netloc} answered with error {status}.")


def _words(account: Mapping[str, Any]) -> str:
    """Bio and fields, as people read them."""
    told = [account.get("note"), account.get("display_name")]
    for field in records(account.get("fields"), _MORE_FIELDS):
        told += [field.get("name"), field.get("value")]
    return "\n".join(plain(html.segments(text[: html.MAX_INPUT])) for text in told if isinstance(text, str))


def _scheme(guard: Guard, host: str) -> str:
    """In the clear only where the house was told that it may."""
    name, _, port = host.partition(":")
    return "http" if guard.policy.allows(name, int(port) if port.isdigit() else 443) else "https"


def _site(url: str) -> str:
    return re.sub(r"^www\.", "", urlsplit(url).netloc.lower())
