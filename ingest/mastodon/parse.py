"""One status of a Mastodon API to one IncomingPost, or the reason why it is none.

Pure and tolerant: every field may be missing, null or of the wrong type. Decides nothing about who may see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.mastodon.account import author, handle, name
from ingest.mastodon.fields import flag, identifier, moment, record, records
from ingest.mastodon.media import attachment, card, poll
from ingest.text import clean, html, tags
from ingest.text.segments import Segment, digest
from ingest.types import Address, IncomingPost, IncomingQuote, Network

_MAX_CONTENT = html.MAX_INPUT
_MAX_MEDIA = 20
_MAX_MENTIONS = 50
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_GROUP = re.compile(r"[a-z_]{1,30}")  # public, followers, following, unsupported_policy
_BRIDGED = re.compile(r"https://(?:[\w-]+\.)*brid\.gy/convert/[\w-]+/(?P<original>at:.+)")


@dataclass(frozen=True, slots=True)
class Server:
    """Who tells us. `host` is its address, with a port where it has one; `domain` the part after @ of its people."""

    host: str
    domain: str

    def address(self, local_id: str) -> Address:
        return Address(Network.MASTODON, self.host, local_id)


@dataclass(frozen=True, slots=True)
class Skip:
    """Why something was left out, in words an organiser can read."""

    reason: str


def parse(status: object, server: Server, now: datetime, *, backfilled: bool = False) -> IncomingPost | Skip:
    """`now` stands in for the author's time where the status gives none that can be read."""
    given = record(status)
    local_id, uri = identifier(given.get("id")), _uri(given.get("uri"))
    if local_id is None or uri is None:
        return Skip("a post without an address")
    if given.get("reblog") is not None:
        return Skip("a boost")
    who = author(record(given.get("account")), uri, server.domain)
    if who is None:
        return Skip("a post without an author")
    content = given.get("content")
    if isinstance(content, str) and len(content) > _MAX_CONTENT:
        return Skip("a post far too long")
    quote = _quote(record(given.get("quote")), uri)
    words = html.segments(content, _emojis(given), quoted=quote is not None and quote.state == "accepted")
    warning = clean.line(given.get("spoiler_text"), 500)
    attachments = tuple(attachment(entry) for entry in records(given.get("media_attachments"), _MAX_MEDIA))
    asked = poll(record(given.get("poll")))
    reply_id = identifier(given.get("in_reply_to_id"))
    marked = flag(given.get("sensitive")) or False
    return IncomingPost(
        uri=uri,
        address=server.address(local_id),
        author=who,
        posted_at=moment(given.get("created_at")) or now,
        segments=words,
        version=_version(words, warning, given, asked.choices if asked else (), quote, marked and not warning),
        url=clean.href(given.get("url")) or clean.href(uri),
        edited_at=moment(given.get("edited_at")),
        lang=_language(given.get("language")),
        content_warning=warning,
        sensitive=marked,
        public=given.get("visibility") == "public",
        tags=_tags(given, words),
        attachments=attachments,
        card=card(record(given.get("card"))),
        poll=asked,
        quote=quote,
        quote_policy=_quote_policy(given.get("quote_approval")),
        reply_to=server.address(reply_id) if reply_id else None,
        mentions=_mentions(given, server.domain),
        bridge_of=_original(uri),
        backfilled=backfilled,
    )


def _uri(value: object) -> str | None:
    """A global address is compared, never opened: any scheme with a host will do, but no tricks."""
    if not isinstance(value, str) or len(value) > clean.MAX_URL or clean.scrub(value) != value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme and parts.netloc and not any(c.isspace() for c in value) else None


def _original(uri: str) -> str | None:
    """Bridgy Fed puts the original's at:// address into its copy's."""
    match = _BRIDGED.fullmatch(uri)
    return unquote(match["original"]) if match else None


def _emojis(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        emoji["shortcode"]: emoji.get("static_url") or emoji.get("url") or ""
        for emoji in records(given.get("emojis"), 200)
        if isinstance(emoji.get("shortcode"), str)
    }


def _language(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= 35 and _LANGUAGE.fullmatch(value) else None


def _tags(given: Mapping[str, Any], words: tuple[Segment, ...]) -> frozenset[str]:
    """What the server marked, and what stands in the words: servers differ in where a tag ends."""
    marked = [entry.get("name") for entry in records(given.get("tags"), tags.MAX_TAGS)]
    typed = "".join(s.get("text", "") if s["t"] in ("text", "hashtag") else "\n" for s in words)
    return tags.reported(marked) | tags.in_text(typed)


def _mentions(given: Mapping[str, Any], domain: str) -> tuple[str, ...]:
    found = (handle(entry, domain) for entry in records(given.get("mentions"), _MAX_MENTIONS))
    return tuple(dict.fromkeys(person for person in found if person))


def _quote(given: Mapping[str, Any], outer_uri: str) -> IncomingQuote | None:
    """One level deep, and the words only where the quoted author agreed."""
    quoted = record(given.get("quoted_status"))
    uri = _uri(quoted.get("uri"))
    if uri is None or uri == outer_uri:
        return None
    state = given.get("state")
    if state != "accepted" or quoted.get("visibility") not in ("public", "unlisted"):
        return IncomingQuote(uri, state="pending" if state == "pending" else "gone")
    words = html.segments(quoted.get("content"), _emojis(quoted), quoted=True)
    return IncomingQuote(uri, author_name=name(record(quoted.get("account"))), segments=_covered(quoted, words))


def _quote_policy(value: object) -> str:
    """Whom the author lets quote it: at once, and after being asked. "": the server does not say."""
    said = record(value)
    groups = {key: said.get(key) for key in ("automatic", "manual")}
    if not any(isinstance(group, list) for group in groups.values()):
        return ""
    named = [f"{key}: {_groups(group)}" for key, group in groups.items() if isinstance(group, list) and group]
    return "; ".join(named)[:64] or "nobody"


def _groups(names: list[object]) -> str:
    return " ".join(name for name in names[:4] if isinstance(name, str) and _GROUP.fullmatch(name))


def _covered(quoted: Mapping[str, Any], words: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """A quoted post under a content warning shows the warning, not what lies beneath it."""
    warning = clean.line(quoted.get("spoiler_text"), 500)
    return ({"t": "text", "text": f"[{warning}]"},) if warning else words


def _version(
    words: tuple[Segment, ...],
    warning: str,
    given: Mapping[str, Any],
    choices: tuple[str, ...],
    quote: IncomingQuote | None,
    marked: bool,
) -> str:
    """The same for the same words and media, whichever server told us: nothing of a server's own goes in."""
    media = [_identity(entry) for entry in records(given.get("media_attachments"), _MAX_MEDIA)]
    quoted = (quote.uri, quote.state) if quote else None
    covered = ("sensitive",) if media and marked else ()  # else no part of it: what is stored stays the same version
    return digest([_neutral(segment) for segment in words], warning, media, choices, quoted, *covered)


def _neutral(segment: Segment) -> Segment:
    """Without the addresses each server rewrites: its own copy of an emoji, its own page of a tag."""
    if segment["t"] == "emoji":
        return {"t": "emoji", "text": segment.get("text", "")}
    if segment["t"] == "hashtag":
        return {"t": "hashtag", "text": segment.get("text", "")}
    return segment


def _identity(entry: Mapping[str, Any]) -> tuple[object, ...]:
    """A file by its address at home (a server's own copy has another), and its description."""
    home = clean.href(entry.get("remote_url")) or clean.href(entry.get("url"))
    return home, clean.alt(entry.get("description"))
