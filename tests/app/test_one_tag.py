"""One tag on both networks: what each makes of what is written, and what an organiser is told."""

from __future__ import annotations

import pytest

from app.domain.event import one_tag
from app.domain.events import check_tags
from app.errors import BadInput

VECTORS = [
    # written, on Mastodon, on Bluesky
    ("HarbourTalks", "HarbourTalks", "HarbourTalks"),
    ("mw2017_s1", "mw2017_s1", "mw2017_s1"),
    ("mw2017·s1", "mw2017·s1", "mw2017·s1"),
    ("Straße", "Straße", "Straße"),
    ("東京デモ", "東京デモ", "東京デモ"),
    ("हिन्दी", "हिन्दी", "हिन्दी"),
    ("حلقة", "حلقة", "حلقة"),
    ("1a", "1a", "1a"),
    ("mw2017-1A", "mw2017", "mw2017-1A"),
    ("mw2017.s1", "mw2017", "mw2017.s1"),
    ("mw2017/s1", "mw2017", "mw2017/s1"),
    ("ev-12", "ev", "ev-12"),
    ("mw2017#s1", "mw2017", "mw2017#s1"),
    ("740", "", ""),
    ("2026", "", ""),
    ("1_2", "1_2", ""),
    ("two words", "two", "two"),
    ("wall\u200bconf", "wall", "wall"),
    ("party🎉", "party", "party🎉"),
    ("end_", "end_", "end"),
    ("x" * 64, "x" * 64, "x" * 64),
    ("x" * 65, "x" * 65, ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("written", "mastodon", "bluesky"), VECTORS)
def test_each_network_reads_a_tag_its_own_way(written: str, mastodon: str, bluesky: str) -> None:
    assert (one_tag.on_mastodon(written), one_tag.on_bluesky(written)) == (mastodon, bluesky)
    works = bool(written) and mastodon == bluesky == written
    assert one_tag.works(written) is works
    assert (one_tag.trouble(written) is None) is works


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("740", "#740 is no hashtag anywhere: it needs a letter. #s740 works."),
        ("ev-12", "Of #ev-12 Mastodon makes #ev and Bluesky #ev-12: two tags. #ev_12 is one on both."),
        ("two words", "#two words is cut off or not seen as a hashtag. #two_words works."),
        ("🎉", "#🎉 does not work as one hashtag: use letters, digits and _."),
        ("x" * 65, f"#{'x' * 65} is too long for a hashtag: at most 64 letters."),
    ],
)
def test_an_organiser_is_told_in_plain_words_and_shown_a_way_out(written: str, told: str) -> None:
    found = one_tag.trouble(written)
    assert found is not None and found.sentence == told


def test_what_is_proposed_works() -> None:
    for written, _, _ in VECTORS:
        assert not (proposed := one_tag.better(written)) or one_tag.works(proposed), written


def test_an_event_takes_no_tag_that_is_two() -> None:
    assert check_tags(["#HarbourTalks", "हिन्दी"]) == ["HarbourTalks", "हिन्दी"]
    with pytest.raises(BadInput, match="#ev_12 is one on both"):
        check_tags(["ev-12"])
