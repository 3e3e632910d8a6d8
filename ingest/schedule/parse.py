"""Which format is it, and what does it say. Pure; never raises, whatever the bytes are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ingest.programme import IncomingSchedule
from ingest.schedule import frab, ical, table, voc


def parse(body: bytes, local: ZoneInfo) -> IncomingSchedule:
    """`local`: the event's time zone, for a schedule that does not say its own."""
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return voc.parse(body.removeprefix(b"\xef\xbb\xbf"), local)
    if start[:1] == b"<":
        return frab.parse(body.lstrip(), local)
    if start[:15].upper() == b"BEGIN:VCALENDAR":
        return ical.parse(body, local)
    return table.parse(body, local)
