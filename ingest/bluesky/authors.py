"""A profile, as the AppView tells it, to an IncomingAuthor.

Pure. Decides nothing about what an author's wishes mean for a surface.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ingest.bluesky import labels
from ingest.text import clean
from ingest.text.facets import is_did
from ingest.types import IncomingAuthor, Network

_NOBOT = re.compile(r"[#＃]no[ _-]?bots?\b", re.IGNORECASE)
_BRIDGE_HANDLES = (".ap.brid.gy", ".web.brid.gy")


def author(profile: dict[str, Any], now: datetime) -> IncomingAuthor | None:
    """A profile as the AppView tells it, or None where it is nobody's."""
    did = profile.get("did")
    if not is_did(did):
        return None
    handle = _handle(profile.get("handle"))
    words = labels.values(profile.get("labels"), now)
    if handle.endswith(_BRIDGE_HANDLES) and labels.BRIDGED not in words:
        words = (*words, labels.BRIDGED)
    name = clean.line(profile.get("displayName"))
    return IncomingAuthor(
        uri=did,
        network=Network.BLUESKY,
        name=name or handle or did,
        handle=handle,
        url=f"https://bsky.app/profile/{did}",
        avatar_url=clean.href(profile.get("avatar")),
        bot="bot" in words,
        nobot=_asks_not_to_be_collected(profile.get("description"), name),
        limited=not labels.REMOVED.isdisjoint(words),
        no_unauthenticated=labels.NOT_SIGNED_IN in words,
        labels=words,
        since=_moment(profile.get("createdAt"), now),
    )


def stranger(did: str) -> IncomingAuthor:
    """An author whose profile we could not read. Their wishes are not known, so the strictest is assumed."""
    return IncomingAuthor(
        uri=did,
        network=Network.BLUESKY,
        name=did,
        url=f"https://bsky.app/profile/{did}",
        no_unauthenticated=True,
    )


def _moment(value: object, now: datetime) -> datetime | None:
    """When the account was made. Nobody's is from the future."""
    try:
        given = datetime.fromisoformat(value) if isinstance(value, str) else None
        return min(given if given.tzinfo else given.replace(tzinfo=UTC), now).astimezone(UTC) if given else None
    except (ValueError, OverflowError):
        return None


def _handle(value: object) -> str:
    """The handle, unless the network itself calls it invalid."""
    handle = clean.line(value, 253).lstrip("@")
    return "" if handle == "handle.invalid" else handle


def _asks_not_to_be_collected(*texts: object) -> bool:
    return any(_NOBOT.search(text) for text in texts if isinstance(text, str))
