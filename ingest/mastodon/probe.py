"""What a server can do, by asking it: its streaming address, and whom it shows hashtags to. Never by version number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from ingest.mastodon.fields import record
from ingest.mastodon.rest import Rest

_HTTP = {"wss": "https", "ws": "http", "https": "https", "http": "http"}
_TAGLESS = ("gotosocial",)  # takes a subscription to a hashtag and then never says a word


@dataclass(frozen=True, slots=True)
class Instance:
    domain: str  # the part after @ of its people
    streaming: str | None  # base address of its live streams
    only: Literal["", "local", "remote"] = ""  # whose posts it shows us under a hashtag; "": everybody's
    hidden: str = ""  # what it does not show us and why, in a sentence
    tagless: bool = False  # its stream of a hashtag stays silent: the public one has to be filtered


async def probe(rest: Rest) -> Instance:
    """Ask the new address, then the old. A server that answers neither can still have a timeline."""
    said = await rest.instance(2) or await rest.instance(1) or {}
    only, hidden = _access(said, rest.host, rest.token is not None)
    return Instance(
        domain=_domain(said) or rest.host,
        streaming=_streaming(said),
        only=only,
        hidden=hidden,
        tagless=any(name in str(said.get(key)).lower() for name in _TAGLESS for key in ("source_url", "version")),
    )


def _domain(said: Mapping[str, Any]) -> str | None:
    """`account_domain` where that is another; `domain` in the new form; the old `uri`, at times with a scheme."""
    for value in (said.get("account_domain"), said.get("domain"), said.get("uri")):
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


def _access(said: Mapping[str, Any], host: str, has_token: bool) -> tuple[Literal["", "local", "remote"], str]:
    """`timelines_access`: asked for everything, a server refuses where either half is closed to us."""
    feeds = record(record(record(said.get("configuration")).get("timelines_access")).get("hashtag_feeds"))
    local, remote = feeds.get("local"), feeds.get("remote")
    if remote == "disabled":
        asked: Literal["", "local"] = "" if has_token else "local"
        return asked, f"{host} shows under a hashtag only the posts of its own people."
    if has_token:
        return "", ""
    if local == "public" and remote == "authenticated":
        return "local", f"{host} shows strangers only the posts of its own people; a token shows more."
    if local == "authenticated" and remote == "public":
        return "remote", f"{host} shows strangers only the posts of other servers' people; a token shows more."
    return "", ""
