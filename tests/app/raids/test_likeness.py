"""What counts as nearly the same, and what never does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

from app.domain.raids.clusters import Clusters
from app.domain.raids.folding import fold
from app.domain.raids.likeness import Likeness, likeness
from ingest.rehearsal.script import conference
from ingest.text.segments import Segment

LONG = "Free coins for the first hundred visitors, claim yours before midnight"
_authors = count(1)


def like(text: str, author: int | None = None, *more: Segment) -> Likeness | None:
    return likeness([{"t": "text", "text": text}, *more], next(_authors) if author is None else author)


def link(href: str) -> Segment:
    return {"t": "link", "text": href, "href": href}


def together(likes: Sequence[Likeness | None]) -> int:
    """How many of them are in the first's cluster."""
    clusters = Clusters()
    for number, one in enumerate(likes, 1):
        clusters.place(number, one)
    return len(clusters.members(1))


@pytest.mark.parametrize(
    "disguised",
    [
        LONG.upper(),
        LONG.replace("e", "é").replace("o", "ö"),
        LONG.replace("a", "а").replace("e", "е").replace("o", "о"),  # Cyrillic
        LONG.replace("e", "3").replace("i", "1").replace("o", "0").replace("s", "$"),
        "\u200b".join(LONG),
        LONG.replace("coins", "c o i n s").replace("midnight", "m.i.d.n.i.g.h.t"),
        LONG.replace("free", "freeeeee").replace("coins", "coinsssss"),
        "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in LONG),  # full width
        LONG + " 🔥🔥 x7f3k",
    ],
)
def test_a_disguise_changes_nothing(disguised: str) -> None:
    assert together([like(LONG), like(disguised)]) == 2


def test_numbers_around_which_a_sentence_stays_do_not_part_it() -> None:
    assert fold("the first 4,667 visitors") == fold("the first 12 visitors")


def test_mentions_and_hashtags_are_dropped_and_of_links_the_host_is_kept() -> None:
    said = likeness(
        [
            {"t": "mention", "text": "@inka"},
            {"t": "text", "text": f" {LONG} @ole #Raid "},
            {"t": "hashtag", "text": "#LOL"},
            link("https://www.coins.example/a1"),
        ],
        1,
    )
    bare = like(LONG)
    assert said and bare and said.values == bare.values
    assert said.hosts == {"coins.example"}


def test_thanks_in_the_same_few_words_stay_the_words_of_many_people() -> None:
    for words in ("Great talk!", "Thank you, that was great", "Danke, super Vortrag!", "素晴らしい講演！", "👏👏👏"):
        assert together([like(words) for _ in range(30)]) == 0, words


def test_the_same_few_words_with_the_same_link_or_by_the_same_author_are_together() -> None:
    assert together([like("look here", None, link(f"https://coins.example/{n}")) for n in range(5)]) == 5
    assert together([like("look here", None, link(f"https://coins{n}.example/")) for n in range(5)]) == 0
    assert together([like("boo", author=7) for _ in range(5)]) == 5


def test_what_is_said_of_two_talks_in_a_similar_way_stays_two_posts() -> None:
    said = (
        "Inka's talk on the harbour hum is on now, and the recordings at night are the best part of it so far",
        "Mara's workshop on knots begins at three in the small room, bring a rope and a bit of patience please",
        "Ole's talk on old ferries was full, so the second one at five is where I shall be with my questions",
    )
    assert together([like(words) for words in said]) == 0


def test_nothing_of_a_whole_good_conference_is_thrown_together() -> None:
    script, clusters = conference(), Clusters()
    unfit = script.unfit_ids()
    good = {line.text for line in script.posts.values() if line.id not in unfit and not line.copy_of}
    for number, text in enumerate(sorted(good), 1):
        clusters.place(number, like(text, number))
    assert len(good) > 400
    assert [n for n in range(1, len(good) + 1) if clusters.of(n)] == []


def test_no_words_are_like_nothing() -> None:
    assert like("🔥🔥🔥") is None and likeness([], 1) is None
