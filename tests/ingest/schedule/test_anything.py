"""Whatever the bytes are, the parsers answer, soon, and what they give fits the store."""

from __future__ import annotations

import json
import time
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.programme import IncomingSchedule
from ingest.schedule import parse
from tests.ingest.schedule.worlds import BERLIN, FORMATS, body

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from(["2027-06-11T09:00:00+02:00", "2027-06-11", "09:15", "00:45", "99:99",
                       "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\ud800", "24:00",
                       "Europe/Berlin", "../../etc"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)  # fmt: skip
session = st.dictionaries(
    st.sampled_from(["guid", "id", "code", "title", "date", "start", "end", "duration", "room", "persons", "track",
                     "url", "language", "abstract", "do_not_record", "type"]), anything, max_size=12,
)  # fmt: skip


def fits(schedule: IncomingSchedule) -> None:
    for one in schedule.sessions:
        assert 0 < len(one.guid) <= 255 and 0 < len(one.title) <= 300 and len(one.room) <= 200
        assert len(one.track) <= 200 and len(one.kind) <= 64 and (one.number is None or 0 < one.number < 2**31)
        assert one.starts_at.tzinfo is UTC and one.starts_at < one.ends_at
        assert "\0" not in one.title + one.room + one.abstract + one.track
        json.dumps([one.title, one.abstract, one.speakers]).encode()
        (one.title + one.abstract + "".join(one.speakers)).encode()
    assert len({one.guid for one in schedule.sessions}) == len(schedule.sessions)


@settings(max_examples=150, deadline=None)
@given(st.lists(session | anything, max_size=4), anything, anything)
def test_json_of_any_shape(sessions: list[Any], zone: Any, date: Any) -> None:
    days = [{"date": date, "rooms": {"A": sessions}}, zone]
    conference = {"time_zone_name": zone, "rooms": [zone, date], "days": days}
    fits(parse(json.dumps({"schedule": {"conference": conference}}).encode(), BERLIN))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FORMATS), st.sampled_from(["first", "second"]), st.data())
def test_real_files_with_a_piece_torn_out_or_put_in(form: str, which: str, data: st.DataObject) -> None:
    given_ = body(form, which)
    start = data.draw(st.integers(0, len(given_)))
    cut = data.draw(st.integers(0, 200))
    fits(parse(given_[:start] + data.draw(st.binary(max_size=40)) + given_[start + cut :], BERLIN))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"{", b"<", b"BEGIN:VCALENDAR\r\n", b"title,start\n", b"\xff\xfe"]), st.binary(max_size=300)
)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    fits(parse(start + rest, BERLIN))


def many(form: str, count: int) -> bytes:
    if form == "json":
        row = {"duration": "00:45", "date": "2027-06-11T09:00:00+02:00", "abstract": "x" * 500}
        rows = [{**row, "id": n + 1, "guid": f"g{n}", "title": f"Talk {n}"} for n in range(count)]
        return json.dumps({"schedule": {"conference": {"days": [{"rooms": {"A": rows}}]}}}).encode()
    if form == "ics":
        event = "BEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:Talk {0}\r\nDTSTART:20270611T090000Z\r\nDURATION:PT45M\r\n"
        event += "END:VEVENT\r\n"
        events = "".join(event.format(n) for n in range(count))
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n".encode()
    if form == "xml":
        event = "<event guid='g{0}'><title>Talk {0}</title><date>2027-06-11T09:00:00Z</date>"
        event += "<duration>00:45</duration></event>"
        events = "".join(event.format(n) for n in range(count))
        return f"<schedule><day><room name='A'>{events}</room></day></schedule>".encode()
    return ("guid,title,start,duration\n" + "".join(f"g{n},T{n},2027-06-11 09:00,45\n" for n in range(count))).encode()


@pytest.mark.parametrize("form", ["json", "xml", "ics", "csv"])
def test_five_thousand_sessions_take_seconds(form: str) -> None:
    given_ = many(form, 5_000)
    began = time.monotonic()
    assert len(parse(given_, BERLIN).sessions) == 5_000
    assert time.monotonic() - began < 25  # a tenth of it on a machine that has nothing else to do


def test_more_than_ten_thousand_are_not_taken() -> None:
    read = parse(many("csv", 10_050), BERLIN)
    assert len(read.sessions) == 10_000 and read.skipped == {"too_many": 50}
