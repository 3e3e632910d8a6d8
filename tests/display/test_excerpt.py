"""The first words of something longer."""

from __future__ import annotations

import time

import pytest

from display.excerpt import excerpt


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("The ferry is late.", 40, "The ferry is late."),
        ("The ferry\n\nis   late", 40, "The ferry is late"),
        ("The ferry that reads, and who reads on it", 22, "The ferry that reads…"),
        ("The ferry is late. #HarbourTalks #ht_s2", 40, "The ferry is late."),
        ("#HarbourTalks is on. #ht_s2", 40, "#HarbourTalks is on."),
        ("#HarbourTalks #ht_s2", 40, "#HarbourTalks #ht_s2"),
        ("子どもたちが自分で描いた港の地図を、船の本棚に", 10, "子どもたちが自分で…"),
        ("Donaudampfschifffahrtselektrizitäten", 12, "Donaudampfs…"),
        ("", 10, ""),
    ],
)
def test_it_ends_at_a_whole_word_and_leaves_the_tags_below_the_words_out(text: str, most: int, wanted: str) -> None:
    assert excerpt(text, most) == wanted


def test_nothing_that_is_typed_makes_it_slow() -> None:
    begun = time.process_time()
    excerpt("#a " * 100_000 + "!", 80)
    excerpt(" " * 100_000 + "#" * 100_000, 80)
    assert time.process_time() - begun < 1
