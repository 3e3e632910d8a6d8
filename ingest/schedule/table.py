"""A table as CSV: one session a line, columns by their names, in English or German. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ingest.programme import IncomingSchedule
from ingest.schedule import times
from ingest.schedule.gathering import Gathering, Row

# What a column may be called, besides its own name.
NAMES: Mapping[str, tuple[str, ...]] = {
    "guid": ("uid", "uuid", "code", "slug"),
    "number": ("id", "no", "nr", "nummer"),
    "title": ("titel", "name", "session", "summary"),
    "date": ("day", "datum", "tag", "start_date"),
    "start": ("starts_at", "start_time", "begin", "beginn", "from", "von", "anfang"),
    "end": ("ends_at", "end_time", "ende", "to", "until", "bis"),
    "duration": ("dauer", "length", "minutes", "minuten"),
    "room": ("raum", "ort", "location", "saal"),
    "speakers": ("speaker", "persons", "person", "names", "vortragende", "sprecher", "referenten"),
    "language": ("languages", "sprache", "lang"),
    "track": ("strang", "reihe"),
    "kind": ("type", "typ", "art", "format"),
    "abstract": ("description", "beschreibung", "text"),
    "url": ("link", "address", "adresse"),
    "closed": ("do_not_record", "not_recorded", "nicht_aufzeichnen", "geschlossen"),
    "time_zone": ("timezone", "tz", "zeitzone"),
}
_BY_NAME = {name: column for column, others in NAMES.items() for name in (column, *others)}
_SEPARATORS = ",;\t|"


def parse(body: bytes, local: ZoneInfo) -> IncomingSchedule:
    text = _decoded(body)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator))
    except csv.Error:
        return IncomingSchedule(known_format=False)
    columns = [_BY_NAME.get(_plain(name), "") for name in rows[0]] if rows else []
    if "title" not in columns or "start" not in columns:
        return IncomingSchedule(known_format=False)
    gathering = Gathering()
    for cells in rows[1:]:
        if any(cell.strip() for cell in cells):
            gathering.add(_row({c: v.strip() for c, v in zip(columns, cells, strict=False) if c}, local))
    return gathering.schedule()


def _row(given: Mapping[str, str], local: ZoneInfo) -> Row:
    local = times.zone(given.get("time_zone"), local)
    on = times.day(given.get("date"))
    starts_at = times.at(on, times.clock(given.get("start")), local) or times.moment(given.get("start"), local)
    ends_at = times.at(on, times.clock(given.get("end")), local) or times.moment(given.get("end"), local)
    if starts_at and ends_at and ends_at < starts_at and on:  # past midnight
        ends_at += times.length("24:00") or times.LONGEST
    return Row(
        guid=given.get("guid") or given.get("number"), title=given.get("title"), starts_at=starts_at, ends_at=ends_at,
        length=times.length(given.get("duration")), room=given.get("room"), number=given.get("number"),
        abstract=given.get("abstract"), speakers=_several(given.get("speakers")),
        languages=_several(given.get("language")), track=given.get("track"), kind=given.get("kind"),
        url=given.get("url"), closed=given.get("closed"),
    )  # fmt: skip


def _several(cell: str | None) -> list[str]:
    return re.split(r"\s*[;,/|]\s*", cell) if cell else []


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def _decoded(body: bytes) -> str:
    """Spreadsheets write UTF-8 with a mark, UTF-16, or what Windows had before."""
    for coding in ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return body.decode(coding)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")
