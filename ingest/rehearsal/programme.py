"""The invented conference's schedule, moved so that its sessions run when the script speaks of them. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ingest.programme import INVENTED, IncomingRoom, IncomingSchedule, IncomingSession
from ingest.rehearsal.script import DATA, Script
from ingest.rehearsal.timeline import Timeline
from ingest.schedule.parse import parse

_SHORTEST = timedelta(seconds=1)


def programme(script: Script, timeline: Timeline) -> IncomingSchedule:
    """`schedule.json` as an import reads it, by the rehearsal's clock, with the codes on the cards of its rooms."""
    codes = {room["name"]: room["card_code"] for room in script.event["rooms"]}
    begin = datetime.fromisoformat(script.event["event"]["start"])
    read = _read(script.event["event"]["time_zone"])
    return replace(
        read,
        sessions=tuple(_moved(session, begin, timeline) for session in read.sessions),
        rooms=tuple(IncomingRoom(room.name, codes.get(room.name)) for room in read.rooms),
    )


def _moved(session: IncomingSession, begin: datetime, timeline: Timeline) -> IncomingSession:
    starts_at = timeline.moment((session.starts_at - begin).total_seconds())
    ends_at = timeline.moment((session.ends_at - begin).total_seconds())
    return replace(
        session, guid=INVENTED + session.guid, starts_at=starts_at, ends_at=max(ends_at, starts_at + _SHORTEST)
    )


@cache
def _read(time_zone: str) -> IncomingSchedule:
    return parse((DATA / "schedule.json").read_bytes(), ZoneInfo(time_zone))
