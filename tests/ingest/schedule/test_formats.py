"""Four formats tell of the same programme: every one is read alike, with its times right and its faults counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.programme import IncomingSession
from ingest.schedule import parse
from tests.ingest.schedule import worlds
from tests.ingest.schedule.worlds import BERLIN, FORMATS, read

every_format = pytest.mark.parametrize("form", FORMATS)


def by_title(form: str, which: str) -> dict[str, IncomingSession]:
    return {session.title: session for session in read(form, which).sessions}


@every_format
def test_every_session_is_read_with_its_room(form: str) -> None:
    found = {title: session.room for title, session in by_title(form, "first").items()}
    assert found == {
        "Deich & Digitales: der Auftakt": "Großer Saal",
        "Reading the tide by ear": "Großer Saal",
        "Ein Kreis zum Zuhören": "Kombüse",
        "Late night: knots by lamplight": "Kombüse",
        "Repair what floats": "Werft",
    }
    assert not read(form, "first").skipped


@every_format
def test_an_hour_on_either_side_of_the_change_of_clocks_is_the_right_one(form: str) -> None:
    sessions = by_title(form, "first")
    before, night, after = (
        sessions["Reading the tide by ear"],
        sessions["Late night: knots by lamplight"],
        sessions["Repair what floats"],
    )
    assert before.starts_at == datetime(2027, 10, 30, 9, 0, tzinfo=UTC)  # 11:00, two hours ahead
    assert night.starts_at == datetime(2027, 10, 30, 22, 30, tzinfo=UTC)  # half past midnight belongs to the day before
    assert after.starts_at == datetime(2027, 10, 31, 8, 30, tzinfo=UTC)  # 09:30, one hour ahead
    assert after.ends_at - after.starts_at == timedelta(hours=2)


@every_format
def test_do_not_record_closes_a_session_and_no_other(form: str) -> None:
    closed = [title for title, session in by_title(form, "first").items() if session.closed]
    assert closed == ["Ein Kreis zum Zuhören"]


@pytest.mark.parametrize("form", [form for form in FORMATS if "ics" not in form])
def test_speakers_and_language_come_along(form: str) -> None:
    session = by_title(form, "first")["Reading the tide by ear"]
    assert (session.speakers, session.languages, session.number) == (("Ola Nowak", "Ebba Lind"), ("en",), 2)


@every_format
def test_a_session_keeps_its_guid_when_it_is_moved_and_renamed(form: str) -> None:
    first, second = by_title(form, "first"), by_title(form, "second")
    assert first["Reading the tide by ear"].guid == second["Reading the tide, again by ear"].guid
    assert second["Reading the tide, again by ear"].room == "Werft"


@every_format
def test_broken_rows_are_counted_by_reason_and_cost_nothing_else(form: str) -> None:
    second = read(form, "second")
    assert len(second.sessions) == 5
    assert second.skipped.get("no_title", 0) >= 1 and second.skipped["no_length"] == 1
    assert second.skipped.get("no_start", 0) + second.skipped.get("no_row", 0) >= 1


@every_format
def test_a_row_that_cannot_be_read_is_no_cancellation(form: str) -> None:
    broken = by_title(form, "first")["Repair what floats"].guid
    assert broken in read(form, "second").unread


def test_the_schedules_own_time_zone_goes_before_the_events() -> None:
    body = b"""{"schedule": {"conference": {"time_zone_name": "Asia/Tokyo", "days": [{"date": "2027-06-11", "rooms":
        {"A": [{"id": 1, "title": "T", "start": "09:00", "duration": "00:30"}]}}]}}}"""
    (session,) = parse(body, BERLIN).sessions
    assert session.starts_at == datetime(2027, 6, 11, 0, 0, tzinfo=UTC)
    (session,) = parse(body.replace(b"Asia/Tokyo", b"Mars/Olympus"), BERLIN).sessions
    assert session.starts_at == datetime(2027, 6, 11, 7, 0, tzinfo=UTC)


def test_an_hour_that_the_clock_skips_or_shows_twice_is_one_moment() -> None:
    rows = b"title,start,duration\nskipped,2027-03-28 02:30,60\ntwice,2027-10-31 02:30,60\n"
    twice, skipped = sorted(parse(rows, BERLIN).sessions, key=lambda s: s.title, reverse=True)
    assert skipped.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert twice.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_calendar_with_moments_in_utc_and_a_zone_of_its_own_is_read_alike() -> None:
    event = "BEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:{0}\r\nDTSTART{1}\r\nDURATION:PT1H30M\r\nEND:VEVENT\r\n"
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Harbour Time\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    events = event.format("a", ":20270611T070000Z") + event.format("b", ";TZID=Harbour Time:20270611T100000")
    floating = event.format("c", ":20270611T090000") + event.format("whole day", ";VALUE=DATE:20270611")
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{zone}{events}{floating}END:VCALENDAR\r\n"
    read = parse(text.encode(), BERLIN)
    assert {s.starts_at for s in read.sessions} == {datetime(2027, 6, 11, 7, 0, tzinfo=UTC)}
    assert len(read.sessions) == 3 and read.skipped == {"no_start": 1}


def test_words_from_strangers_are_cleaned() -> None:
    said = "<b>bold</b> &amp; <script>x</script>words"
    rows = "guid,title,start,duration,abstract,url\n"
    rows += f"1,\u202eevil\u0000 title,2027-06-11 09:00,60,{said},javascript:alert(1)\n"
    (session,) = parse(rows.encode(), BERLIN).sessions
    assert (session.title, session.url) == ("evil title", None)
    assert session.abstract == "bold & words"


def test_a_session_without_a_name_of_its_own_is_known_by_its_title() -> None:
    rows = b"title,start,duration,room\nHello,2027-06-11 09:00,60,A\n"
    moved = rows.replace(b"09:00,60,A", b"10:00,60,B")
    assert parse(rows, BERLIN).sessions[0].guid == parse(moved, BERLIN).sessions[0].guid


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"{", b"<html></html>", b"<schedule", b"BEGIN:VCALENDAR", b"hello", b"\xff\xfe\x00",
     b"a,b\n1,2", b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><schedule>&b;</schedule>',
     b'<?xml version="1.0"?><!DOCTYPE s SYSTEM "file:///etc/passwd"><rss/>'],
)  # fmt: skip
def test_what_is_no_schedule_is_said_to_be_none(body: bytes) -> None:
    assert not parse(body, BERLIN).known_format


def test_a_schedule_without_sessions_is_one_all_the_same() -> None:
    assert parse(worlds.body(FORMATS[1], "first").split(b"<day ")[0] + b"</schedule>", BERLIN).known_format
