"""What a server can do, by asking it: its streaming address, and whom it shows hashtags to. Never by version number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ingest.mastodon.fields import record
from ingest.mastodon.rest import Rest

_HTTP = {"wss": "https", "ws": "http", "https": "https", "http": "http"}


@dataclass(frozen=True, slots=True)
class Instance:
    domain: str  # the part after @ of its people
    streaming: str | None  # base address of its server-sent events
    local_only: bool = False  # without a token it shows only its own people's posts


async def probe(rest: Rest) -> Instance:
    """Ask the new address, then the old. A server that answers neither can still have a timeline."""
    said = await rest.instance(2) or await rest.instance(1) or {}
    return Instance(
        domain=_domain(said) or rest.host,
        streaming=_streaming(said),
        local_only=rest.token is None and _shows_only_its_own(said),
    )


def _domain(said: Mapping[str, Any]) -> str | None:
    """Called `domain` in the new form; the old one has it as `uri`, which some servers give with a scheme."""
    for value in (said.get("domain"), said.get("uri")):
        if isinstance(value, str) and 0 < len(value) < 254 and value.isprintable():
            return value.split("://")[-1].strip("/").lower() or None
    return None


def _streaming(said: Mapping[str, Any]) -> str | None:
    urls = record(record(said.get("configuration")).get("urls"))
    value = urls.get("streaming") or record(said.get("urls")).get("streaming_api")
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme not in _HTTP or not parts.netloc:
        return None
    return urlunsplit((_HTTP[parts.scheme], parts.netloc, parts.path.rstrip("/"), "", ""))


def _shows_only_its_own(said: Mapping[str, Any]) -> bool:
    feeds = record(record(record(said.get("configuration")).get("timelines_access")).get("hashtag_feeds"))
    return feeds.get("local") == "public" and feeds.get("remote") in ("authenticated", "disabled")
