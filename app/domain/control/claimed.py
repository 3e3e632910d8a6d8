"""What address somebody says is theirs, from what they typed. Pure; asks nobody whether it exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import N_, BadInput
from ingest.text.clean import line
from ingest.types import Network

_FEDIVERSE = re.compile(r"@?(?P<name>[\w.-]{1,100})@(?P<host>[\w.-]+\.\w+(?::\d+)?)")
_BLUESKY = re.compile(r"@?(?P<handle>(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+[a-z]{2,63})", re.IGNORECASE)
_DID = re.compile(r"did:(?:plc:[a-z2-7]{1,64}|web:[\w.%-]{1,200})")
_PROFILE = re.compile(r"/(?:@|users/)(?P<name>[\w.-]{1,100})(?:@(?P<host>[\w.-]+\.\w+))?")
_APP = re.compile(r"/profile/(?P<who>[\w.:%-]{1,260})")
_UNCLEAR = N_("That is no address we can look at. It looks like one of the examples.")


@dataclass(frozen=True, slots=True)
class Claimed:
    """`handle`: how the network names it; for a page of one's own, the page."""

    address: str  # as typed
    network: Network | None  # None: a page on the web
    handle: str
    uri: str | None = None  # where what was typed says it


def claimed(typed: str) -> Claimed:
    """Raises BadInput."""
    typed = line(typed, 1_000)
    if _DID.fullmatch(typed):
        return Claimed(typed, Network.BLUESKY, typed, typed)
    if match := _FEDIVERSE.fullmatch(typed):
        return Claimed(typed, Network.MASTODON, f"{match['name']}@{match['host']}")
    if match := _BLUESKY.fullmatch(typed):
        return Claimed(typed, Network.BLUESKY, match["handle"].lower())
    if typed.startswith(("https://", "http://")):
        return _page(typed)
    raise BadInput(_UNCLEAR, "address")


def _page(typed: str) -> Claimed:
    try:
        parts = urlsplit(typed)
        host, path = parts.netloc, parts.path.rstrip("/")
    except ValueError:
        raise BadInput(_UNCLEAR, "address") from None
    if not host or "@" in host:
        raise BadInput(_UNCLEAR, "address")
    if match := _APP.fullmatch(path):
        who = match["who"]
        return Claimed(typed, Network.BLUESKY, who, who if _DID.fullmatch(who) else None)
    if match := _PROFILE.fullmatch(path):
        return Claimed(typed, Network.MASTODON, f"{match['name']}@{match['host'] or host}")
    # Without what follows "?": a page that repeats what it was asked is no page of one's own.
    plain = f"{parts.scheme}://{host}{parts.path}"
    return Claimed(plain, None, plain, plain)
