"""The invented programme of the files in tests/fixtures/schedule, twice each: `first`, and changed, `second`."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.programme import IncomingSchedule
from ingest.schedule import parse

FILES = Path(__file__).parents[2] / "fixtures" / "schedule"
FORMATS = ("pretalx-{}.json", "frab-{}.xml", "calendar-{}.ics", "table-{}.csv")
BERLIN = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")


def body(form: str, which: str) -> bytes:
    return (FILES / form.format(which)).read_bytes()


def read(form: str, which: str, local: ZoneInfo = BERLIN) -> IncomingSchedule:
    return parse(body(form, which), local)
