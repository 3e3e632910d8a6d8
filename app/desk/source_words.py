"""A source as its page says it: words and numbers in the reader's language. Decides and fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal

from app.domain.sources.health import WORDS, Health
from app.domain.sources.sources import place
from app.domain.sources.trials import sentence
from app.errors import N_
from app.models import Connection, Source
from app.pages import Pages
from ingest.trial import Trial
from ingest.types import Network

DONE = {
    "added": N_("Added. We begin to read there within a few seconds."),
    "on": N_("Switched on. We begin to read there within a few seconds."),
    "off": N_("Switched off. What it brought stays."),
    "removed": N_("Removed. What it brought stays."),
    "contact": N_("Alarms go to that address from now on."),
    "no-contact": N_("Nobody gets mail about this event any more."),
    "connected": N_("Connected."),
    "disconnected": N_("Disconnected. That account is not used any more."),
    "submitted": N_("It is here, and was judged like any other post."),
    "known": N_("It was here already."),
}
OVER = N_("The event is over. Its posts are looked after once a day, so that what authors take back leaves it.")
# What readers say when all is well. They speak English, knowing nothing of the house; these we know by heart.
FIXED = (
    N_("New posts arrive within a second."),
    N_("New posts arrive within a second, over a WebSocket."),
)
FROM = re.compile(r"Reading Bluesky live from (?P<host>\S+)\.")
WRONG = {
    "not-connected": N_("Not connected: over there, somebody said no."),
}


def source_view(
    health: Health, now: datetime, zone: str, pages: Pages, locale: str, tried: Trial | None
) -> dict[str, Any]:
    source, _ = health.source, pages.catalogues[locale].gettext
    reason, ours = (_(OVER), True) if _is_settled(health) else _told(_reason(source.reason), _)
    return {
        "id": source.id,
        "place": _place(source, _),
        "network": source.kind.value,
        "doing": health.doing.value,
        "calls": health.doing.needs_somebody,
        "word": _(WORDS[health.doing]),
        "reason": reason if source.enabled or _is_settled(health) else "",
        "reason_lang": locale if ours else "en",
        "enabled": source.enabled,
        "form": source.kind is Network.FORM,
        "at": source.succeeded_at,
        "at_told": _moment(source.succeeded_at, zone, locale),
        "ago": ago(source.succeeded_at, now, locale) if source.succeeded_at else "",
        "lag": _seconds(source.lag, locale),
        "budget": _number(source.budget, locale),
        "seen": _number(source.seen, locale),
        "taken": _number(source.taken, locale),
        "left_out": [(_(reason), _number(n, locale)) for reason, n in health.left_out.items()],
        "tried": [(sentence(f.key, f.values, _), f.good) for f in tried.findings] if tried else [],
    }


def connection_view(connection: Connection, now: datetime, locale: str) -> dict[str, Any]:
    return {
        "id": connection.id,
        "network": connection.network.value,
        "handle": connection.handle,
        "base": connection.server,
        "server": connection.server.removeprefix("https://"),
        "ok": connection.ok,
        "reason": connection.reason,
        "ago": ago(connection.checked_at or connection.connected_at, now, locale),
    }


def told(found: dict[str, str], keys: Sequence[str], pages: Pages, locale: str) -> str:
    """The sentence of a key in an address. What is not in the list is not said: anybody can write an address."""
    return next((pages.gettext(locale, found[key]) for key in keys if key in found), "")


def ago(at: datetime, now: datetime, locale: str) -> str:
    """A clock that runs ahead of ours is no news from the future."""
    return format_timedelta(min(at - now, now - now), add_direction=True, locale=locale)


def _is_settled(health: Health) -> bool:
    """Over, and all is well. Its reader may serve events that go on: what that says of itself is not about this one."""
    return health.over and (health.source.ok or not health.source.reason)


def _reason(text: str) -> str:
    """Without the word that stands before it already."""
    rest = text.removeprefix("Live: ")
    return text if rest == text else rest[:1].upper() + rest[1:]


def _told(reason: str, _: Callable[[str], str]) -> tuple[str, bool]:
    """What a reader says, and whether it is in the page's language."""
    if reason in FIXED:
        return _(reason), True
    if found := FROM.fullmatch(reason):
        return _("Reading Bluesky live from {host}.").format(host=found["host"]), True
    return reason, not reason


def _place(source: Source, _: Callable[[str], str]) -> str:
    if source.kind is Network.FORM:
        return _("The form")
    if hosts := source.settings.get("jetstream"):
        return _("Bluesky by {hosts}").format(hosts=", ".join(hosts))
    return place(source).removeprefix("https://")


def _moment(at: datetime | None, zone: str, locale: str) -> str:
    return format_datetime(at.astimezone(ZoneInfo(zone)), "medium", locale=locale) if at else ""


def _number(value: int | None, locale: str) -> str:
    return "" if value is None else format_decimal(value, locale=locale)


def _seconds(value: float | None, locale: str) -> str:
    return "" if value is None else format_decimal(round(value, 1 if value < 10 else 0), locale=locale)
