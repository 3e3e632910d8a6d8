"""The home of an event's settings in words: what each page of them holds now, in one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_date

from app.desk.choices import own_name
from app.domain.posts import consent
from app.models import Event
from app.pages import calendar


def overview(event: Event, locale: str) -> dict[str, Any]:
    told = _clock(event, locale)
    return {
        "when": " – ".join(one for one in (told(event.starts_at), told(event.ends_at)) if one),
        "place": event.place, "zone": event.time_zone, "tags": [f"#{tag}" for tag in event.tags],
        "spare": event.spare_tag, "spoken": ", ".join(own_name(code) for code in event.languages),
        "policy": event.policy.value, "delay": event.delay_seconds,
        "told": {
            "organiser": event.organiser, "contact": event.contact, "imprint": bool(event.imprint),
            "about": any(event.about.values()), "consent": bool(consent.added(event, locale)[1]),
            "reasons": any(event.reasons.values()),
        },
        "has_logo": bool(event.logo_id), "colours": [one for one in (event.colour, event.colour_2) if one],
        "live_at": told(event.live_at), "archive_at": told(event.archive_at), "until": _last_day(event, locale),
    }  # fmt: skip


def _clock(event: Event, locale: str) -> Callable[[datetime | None], str]:
    """A moment as the event's own clock has it."""

    def told(moment: datetime | None) -> str:
        if moment is None:
            return ""
        here = moment.astimezone(event.zone)
        return f"{format_date(here, 'long', calendar(locale))}, {here:%H:%M}"

    return told


def _last_day(event: Event, locale: str) -> str:
    if event.keep_until is None:
        return ""
    last = (event.keep_until - timedelta(seconds=1)).astimezone(event.zone)
    return str(format_date(last, "long", calendar(locale)))
