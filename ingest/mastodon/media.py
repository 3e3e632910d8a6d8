"""What hangs on a status: pictures and sound, a link card, a poll. Pure; fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from ingest.mastodon.fields import flag, moment, number, record, records, size
from ingest.text import clean
from ingest.types import AttachmentKind, IncomingAttachment, IncomingCard, IncomingPoll

_KINDS: dict[str, AttachmentKind] = {kind: kind for kind in get_args(AttachmentKind)}
_MAX_CHOICES = 20


def attachment(given: Mapping[str, Any]) -> IncomingAttachment:
    meta = record(given.get("meta"))
    original = record(meta.get("original"))
    kind = given.get("type")
    return IncomingAttachment(
        kind=_KINDS.get(kind, "unknown") if isinstance(kind, str) else "unknown",
        url=clean.href(given.get("url")),
        preview_url=clean.href(given.get("preview_url")),
        alt=clean.alt(given.get("description")),
        width=size(original.get("width")),
        height=size(original.get("height")),
        focus=_focus(record(meta.get("focus"))),
        duration=number(original.get("duration")),
    )


def _focus(given: Mapping[str, Any]) -> tuple[float, float] | None:
    x, y = number(given.get("x")), number(given.get("y"))
    if x is None or y is None:
        return None
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


def card(given: Mapping[str, Any]) -> IncomingCard | None:
    url, title = clean.href(given.get("url")), clean.line(given.get("title"))
    if url is None or not title:
        return None
    return IncomingCard(url, title, clean.line(given.get("description"), 500), clean.href(given.get("image")))


def poll(given: Mapping[str, Any]) -> IncomingPoll | None:
    choices = tuple(clean.line(option.get("title")) for option in records(given.get("options"), _MAX_CHOICES))
    if not any(choices):
        return None
    return IncomingPoll(choices, flag(given.get("multiple")) or False, moment(given.get("expires_at")))
