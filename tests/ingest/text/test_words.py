"""Words to be found by: any text of any script gives some, and what a reader takes as the same is the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import words

ANY = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Ferry, late AGAIN!", ["the", "ferry", "late", "again"]),
        ("Straße Grüße", ["strasse", "grusse"]),
        ("Tromsø, Łódź, Đorđe, Æther", ["tromso", "lodz", "dorde", "aether"]),
        ("İstanbul ıstanbul", ["istanbul", "istanbul"]),
        ("ΑΘΉΝΑ ἀθήνα", ["αθηνα", "αθηνα"]),
        ("Ёлка елка", ["елка", "елка"]),
        ("#HarbourTalks #open_data", ["harbourtalks", "open", "data"]),
        ("don't l’eau", ["don", "t", "l", "eau"]),
        ("हिन्दी की किताब", ["हिन्दी", "की", "किताब"]),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("مَرْحَبًا مـــرحبا", ["مرحبا", "مرحبا"]),
        ("ｆｅｒｒｙ ２０２７", ["ferry", "2027"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("at https://kueste.example/a?b=1", ["at", "https", "kueste", "example", "a", "b", "1"]),
        ("👍🏽 👩‍💻 ❤️ ❤", ["👍", "👩", "💻", "❤", "❤"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("Wallconf™ 50 %", ["wallconf", "50"]),
        (" \n—…!?\0", []),
    ],
)  # fmt: skip
def test_a_text_is_split_into_what_it_is_looked_for_by(text: str, found: list[str]) -> None:
    assert words.split(text) == found
    assert words.asked(text) == found


@pytest.mark.parametrize(
    ("text", "kept", "asked"),
    [
        ("東京都", ["東京", "京都", "都"], ["東京", "京都"]),
        ("港", ["港"], ["港"]),
        ("カフェ", ["カフ", "フェ", "ェ"], ["カフ", "フェ"]),
        ("ｶﾌｪ", ["カフ", "フェ", "ェ"], ["カフ", "フェ"]),
        ("항구는", ["항구", "구는", "는"], ["항구", "구는"]),
        ("ท่าเรือ", ["ท่", "่า", "าเ", "เร", "รื", "ือ", "อ"], ["ท่", "่า", "าเ", "เร", "รื", "ือ"]),
        ("東京tower", ["東京", "京", "tower"], ["東京", "京", "tower"]),
    ],
)
def test_scripts_without_spaces_become_overlapping_pairs(text: str, kept: list[str], asked: list[str]) -> None:
    assert words.split(text) == kept
    assert words.asked(text) == asked


def test_vowel_signs_make_another_word_and_accents_do_not() -> None:
    assert words.split("कि") != words.split("की")
    assert words.split("Café") == words.split("cafe") == words.split("cafe\u0301")


@given(ANY)
def test_a_word_has_no_character_that_means_something_to_a_store(text: str) -> None:
    for word in words.split(text) + words.asked(text):
        assert re.fullmatch(r"[a-z0-9\x80-\U0010ffff]+", word)
        assert len(word) <= words.LONGEST
        assert not any(c.isspace() for c in word)


@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(text)


@given(ANY, ANY)
def test_whoever_asks_for_a_part_that_begins_a_word_finds_it(before: str, text: str) -> None:
    """The words of a part stand together in those of the whole; the last one at least as the beginning of one."""
    asked, kept = words.asked(text), words.split(f"{before} {text}")
    if asked:
        assert any(
            kept[i : i + len(asked) - 1] == asked[:-1] and kept[i + len(asked) - 1].startswith(asked[-1])
            for i in range(len(kept) - len(asked) + 1)
        )


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), min_size=2, max_size=20), st.data())
def test_any_two_characters_of_a_run_are_found_in_it(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 2))
    assert words.asked(text[at : at + 2])[0] in words.split(text)


def test_a_text_without_end_has_an_end() -> None:
    assert len(words.split("港" * 100_000)) <= words.MOST
    assert len(words.split("word " * 100_000)) <= words.MOST
