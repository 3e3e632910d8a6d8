"""Schedule JSON as pretalx, frab and the c3voc tools export it (c3voc.de/schedule/schema.json). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from ingest.programme import IncomingSchedule
from ingest.schedule import times
from ingest.schedule.gathering import Gathering, Row


def parse(body: bytes, local: ZoneInfo) -> IncomingSchedule:
    try:
        given = orjson.loads(body)
    except ValueError:
        return IncomingSchedule(known_format=False)
    conference = _conference(given)
    if conference is None:
        return IncomingSchedule(known_format=False)
    gathering = Gathering()
    local = times.zone(conference.get("time_zone_name"), local)
    for room in _list(conference.get("rooms")):
        gathering.room(room.get("name") if isinstance(room, dict) else room)
    for day, name, given in _sessions(conference):
        if not isinstance(given, dict):
            gathering.skip("no_row")
            continue
        gathering.add(_row(given, day, name, local))
    return gathering.schedule()


def _conference(given: Any) -> dict[str, Any] | None:
    """{"schedule": {"conference": …}}, or what lies inside where somebody took the wrapping off."""
    for key in ("schedule", "conference"):
        if isinstance(given, dict) and isinstance(given.get(key), dict):
            given = given[key]
    return given if isinstance(given, dict) and isinstance(given.get("days"), list) else None


def _sessions(conference: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Any]]:
    for day in _list(conference.get("days")):
        rooms = day.get("rooms") if isinstance(day, dict) else None
        for name, sessions in rooms.items() if isinstance(rooms, dict) else ():
            for session in _list(sessions):
                yield day, name, session


def _row(given: dict[str, Any], day: dict[str, Any], room: str, local: ZoneInfo) -> Row:
    starts_at = times.moment(given.get("date"), local) if "T" in str(given.get("date")) else None
    starts_at = starts_at or times.at(times.day(given.get("date") or day.get("date")), _hour(given), local)
    return Row(
        guid=given.get("guid") or given.get("code") or given.get("id") or given.get("slug"),
        title=given.get("title"), starts_at=starts_at, ends_at=times.moment(given.get("end"), local),
        length=times.length(given.get("duration")), room=_named(given.get("room")) or room, number=given.get("id"),
        abstract=given.get("abstract") or given.get("description"),
        speakers=[_speaker(p) for p in _list(given.get("persons"))], languages=[given.get("language")],
        track=_named(given.get("track")), kind=_named(given.get("type")), url=given.get("url"),
        closed=given.get("do_not_record"),
    )  # fmt: skip


def _hour(given: dict[str, Any]) -> Any:
    return times.clock(given.get("start"))


def _speaker(person: Any) -> Any:
    return (person.get("public_name") or person.get("name")) if isinstance(person, dict) else person


def _named(value: Any) -> Any:
    """A name, or an object that has one, or one name in several languages."""
    if isinstance(value, dict):
        return value.get("name") or value.get("en") or next((v for v in value.values() if isinstance(v, str)), None)
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
