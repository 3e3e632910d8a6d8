"""The place of a post is a string: it must sort as the moments do, whatever year an author's clock shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from app.domain.view import order

moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
numbers = st.integers(1, 2**31 - 1)


@given(moments, numbers, moments, numbers)
def test_strings_sort_as_moments_and_then_as_numbers(a: datetime, i: int, b: datetime, j: int) -> None:
    assert (order(a, i) < order(b, j)) == ((a, i) < (b, j))


@given(moments, numbers, st.integers(-12, 14))
def test_a_moment_has_one_place_in_whatever_zone_it_is_told(moment: datetime, number: int, hours: int) -> None:
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    assert order(there, number) == order(moment, number)
