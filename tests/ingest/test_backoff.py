"""Waiting between tries: longer each time, never all at once, short again after a good while."""

from __future__ import annotations

import random

import pytest

from ingest.backoff import Backoff


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dice always fall high."""
    monkeypatch.setattr(random, "uniform", lambda low, high: high)


@pytest.mark.usefixtures("ceiling")
def test_the_ceiling_doubles_up_to_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.next() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.usefixtures("ceiling")
def test_only_a_minute_of_health_is_forgiveness() -> None:
    clock = Ticks()
    backoff = Backoff(clock=clock)
    assert [backoff.next(), backoff.next()] == [1, 2]
    backoff.working()
    clock.now += 59
    assert backoff.next() == 4
    backoff.working()
    clock.now += 30
    backoff.working()
    clock.now += 30
    assert backoff.next() == 1


def test_the_wait_is_anything_below_the_ceiling() -> None:
    waits = [Backoff(first=8).next() for _ in range(300)]
    assert all(0 <= wait <= 8 for wait in waits)
    assert min(waits) < 2 < 6 < max(waits)
