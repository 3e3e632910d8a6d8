"""Schedule XML as frab, pentabarf and pretalx write it (github.com/voc/schedule, validator/xsd). Pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.programme import IncomingSchedule
from ingest.schedule import times
from ingest.schedule.gathering import Gathering, Row


def parse(body: bytes, local: ZoneInfo) -> IncomingSchedule:
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return IncomingSchedule(known_format=False)
    if root.tag != "schedule":
        return IncomingSchedule(known_format=False)
    gathering = Gathering()
    local = times.zone(root.findtext("conference/time_zone_name"), local)
    for day in root.iter("day"):
        for room in day.iter("room"):
            if name := room.get("name"):
                gathering.room(name)
            for event in room.findall("event"):
                gathering.add(_row(event, day, room.get("name", ""), local))
    return gathering.schedule()


def _row(event: Element, day: Element, room: str, local: ZoneInfo) -> Row:
    def text(name: str) -> str:
        return (event.findtext(name) or "").strip()

    starts_at = times.moment(text("date"), local) if "T" in text("date") else None
    starts_at = starts_at or times.at(times.day(text("date") or day.get("date")), times.clock(text("start")), local)
    return Row(
        guid=event.get("guid") or event.get("id") or text("slug"), title=text("title"), starts_at=starts_at,
        length=times.length(text("duration")), room=text("room") or room, number=event.get("id"),
        abstract=text("abstract") or text("description"),
        speakers=[p.text for p in event.iterfind("persons/person")], languages=[text("language")],
        track=text("track"), kind=text("type"), url=text("url") or text("full_conf_url"),
        closed=text("recording/optout"),
    )  # fmt: skip
