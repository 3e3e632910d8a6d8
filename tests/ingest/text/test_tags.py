"""Hashtags: the official detector's vectors, the rehearsal's known truth, and what strangers type."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import tags

FIXTURES = Path(__file__).parents[2] / "fixtures"
VECTORS: list[dict[str, Any]] = json.loads((FIXTURES / "bluesky" / "hashtag_detection.vectors.json").read_text())
VARIANTS: list[dict[str, Any]] = json.loads((FIXTURES / "hashtag_variants.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["text"][:30])
def test_whatever_the_official_detector_finds_the_text_scan_finds_too(vector: dict[str, Any]) -> None:
    official = tags.reported(tag["tag"] for tag in vector["tags"] if not tag["tag"].startswith("$"))
    assert official <= tags.in_text(vector["text"])


@pytest.mark.parametrize("row", VARIANTS, ids=lambda row: row["id"])
def test_every_spelling_of_the_rehearsal_comes_out_as_its_truth_says(row: dict[str, Any]) -> None:
    found = tags.reported(row["tags_by_network"]) | tags.in_text(row["tag_as_written"])
    assert tags.matches(found, ["harbourtalks"]) is row["matches"]
    assert tags.matches(row["tags_by_network"], ["HarbourTalks"]) is (row["matches"] and row["tags_by_network"] != [])


@pytest.mark.parametrize(
    "text",
    [
        "#WallConf",
        "text #wallconf!",
        "#wallconf.",
        "#wallconf…",
        "#wallconf/",
        "(#wallconf)",
        '"#wallconf"',
        "„#wallconf“ sagt sie",
        "«#wallconf»",
        "[#wallconf](x)",
        "##wallconf",
        "＃WallConf 全角",
        "#ＷａｌｌＣｏｎｆ",
        "#wallconf🎉",
        "🎉#wallconf",
        "#wallconf❤️👩‍👩‍👧™",
        "#wallconf's talk",
        "#wallconf’s talk",
        "#wallconf'un konuşması",
        "#wallconf#second",
        "#first#wallconf",
        "#first,#wallconf",
        "#wallconf-s3",
        "#wallconf:great",
        "line1\n#wallconf",
        "Hello!#wallconf",
        "see https://example.org/ #wallconf",
    ],
)
def test_a_post_with_the_tag_in_any_dress_belongs_to_the_event(text: str) -> None:
    assert tags.matches(tags.in_text(text), ["wallconf"])


@pytest.mark.parametrize(
    "text",
    [
        "wallconf",
        "#wallconf2026",
        "#wall_conf",
        "#wall-conf",
        "#wallconference",
        "#wallconf-summary",
        "a#wallconf",
        "é#wallconf",
        "https://example.org/#wallconf",
        "https://example.org/(#wallconf)",
        "example.org/#wallconf",
        "#wall\u200bconf",
        "$WALLCONF",
        "&#wallconf;",
        "# wallconf",
    ],
)
def test_a_post_with_another_tag_or_none_does_not(text: str) -> None:
    assert not tags.matches(tags.in_text(text), ["wallconf"])


@pytest.mark.parametrize("text", ["#2026", "#123", "#️⃣", "# ", "#", "##", "#!", "#" + "x" * 65, ""])
def test_digits_a_keycap_and_endless_words_are_no_tags(text: str) -> None:
    assert tags.in_text(text) == frozenset()


def test_sixty_four_characters_are_a_tag_and_marks_do_not_count() -> None:
    assert tags.in_text("#" + "x" * 64) == {"x" * 64}
    assert len(tags.in_text("#" + "क्षि" * 20)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "ıstanbul"),
        ("Zürich", "ZU\u0308RICH"),
        ("ﬁnal", "FINAL"),
        ("ｳｫｰﾙ", "ウォール"),
        ("می\u200cخواهم", "میخواهم"),
        ("#Tag", "tag"),
        ("wall\u200bconf", "wallconf"),
    ],
)
def test_two_spellings_of_one_tag_are_equal(one: str, other: str) -> None:
    assert tags.normalise(one) == tags.normalise(other) != ""


def test_words_of_one_letter_more_stay_apart() -> None:
    assert (
        len({tags.normalise(t) for t in ("Zürich", "Zurich", "c", "c++", "rock'n'roll", "rock", "$wall", "wall")}) == 8
    )


def test_an_event_whose_own_tag_has_an_apostrophe_or_a_dash_is_matched_exactly() -> None:
    assert tags.matches(["Rock'n'Roll"], ["rock’n’roll"])
    assert not tags.matches(["rock"], ["rock'n'roll"])
    assert tags.matches(["re-publica"], ["re-publica"]) and tags.matches(["re-publica-s12"], ["re-publica"])
    assert not tags.matches(["re"], ["re-publica"])


def test_a_tag_of_only_an_emoji_is_a_tag() -> None:
    assert tags.in_text("#🎉") == {"🎉"}
    assert tags.matches(["🎉"], ["#🎉"])


def test_no_event_tag_matches_nothing_and_an_empty_one_matches_nothing() -> None:
    assert not tags.matches(["wallconf"], [])
    assert not tags.matches([""], ["", "#"])


def test_reported_tags_of_the_wrong_type_are_left_out() -> None:
    assert tags.reported([None, 3, {"tag": "x"}, "Ok", "", "y" * 2000]) == {"ok"}


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    once = tags.normalise(text)
    assert tags.normalise(once) == once
    once.encode()
    assert "\x00" not in once


@given(st.text(alphabet=st.sampled_from("#＃ aß'’-s3.🎉İ(\"/:\u200b\ud800"), max_size=60))
def test_scanning_any_text_never_raises(text: str) -> None:
    found = tags.in_text(text)
    assert all(tag == tags.normalise(tag) for tag in found)
    tags.matches(found, ["a"])


def test_a_long_hostile_text_is_scanned_in_no_time() -> None:
    start = time.perf_counter()
    for text in ("#" * 64_000, "#a" * 32_000, "(" * 64_000, "#'" * 32_000, "a:/" * 20_000 + "#x"):
        tags.in_text(text)
    assert time.perf_counter() - start < 1.0
