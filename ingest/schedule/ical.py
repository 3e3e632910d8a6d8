"""iCalendar (RFC 5545): every VEVENT is a session. Pure."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from ingest.programme import IncomingSchedule
from ingest.schedule import times
from ingest.schedule.gathering import MOST, Gathering, Row

_EVENT = re.compile(rb"BEGIN:VEVENT\r?\n.*?END:VEVENT[^\n]*", re.DOTALL | re.IGNORECASE)
_UID = re.compile(rb"^UID[^:\n]*:(.+?)\r?$", re.MULTILINE | re.IGNORECASE)


def parse(body: bytes, local: ZoneInfo) -> IncomingSchedule:
    """All in one reading; where that fails, event by event, so that a broken one costs itself only."""
    pieces = list(itertools.islice(_EVENT.finditer(body), MOST + 1))
    whole = _read(body) if len(pieces) <= MOST else None
    frame = whole or _read(_EVENT.sub(b"", body))
    if frame is None or not isinstance(frame, Calendar):
        return IncomingSchedule(known_format=False)
    local = times.zone(_word(frame, "X-WR-TIMEZONE"), local)
    gathering = Gathering()
    if whole is not None:
        for event in whole.walk("VEVENT"):
            _add(gathering, event, local)
        return gathering.schedule()
    zones = b"".join(_zone(z) for z in frame.walk("VTIMEZONE"))
    for piece in pieces:
        _add_piece(gathering, piece[0], zones, local)
    return gathering.schedule()


def _add_piece(gathering: Gathering, written: bytes, zones: bytes, local: ZoneInfo) -> None:
    named = zones if b"TZID" in written else b""
    read = _read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + named + written + b"\r\nEND:VCALENDAR\r\n")
    event = next(iter(read.walk("VEVENT")), None) if read else None
    if event is None:
        uid = _UID.search(written)
        gathering.skip("no_row", uid[1].decode("utf-8", "replace").strip() if uid else "")
    else:
        _add(gathering, event, local)


def _add(gathering: Gathering, event: Component, local: ZoneInfo) -> None:
    if _word(event, "STATUS").upper() == "CANCELLED":
        return
    try:
        row = _row(event, local)
    except Exception:  # as below
        gathering.skip("no_row", _word(event, "UID"))
    else:
        gathering.add(row)


def _row(event: Component, local: ZoneInfo) -> Row:
    again = _moment(event, "RECURRENCE-ID", local)
    uid = _word(event, "UID")
    return Row(
        guid=f"{uid}/{again:%Y%m%dT%H%M}" if again else uid, title=_word(event, "SUMMARY"),
        starts_at=_moment(event, "DTSTART", local), ends_at=_moment(event, "DTEND", local),
        length=times.length(_value(event, "DURATION")),
        room=_word(event, "LOCATION"), abstract=_word(event, "DESCRIPTION"), url=_word(event, "URL"),
        track=_categories(event), closed=_word(event, "CLASS").upper() == "CONFIDENTIAL",
    )  # fmt: skip


def _moment(event: Component, name: str, local: ZoneInfo) -> datetime | None:
    """A whole day has no hour: such an entry is a note in a calendar, not a session."""
    return times.moment(_value(event, name), local)


def _value(event: Component, name: str) -> Any:
    given = event.get(name)
    given = given[0] if isinstance(given, list) and given else given
    try:
        return getattr(given, "dt", None)
    except BrokenCalendarProperty:  # written, but as nothing that is a time
        return None


def _word(event: Component, name: str) -> str:
    given = event.get(name)
    return str(given[0] if isinstance(given, list) and given else given or "").strip()


def _categories(event: Component) -> str:
    given = event.get("CATEGORIES")
    first = given[0] if isinstance(given, list) and given else given
    words = getattr(first, "cats", [])
    return str(words[0]) if words else ""


def _zone(zone: Component) -> bytes:
    try:
        written: bytes = zone.to_ical()
    except Exception:
        return b""
    return written


def _read(text: bytes) -> Component | None:
    """The library raises many kinds of errors at broken input, none of them documented."""
    try:
        return Calendar.from_ical(text)
    except Exception:
        return None
