"""Token buckets: how often somebody may, and how long they must wait. Time is the test's."""

from __future__ import annotations

import pytest

from app import limits as module
from app.errors import TooFast
from app.limits import Limits, Rate

THREE = Rate(burst=3, every=20)
SAID = "Wait a moment."


class Timer:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def limits(timer: Timer) -> Limits:
    return Limits(timer)


def spend(limits: Limits, times: int = 1, key: str = "a", act: str = "say", rate: Rate = THREE) -> None:
    for _ in range(times):
        limits.spend(act, key, rate, SAID)


def test_a_burst_is_fine_and_one_more_is_not(limits: Limits) -> None:
    spend(limits, 3)
    with pytest.raises(TooFast) as told:
        spend(limits)
    assert told.value.sentence == SAID
    assert told.value.wait == pytest.approx(20)


def test_after_the_time_that_was_told_one_more_is_fine_and_only_one(limits: Limits, timer: Timer) -> None:
    spend(limits, 3)
    timer.now += 20
    spend(limits)
    with pytest.raises(TooFast):
        spend(limits)


def test_trying_too_early_costs_nothing(limits: Limits, timer: Timer) -> None:
    spend(limits, 3)
    for _ in range(19):
        timer.now += 1
        with pytest.raises(TooFast) as told:
            spend(limits)
    assert told.value.wait == pytest.approx(1)
    timer.now += 1
    spend(limits)


def test_a_long_pause_fills_the_bucket_and_no_more(limits: Limits, timer: Timer) -> None:
    spend(limits, 3)
    timer.now += 10_000
    spend(limits, 3)
    with pytest.raises(TooFast):
        spend(limits)


def test_people_and_acts_do_not_share_a_bucket(limits: Limits) -> None:
    spend(limits, 3)
    spend(limits, 3, key="b")
    spend(limits, 3, act="sign-in")


def test_only_so_many_buckets_are_kept_and_the_oldest_go_first(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEYS", 3)
    spend(limits, 3, key="old")
    spend(limits, 3, key="used")
    for key in "xy":
        spend(limits, key=key)
    with pytest.raises(TooFast):
        spend(limits, key="used")
    spend(limits, 3, key="old")  # forgotten
    assert len(limits._buckets) == 3
