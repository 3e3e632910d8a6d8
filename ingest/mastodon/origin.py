"""Whether a post still stands where it was written: one public question to the author's own server."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import httpx

from ingest.http import OutboundError
from ingest.mastodon.allowance import allowance
from ingest.mastodon.errors import ApiError
from ingest.mastodon.fields import record
from ingest.mastodon.parse import Server
from ingest.mastodon.rest import GONE, Rest

# Only these addresses hold the id by which that server's own API knows the post.
_OWN_ID = re.compile(r"/(?:ap/)?users/[^/]+/statuses/(?P<id>[A-Za-z0-9]{1,64})")
_RESERVED = (".example", ".test", ".invalid", ".localhost", ".local")  # names nobody can have: not even looked up


def is_foreign(uri: str, server: Server) -> bool:
    """Whether a post was written elsewhere than on the server that tells us of it."""
    return urlsplit(uri).netloc.lower() not in (server.host, server.domain)


def can_be_asked(uri: str) -> bool:
    """Whether the author's server could say, if it were there and wanted to."""
    parts = urlsplit(uri)
    return _OWN_ID.fullmatch(parts.path) is not None and not (parts.hostname or "").endswith(_RESERVED)


async def stands(client: httpx.AsyncClient, uri: str, seconds: float) -> bool | None:
    """For everybody to see. None: the author's server does not say, or is not one that can be asked."""
    parts = urlsplit(uri)
    found = _OWN_ID.fullmatch(parts.path)
    if found is None or not can_be_asked(uri):
        return None
    base = f"{parts.scheme}://{parts.netloc}"
    rest = Rest(client, base, deadline=seconds, allowance=allowance(base, None, 280))
    if rest.allowance.wait(paged=False) > 0:
        return None
    try:
        # A cache in between may hold the post for a while after its end: ask as nobody asked before.
        said = await rest.status(found["id"], fresh=secrets.token_hex(4))
    except (OutboundError, ApiError):
        return None
    if said is GONE:
        return False
    status = record(said)
    return status.get("visibility") == "public" if status.get("uri") == uri else None
