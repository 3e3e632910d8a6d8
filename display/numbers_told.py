"""The numbers as the page tells them: rows, bars and words. Pure.

Whatever fewer than three stand behind is told as "a few": nobody is to be guessed from a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from app.domain import reasons
from app.domain.numbers.acts import Span
from app.domain.numbers.numbers import Numbers
from app.domain.numbers.posts import Day
from app.models import Event
from app.models.removal import RemovalState
from app.pages import Catalogue, calendar
from display.languages import day_words, moment_words

FEW = 3
MOST_DAYS = 31  # then the picture and the table are of months
NETWORKS = ("mastodon", "bluesky", "form")
FATES = ("shown", "waiting", "hold", "hide", "gone", "left", "withheld", "wish")
WIDE = 1_000  # units of a bar's picture
GAP = 4
Row = dict[str, Any]


def told(numbers: Numbers, event: Event, catalogue: Catalogue, locale: str) -> dict[str, Any]:
    """What numbers.html needs."""
    _ = catalogue.gettext
    days = _folded(numbers.days)
    total = sum(sum(day.values()) for day in numbers.days.values())
    heard, removals = numbers.heard, numbers.removals
    return {
        "total": few(total, _, locale),
        "networks": [key for key in NETWORKS if any(key in day for day in days.values())],
        "days": _days(days, _, locale, len(days) < len(numbers.days)),
        "fates": _fates(numbers.fates, _, locale),
        "median": duration(numbers.waits.median, _, locale),
        "most": duration(numbers.waits.most, _, locale),
        "people": few(heard.people, _, locale),
        "new": few(heard.new, _, locale),
        "answered": few(heard.answered, _, locale),
        "unanswered": few(heard.firsts - heard.answered, _, locale),
        "answered_bar": share(heard.answered, heard.firsts),
        "has_firsts": heard.firsts > 0,
        "removals": {
            "asked": few(sum(removals.values()), _, locale),
            "done": few(removals.get(RemovalState.REMOVED, 0), _, locale),
            "kept": few(removals.get(RemovalState.KEPT, 0), _, locale),
            "open": few(removals.get(RemovalState.ASKED, 0) + removals.get(RemovalState.QUEUED, 0), _, locale),
        } if removals else None,
        "spans": [_span(span, event, _, locale) for span in numbers.spans],
        "skipped": [(_(reason), few(n, _, locale)) for reason, n in numbers.skipped.items()],
    }  # fmt: skip


def few(n: int, _: Any, locale: str) -> str:
    if n == 0:
        return str(_("none"))
    return str(format_decimal(n, locale=locale)) if n >= FEW else str(_("a few"))


def _folded(days: Mapping[date, Day]) -> Mapping[date, Day]:
    """Many days as months, each named by its first day."""
    if len(days) <= MOST_DAYS:
        return days
    months: dict[date, Day] = {}
    for day, counted in days.items():
        month = months.setdefault(day.replace(day=1), {})
        for network, n in counted.items():
            month[network] = month.get(network, 0) + n
    return months


def _days(days: Mapping[date, Day], _: Any, locale: str, months: bool) -> list[Row]:
    most = max((sum(day.values()) for day in days.values()), default=0)
    return [
        {
            "name": _month(day, locale) if months else day_words(day, locale),
            "total": few(sum(counted.values()), _, locale),
            "bars": bars([(key, counted.get(key, 0)) for key in NETWORKS], most),
            "by": {key: few(counted.get(key, 0), _, locale) for key in NETWORKS},
        }
        for day, counted in days.items()
    ]


def bars(parts: Iterable[tuple[str, int]], most: int) -> list[Row]:
    """One after the other, with a little room between; `most` is the whole width. One and two are drawn alike."""
    told = [(key, max(n, FEW - 1)) for key, n in parts if n]
    unit = WIDE / max(most, sum(n for _, n in told), 1)
    drawn, at = [], 0.0
    for key, n in told:
        drawn.append({"key": key, "x": round(at, 1), "width": round(max(n * unit - GAP, n * unit / 2), 1)})
        at += n * unit
    return drawn


def share(n: int, of: int) -> list[Row]:
    return bars([("shown", n), ("rest", of - n)], of)


def _fates(fates: Mapping[tuple[str, str], int], _: Any, locale: str) -> dict[str, Any]:
    names = _names(_)
    sums = {key: sum(n for (fate, _why), n in fates.items() if fate == key) for key in FATES}
    rows = [
        {"key": key, "name": names[key], "n": few(sums[key], _, locale), "why": _why(key, fates, _, locale)}
        for key in FATES
        if sums[key]
    ]
    return {"bars": bars(sums.items(), sum(sums.values())), "rows": rows}


def _why(fate: str, fates: Mapping[tuple[str, str], int], _: Any, locale: str) -> list[tuple[str, str]]:
    """The reasons in sentences, the most frequent first; of what its author took away there is none to tell."""
    if fate not in ("shown", "waiting", "hold", "hide"):
        return []
    sentences = reasons.sentences(_)
    found = [(sentences.get(why, _("A rule of the event.")), n) for (key, why), n in fates.items() if key == fate]
    return [(sentence, few(n, _, locale)) for sentence, n in sorted(found, key=lambda one: (-one[1], one[0]))]


def _names(_: Any) -> dict[str, str]:
    return {
        "shown": _("Shown"),
        "waiting": _("Waiting for a person"),
        "hold": _("Held back"),
        "hide": _("Hidden"),
        "gone": _("Deleted by its author, or removed"),
        "left": _("Its author took the hashtag away, or made it private"),
        "withheld": _("Out of sight: somebody asked for its removal"),
        "wish": _("Not shown to everybody: its author wishes so"),
    }


def duration(seconds: int | None, _: Any, locale: str) -> str:
    if seconds is None:
        return ""
    if seconds < 1:
        return str(_("at once"))
    return str(format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=locale))


def _span(span: Span, event: Event, _: Any, locale: str) -> Row:
    since = span.since.astimezone(event.zone)
    to = span.to.astimezone(event.zone) if span.to else None
    kinds = {
        "freeze": _("The screens were frozen."),
        "blank": _("The screens were dark."),
        "raid": _("The event was on its guard against a raid."),
    }
    return {
        "kind": span.kind,
        "what": kinds[span.kind],
        "when": moment_words(since, locale) + (f"–{_end(since, to, locale)}" if to else ""),
        "long": duration(max(1, int((to - since).total_seconds())), _, locale) if to else _("until now"),
    }


def _end(since: datetime, to: datetime, locale: str) -> str:
    return f"{to:%H:%M}" if to.date() == since.date() else moment_words(to, locale)


def _month(day: date, locale: str) -> str:
    return str(format_date(day, "LLLL y", calendar(locale)))
