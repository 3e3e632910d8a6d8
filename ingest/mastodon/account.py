"""An account of a Mastodon API to an IncomingAuthor: who it is everywhere, and what they ask of readers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ingest.mastodon.fields import flag, moment, records
from ingest.text import clean, html
from ingest.text.segments import plain
from ingest.types import IncomingAuthor, Network

# The community's way to say "do not collect me", written in the profile.
_NOBOT = re.compile(r"\bno ?bots?\b", re.IGNORECASE)
_ACTOR = re.compile(r"(?P<actor>https?://[^/]+/users/[^/]+)/statuses/[^/]+")
_NAME = re.compile(r"[\w.-]{1,100}(?:@[\w.:-]{1,253})?")


def author(account: Mapping[str, Any], status_uri: str, domain: str) -> IncomingAuthor | None:
    uri = _identity(account, status_uri)
    if uri is None:
        return None
    known_as = handle(account, domain)
    return IncomingAuthor(
        uri=uri,
        network=Network.MASTODON,
        name=name(account) or known_as.partition("@")[0],
        handle=known_as,
        url=clean.href(account.get("url")),
        avatar_url=clean.href(account.get("avatar_static")) or clean.href(account.get("avatar")),
        bot=flag(account.get("bot")) or False,
        nobot=_asks_not_to_be_collected(account.get("note")),
        limited=bool(flag(account.get("limited")) or flag(account.get("suspended"))),
        indexable=flag(account.get("indexable")),
        noindex=flag(account.get("noindex")),
        discoverable=flag(account.get("discoverable")),
        since=moment(account.get("created_at")),
    )


def name(account: Mapping[str, Any]) -> str:
    """The display name without the server's own emoji: they are pictures, and their codes are no part of a name."""
    text = clean.line(account.get("display_name"))
    for emoji in records(account.get("emojis"), 50):
        if isinstance(emoji.get("shortcode"), str):
            text = text.replace(f":{emoji['shortcode']}:", " ")
    return clean.line(text)


def _identity(account: Mapping[str, Any], status_uri: str) -> str | None:
    """The actor's address. Servers that do not tell it still put it into their posts' addresses."""
    given = clean.href(account.get("uri"))
    if given:
        return given
    match = _ACTOR.fullmatch(status_uri)
    return match["actor"] if match else clean.href(account.get("url"))


def handle(account: Mapping[str, Any], domain: str) -> str:
    """user@host. For its own people a server leaves the host out."""
    acct = account.get("acct")
    if not isinstance(acct, str) or not _NAME.fullmatch(acct):
        return ""
    if "@" in acct:
        return acct
    page = clean.href(account.get("url"))
    return f"{acct}@{domain or (urlsplit(page).netloc if page else '')}".rstrip("@")


def _asks_not_to_be_collected(note: object) -> bool:
    return isinstance(note, str) and "bot" in note.lower() and _no_bots(note[: html.MAX_INPUT])


@lru_cache(maxsize=1024)
def _no_bots(note: str) -> bool:
    return bool(_NOBOT.search(plain(html.segments(note))))
