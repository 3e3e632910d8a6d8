"""What nobody can see is no words and no name, and carries nothing in secret."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import clean

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
UNSEEN = [
    "", " \n\t", "\u200b", "\u2800", "\u3164", "\ufe0f", "\U000e0041", "\u200e\u200f", "\u0301\u0302", "\u200d",
    "\u00ad", "\u2060\ufeff", "\u115f\u1160", "\uffa0", "\u180e", "\U000e0100", "\u3000", " \u200b\u2800\u0301 ",
]  # fmt: skip
SEEN = [
    "a",
    "ß",
    "١",
    "你",
    "!",
    "❤️",
    "🏳️‍🌈",
    SCOTLAND,
    "é",
    "e\u0301",
    "\u200bx",
    "…",
    "·",
    "👍🏽",
    "¿",
    "\u0915\u093f",
]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_shows_nothing_is_nothing(text: str) -> None:
    assert not clean.is_visible(text)
    assert clean.line(text) == ""
    assert clean.alt(text) is None


@pytest.mark.parametrize("text", SEEN)
def test_whatever_a_person_sees_is_something(text: str) -> None:
    assert clean.is_visible(text)
    assert clean.line(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi" + "".join(chr(0xE0000 + ord(c)) for c in "secret") + "!", "Hi!"),
        (f"{SCOTLAND} and \U0001f3f4\U000e0067", f"{SCOTLAND} and \U0001f3f4"),
        (SCOTLAND[:-1], "\U0001f3f4"),
        ("\U0001f3f4\U000e0001" + SCOTLAND[1:], "\U0001f3f4"),
        ("\U000e0001x\U000e007f", "x"),
    ],
)
def test_tag_characters_stay_only_in_the_flags_of_regions(text: str, left: str) -> None:
    assert clean.scrub(text) == left


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("".join(UNSEEN) + SCOTLAND))))
def test_cleaning_twice_is_cleaning_once_and_no_hidden_tag_is_left(text: str) -> None:
    once = clean.scrub(text)
    assert clean.scrub(once) == once
    without_flags = re.sub("\U0001f3f4[\U000e0020-\U000e007e]{3,6}\U000e007f", "", once)
    assert not any(0xE0000 <= ord(c) < 0xE0080 for c in without_flags)


@given(st.text(alphabet=st.characters(categories=["Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"])))
def test_marks_spaces_and_controls_alone_are_never_seen(text: str) -> None:
    assert not clean.is_visible(text) and clean.line(text) == ""
