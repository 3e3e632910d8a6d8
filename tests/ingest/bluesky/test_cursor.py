"""Where to go on: same host, other host, other wire, after long, and with clocks that lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky import cursor as cursors
from ingest.bluesky.cursor import LOOKBACK, OVERLAP, REWIND, Cursor, microseconds, resume, too_old
from ingest.bluesky.jetstream import Event, Wire

NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
AT = microseconds(NOW - timedelta(minutes=10))
A, B = "wss://a.example", "wss://b.example"
V2 = Cursor(A, Wire.V2, 4711, AT)
V1 = Cursor(A, Wire.V1, 4711, AT)


def test_the_same_host_on_the_new_wire_goes_on_at_its_number() -> None:
    assert resume(V2, A, Wire.V2, NOW) == 4711


def test_the_same_host_on_the_old_wire_goes_on_at_our_time_with_an_overlap_as_times_are_not_unique() -> None:
    assert resume(V1, A, Wire.V1, NOW) == AT - OVERLAP


@pytest.mark.parametrize(
    ("cursor", "host", "wire"), [(V2, B, Wire.V2), (V2, A, Wire.V1), (V1, A, Wire.V2), (V1, B, Wire.V1)]
)
def test_another_host_or_wire_goes_on_at_our_time_half_a_minute_before(cursor: Cursor, host: str, wire: Wire) -> None:
    assert resume(cursor, host, wire, NOW) == AT - REWIND


def test_a_host_that_lost_our_number_goes_on_at_our_time() -> None:
    assert resume(V2, A, Wire.V2, NOW, by_time=True) == AT - REWIND


def test_no_cursor_is_from_now_on() -> None:
    assert resume(None, A, Wire.V2, NOW) is None


def test_what_lies_too_far_back_begins_where_hosts_still_have_everything() -> None:
    old = replace(V2, time=microseconds(NOW - timedelta(days=9)))
    assert resume(old, B, Wire.V2, NOW) == microseconds(NOW) - LOOKBACK
    assert too_old(old, NOW) and not too_old(V2, NOW)


def test_a_time_in_the_future_is_neither_stored_nor_asked_for() -> None:
    ahead = microseconds(NOW + timedelta(hours=2))
    assert V2.past([Event("create", seq=4712, time=ahead)], NOW).time == microseconds(NOW)
    assert resume(replace(V1, time=ahead), A, Wire.V1, NOW) == microseconds(NOW) - OVERLAP


def test_a_cursor_never_goes_back_and_survives_events_without_a_place() -> None:
    assert V2.past([Event("create", seq=4700, time=AT - 5)], NOW) == V2
    assert V2.past([Event("create")], NOW) == V2.past([], NOW) == V2
    assert V2.past([Event("create", seq=4712, time=AT + 5), Event("create", seq=4711)], NOW) == Cursor(
        A, Wire.V2, 4712, AT + 5
    )


def test_a_cursor_is_stored_as_words_that_can_be_read_back() -> None:
    assert str(V2) == f'{{"host":"{A}","wire":"v2","seq":4711,"time":{AT}}}'
    assert cursors.read(str(V2)) == V2
    assert cursors.read(str(replace(V1, seq=None))) == replace(V1, seq=None)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "1795300673404348",
        "[]",
        "{}",
        '{"host":"a","wire":"v3","seq":1,"time":1}',
        '{"host":"a","wire":"v2","seq":"1","time":1}',
        '{"host":"a","wire":"v2","seq":-1,"time":1}',
        '{"host":"a","wire":"v2","seq":1000000000000000,"time":1}',
        '{"host":"a","wire":"v2","seq":1,"time":-1}',
        '{"host":"a","wire":"v2","seq":1,"time":9223372036854775808}',
        '{"host":"a","wire":"v2","seq":true,"time":1}',
    ],
)
def test_a_stored_cursor_that_is_none_of_ours_is_none(stored: str | None) -> None:
    assert cursors.read(stored) is None


@given(st.integers(0, 4 * 10**15 - 1), st.none() | st.integers(0, 10**15 - 1), st.sampled_from(Wire))
def test_no_cursor_asks_for_the_future_or_for_a_time_that_looks_like_a_number(
    time: int, seq: int | None, wire: Wire
) -> None:
    cursor = Cursor(A, Wire.V2, seq, time)
    assert cursors.read(str(cursor)) == cursor
    assert cursor.at.tzinfo is not None
    asked = resume(cursor, B, wire, NOW)
    assert asked is not None and 10**15 <= asked <= microseconds(NOW)
