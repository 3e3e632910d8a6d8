"""What a screen says, made of what anybody may send: nothing of it can be from before, from later, or be too much."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.screens import doings
from display.live import said
from tests.conftest import NOW

SINCE = NOW - timedelta(seconds=60)


@pytest.mark.parametrize(
    ("text", "number"),
    [('{"ack":0}', 0), ('{"ack":7,"more":1}', 7), ('{"ack":true}', None), ('{"ack":7.0}', None), ('{"ack":-7}', None),
     ('{"ack":"7"}', None), ("7", None), ("[7]", None), ('"ack"', None), ("", None), (None, None), ("{", None)],
)  # fmt: skip
def test_only_a_whole_number_is_an_acknowledgement(text: str | None, number: int | None) -> None:
    assert said.acknowledged(said.opened(text)) == number


def test_a_showing_is_told_by_our_clock_and_never_from_before_the_connection() -> None:
    told = said.shown({"shown": [[7, 9_000, 1_000], [8, 900_000, 0.5], [9, 900_000, 61_000]]}, SINCE, NOW)
    assert told == [
        (7, NOW - timedelta(seconds=9), NOW - timedelta(seconds=1)),
        (8, SINCE, NOW - timedelta(milliseconds=0.5)),
    ]


@pytest.mark.parametrize(
    "piece",
    [[7, 1_000, 9_000], [7, 9_000, -1], [0, 9, 1], [-7, 9, 1], [2**31, 9, 1], [True, 9, 1], ["7", 9, 1], [7.5, 9, 1],
     [7, "9", 1], [7, 9], [7, 9, 1, 1], [7, 9, 9], [7, 1e99, 1], None, 7, {}],
)  # fmt: skip
def test_a_showing_that_cannot_be_is_none(piece: Any) -> None:
    assert said.shown({"shown": [piece]}, SINCE, NOW) == []


def test_no_more_showings_are_taken_at_once_than_a_screen_can_show() -> None:
    assert len(said.shown({"shown": [[n, 9, 1] for n in range(1, 1_000)]}, SINCE, NOW)) == said.MOST_AT_ONCE
    assert said.shown({"shown": "all"}, SINCE, NOW) == []


def test_each_kind_of_thing_has_its_own_pace() -> None:
    pace = said.Pace()
    assert [pace.allows("trouble", 1.0) for _ in range(25)].count(True) == said.A_MINUTE["trouble"]
    assert pace.allows("shown", 2.0)
    assert pace.allows("trouble", 70.0), "another minute"


@pytest.mark.parametrize(
    ("words", "kept"),
    [({"mode": "strand", "kept": 12, "firsts": 2, "wait": 61.7},
      {"mode": "strand", "kept": 12, "firsts": 2, "wait": 61}),
     ({"mode": "dark", "kept": -1, "firsts": "2", "wait": 1e300, "more": 1},
      {"mode": "dark", "kept": 0, "firsts": 0, "wait": doings.MOST}),
     ({"mode": "programme"}, None), ({"mode": "x"}, None), ({"mode": []}, None), ({}, None), ("strand", None),
     (None, None)],
)  # fmt: skip
def test_what_a_screen_does_is_one_of_the_modes_and_whole_numbers(words: Any, kept: Any) -> None:
    assert doings.doing(words) == kept


@pytest.mark.parametrize(
    ("words", "kept"),
    [({"kind": "picture", "post": 7, "words": " it did\n not open "},
      {"kind": "picture", "post": 7, "words": "it did not open"}),
     ({"kind": "clock", "post": -1, "words": None}, {"kind": "clock", "post": None, "words": ""}),
     ({"kind": "script", "post": True, "words": "x" * 999}, {"kind": "script", "post": None, "words": "x" * 120}),
     ({"kind": "buy"}, None), ({"kind": ["picture"]}, None), ([], None)],
)  # fmt: skip
def test_a_trouble_is_of_a_kind_we_know_and_short(words: Any, kept: Any) -> None:
    assert doings.trouble(words) == kept
