"""Moments, clocks and lengths as schedules write them. Pure; what cannot be read is None, never an error."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST = timedelta(days=14)
_YEARS = range(1970, 2201)  # what every store and every calendar can hold
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(.+))?")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*(?:h|Uhr))?", re.IGNORECASE)
_LENGTH = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
_ISO_LENGTH = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:\d+S)?)?")


def zone(name: object, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of this name, or the other one."""
    if not isinstance(name, str) or not name:
        return otherwise
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; with "..", NUL or too long a name; a folder
        return otherwise


def moment(value: object, local: ZoneInfo) -> datetime | None:
    """A date and time, in UTC. One without an offset is by the clocks of `local`.

    What that clock skips in spring counts as if it had not been put on, what it shows twice is the first.
    """
    if isinstance(value, str):
        value = _written(value.strip())
    if not isinstance(value, datetime) or value.year not in _YEARS:
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=local)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _written(value.strip()) if isinstance(value, str) else None
    return found.date() if found else None


def clock(value: object) -> time | None:
    """09:15, 9.15, 09:15:00, 9:15 Uhr."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    return time(hours, minutes, seconds) if hours < 24 and minutes < 60 and seconds < 60 else None


def length(value: object) -> timedelta | None:
    """HH:MM, HH:MM:SS, ISO's PT45M, or a number of minutes. None where it is none, or not longer than nothing."""
    found: timedelta | None = None
    if isinstance(value, timedelta):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
        found = timedelta(minutes=value)
    elif isinstance(value, str):
        found = _written_length(value.strip())
    return found if found is not None and timedelta(0) < found <= LONGEST else None


def at(on: date | None, hour: time | None, local: ZoneInfo) -> datetime | None:
    """A day and a clock's time together."""
    return moment(datetime.combine(on, hour), local) if on and hour else None


def _written(text: str) -> datetime | None:
    if german := _GERMAN.fullmatch(text):
        hour = clock(german[4]) if german[4] else time()
        text = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}T{hour}" if hour else ""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written_length(text: str) -> timedelta | None:
    if text.isascii() and text.isdigit() and len(text) < 6:
        return timedelta(minutes=int(text))
    if found := _LENGTH.fullmatch(text):
        if found[1] is None:
            return timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3]))
    if (found := _ISO_LENGTH.fullmatch(text)) and len(text) > 1:
        days, hours, minutes = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes)
    return None
