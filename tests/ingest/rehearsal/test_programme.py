"""The rehearsal's programme runs with its script: what is said of a talk is said while it runs."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from ingest.programme import INVENTED
from ingest.rehearsal.programme import programme
from ingest.rehearsal.rehearsal import LONGEST_WAIT, PRELUDE
from ingest.rehearsal.script import conference
from ingest.rehearsal.timeline import Timeline

OPENED = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
SCRIPT = conference()


def timeline(speed: float) -> Timeline:
    times = [line.t for line in SCRIPT.lines]
    return Timeline(times, OPENED, speed=speed, prelude=PRELUDE, longest_wait=LONGEST_WAIT)


@pytest.mark.parametrize("speed", [1.0, 20.0, 2_500.0, math.inf])
def test_every_session_begins_and_ends_when_the_script_says(speed: float) -> None:
    clock = timeline(speed)
    told = {session["guid"]: session for session in SCRIPT.event["sessions"]}
    given = programme(SCRIPT, clock)
    assert len(given.sessions) == len(told) == 16
    for session in given.sessions:
        line = told[session.guid.removeprefix(INVENTED)]
        assert session.guid.startswith(INVENTED) and session.number == line["number"]
        assert session.starts_at == clock.moment(line["t_start"])
        assert session.ends_at == max(clock.moment(line["t_end"]), session.starts_at + timedelta(seconds=1))


def test_rooms_have_the_codes_that_stand_on_the_chairs() -> None:
    given = programme(SCRIPT, timeline(20))
    assert {room.name: room.card_code for room in given.rooms} == {
        "Speicher": "SP3",
        "Kajüte": "KJ7",
        "Bootshalle": "BH2",
    }


def test_the_opening_has_just_been_when_the_doors_open() -> None:
    first = programme(SCRIPT, timeline(20)).sessions[0]
    assert (first.starts_at, first.ends_at) == (OPENED - timedelta(minutes=45), OPENED)
    assert [s.number for s in programme(SCRIPT, timeline(20)).sessions if s.closed] == [10]
