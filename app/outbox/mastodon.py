"""Acting on a Mastodon server, by Mastodon.py: introducing ourselves, signing in, finding a post by its address.

The library blocks, so every call runs in a thread with a deadline, over the guard's own session. It opens any token or
client id that is also a file's name here, so it is given them only after it was made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from app.domain.sources.connections import App
from app.outbox import errors
from ingest.http import Guard, OutboundError
from ingest.mastodon.account import handle
from ingest.mastodon.parse import Server, Skip, parse
from ingest.mastodon.probe import probe
from ingest.mastodon.rest import Rest
from ingest.types import IncomingPost

NAME = "Strand"
SCOPES = ("read:accounts", "read:statuses", "read:search", "write:statuses")
_VERSION = "4.5.0"  # pinned: found out by the library, it costs requests, and an outage ends in a recursion
SECONDS = 15.0
IN_TIME = SECONDS + 5  # also with the time a thread has to wait for its turn
_threads = asyncio.Semaphore(4)  # a thread cannot be cancelled: it lives until its request ends
T = TypeVar("T")


async def introduce(guard: Guard, server: str, redirect_uri: str, website: str) -> App:
    """Register with a server. Without a name of ours there nobody can be sent to its sign-in page."""

    def act() -> App:
        from mastodon import Mastodon  # slow to load, and only who acts needs it

        id, secret = Mastodon.create_app(
            NAME, list(SCOPES), redirect_uri, website or None, api_base_url=server, request_timeout=SECONDS,
            session=guard.session(SECONDS), user_agent=guard.user_agent,
        )  # fmt: skip
        return App(str(id), str(secret))

    return await in_thread(server, act)


async def server_info(guard: Guard, server: str) -> dict[str, Any]:
    """What it says of its sign-in (RFC 8414). Empty where it says nothing, as before Mastodon 4.3."""
    return await in_thread(server, lambda: dict(client(guard, server).oauth_authorization_server_info()))


async def who(guard: Guard, server: str, token: str) -> str:
    """The account's handle; "" where the token is good but may not say whose it is. Raises TokenRefused."""
    try:
        account = await in_thread(server, lambda: dict(client(guard, server, token).account_verify_credentials()))
    except errors.MayNot:
        return ""
    return handle({"acct": account.get("acct"), "url": str(account.get("url"))}, "")


async def find(guard: Guard, server: str, token: str, address: str) -> IncomingPost:
    """Let our account's server fetch a post it may not know yet, and read it there. Raises Unfound."""
    return await _read(guard, server, token, await local_id(guard, server, token, address), urlsplit(server).netloc)


async def local_id(guard: Guard, server: str, token: str, address: str) -> str:
    """What our account's server calls the post at this address; it fetches it where it does not know it yet."""

    def act() -> list[tuple[str, str, str]]:
        found = client(guard, server, token).search_v2(address, resolve=True, result_type="statuses")
        if not isinstance(found.statuses, list):
            raise ValueError("no list of posts")
        return [(str(s.id), str(s.uri), str(s.url)) for s in found.statuses]

    given = await in_thread(server, act)
    named = [id for id, *addresses in given if address in addresses]
    ids = named or [id for id, *_ in given if len(given) == 1]
    if not ids:
        raise errors.Unfound(urlsplit(server).netloc)
    return ids[0]


async def _read(guard: Guard, server: str, token: str, local_id: str, host: str) -> IncomingPost:
    """Read as our readers read, so that the post is the same whichever way it came."""
    try:
        async with guard.client() as client:
            rest = Rest(client, server, token, deadline=SECONDS)
            instance, status = await probe(rest), await rest.status(local_id)
    except OutboundError as error:
        raise errors.NotReached(host) from error
    post = parse(status, Server(rest.host, instance.domain), datetime.now(UTC), backfilled=True)
    if isinstance(post, Skip):
        raise errors.Unfound(host)
    return post


async def take_back(guard: Guard, server: str, app: App, token: str) -> None:
    """Tell the server that we need this token no more. Where it cannot be told, its owner can revoke it there."""

    def act() -> None:
        ours = client(guard, server, token)
        ours.client_id, ours.client_secret = app.client_id, app.client_secret
        ours.revoke_access_token(allow_http=server.startswith("http://"))

    try:
        await in_thread(server, act)
    except errors.Trouble:
        return


def client(guard: Guard, server: str, token: str | None = None) -> Any:
    """As this account, or as nobody. Its calls block: hand them to `in_thread`."""
    from mastodon import Mastodon

    made = Mastodon(
        api_base_url=server, session=guard.session(SECONDS), user_agent=guard.user_agent, request_timeout=SECONDS,
        ratelimit_method="throw", mastodon_version=_VERSION, version_check_mode="created",
    )  # fmt: skip
    made.access_token = token
    return made


async def in_thread(server: str, act: Callable[[], T]) -> T:
    """Raises Trouble."""
    host = urlsplit(server).netloc
    try:
        async with _threads, asyncio.timeout(IN_TIME):
            return await asyncio.to_thread(act)
    except errors.Trouble:
        raise
    except (TimeoutError, OutboundError) as error:
        raise errors.NotReached(host) from error
    except Exception as error:
        raise _plainly(host, error) from error


def _plainly(host: str, error: Exception) -> Exception:
    """The library's errors as ours; what is none of them is a fault of ours and stays one."""
    import mastodon

    if isinstance(error, mastodon.MastodonNetworkError):
        return errors.NotReached(host)
    if isinstance(error, mastodon.MastodonUnauthorizedError):
        return errors.TokenRefused(host)
    if isinstance(error, mastodon.MastodonRatelimitError):
        return errors.AskedTooOften(host)
    if isinstance(error, mastodon.MastodonAPIError):
        return errors.MayNot(host) if 403 in error.args else errors.NotMastodon(host)
    return errors.NotMastodon(host) if isinstance(error, mastodon.MastodonError | KeyError | ValueError) else error
