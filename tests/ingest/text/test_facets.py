"""Facets: real ones from captures, and every way in which strangers get them wrong."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import clean
from ingest.text.facets import MAX_FACETS, mentioned, segments, tagged
from ingest.text.segments import plain

CAPTURES = Path(__file__).parents[2] / "fixtures" / "bluesky"
POSTS = json.loads((CAPTURES / "appview.getPosts.all_variants.json").read_text())["posts"]


def facet(start: Any, end: Any, **feature: Any) -> dict[str, Any]:
    kind = "link" if "uri" in feature else "mention" if "did" in feature else "tag"
    return {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }


def test_a_captured_post_with_emoji_umlauts_mention_tag_and_link_comes_out_whole() -> None:
    record = next(p["record"] for p in POSTS if "Grüße" in p["record"]["text"])
    assert segments(record["text"], record["facets"]) == (
        {"t": "text", "text": "Grüße 🎉👩‍👩‍👧 aus Köln, toller Talk von "},
        {"t": "mention", "text": "@alice.test", "href": "https://bsky.app/profile/did:plc:x56qx7w5dj6jbpb2jaiq5ppe"},
        {"t": "text", "text": " "},
        {"t": "hashtag", "text": "#wallconf", "tag": "wallconf", "href": "https://bsky.app/hashtag/wallconf"},
        {"t": "text", "text": "! "},
        {"t": "link", "text": "https://example.org/talks/42", "href": "https://example.org/talks/42"},
    )


def test_a_hashtag_leads_to_the_tag_as_it_was_written_and_is_named_as_we_compare_it() -> None:
    text = "着 ＃ウォール"
    assert segments(text, [facet(4, 19, tag="ウォール")])[1] == {
        "t": "hashtag",
        "text": "＃ウォール",
        "tag": "ウォール",
        "href": "https://bsky.app/hashtag/%E3%82%A6%E3%82%A9%E3%83%BC%E3%83%AB",
    }


def test_facets_are_taken_in_the_order_of_the_text_and_the_first_of_two_that_overlap_wins() -> None:
    given_facets = [
        facet(6, 11, tag="world"),
        facet(0, 5, tag="hello"),
        facet(3, 8, tag="overlap"),
        facet(6, 11, tag="x"),
    ]
    kinds = [(s["t"], s.get("tag")) for s in segments("hello world", given_facets)]
    assert kinds == [("hashtag", "hello"), ("text", None), ("hashtag", "world")]


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 2), (0, 9999), (5, 5), (4, 2), (1, 3), (0, 1), ("0", 2), (0.0, 2), (None, None), (True, 2), (2**70, 2**71)],
)
def test_a_facet_that_is_out_of_range_or_splits_a_character_is_left_out(start: Any, end: Any) -> None:
    assert segments("ä#b", [facet(start, end, tag="b")]) == ({"t": "text", "text": "ä#b"},)


@pytest.mark.parametrize(
    "uri",
    ["javascript:alert(1)", "data:text/html,x", "https:evil", "//host/x", "https://user@host/", "http://", 7, None],
)
def test_words_of_a_link_that_leads_nowhere_stay_as_words(uri: Any) -> None:
    assert segments("click here", [facet(0, 5, uri=uri)]) == ({"t": "text", "text": "click here"},)


@pytest.mark.parametrize(
    ("words", "uri", "shown"),
    [
        ("bank.example", "https://evil.example/x", "bank.example [evil.example]"),
        ("https://bank.example/login", "https://evil.example/", "https://bank.example/login [evil.example]"),
        ("bank.example/lo...", "https://bank.example/login", "bank.example/lo..."),
        ("www.bank.example", "https://bank.example", "www.bank.example"),
        ("bank.example", "https://my.bank.example", "bank.example"),
        ("my slides", "https://elsewhere.example", "my slides"),
    ],
)
def test_a_link_that_shows_another_host_than_its_own_is_told(words: str, uri: str, shown: str) -> None:
    assert segments(words, [facet(0, len(words), uri=uri)])[0].get("text") == shown


def test_line_ends_become_breaks_also_inside_a_facet() -> None:
    parts = segments("one\r\n\n\n\ntwo three", [facet(8, 17, uri="https://a.example/")])
    assert [s["t"] for s in parts] == ["text", "break", "break", "link"]
    inside = segments("a\nb", [facet(0, 3, uri="https://a.example/")])
    assert [s.get("text") for s in inside] == ["a", None, "b"]


def test_a_facet_with_an_unknown_feature_takes_the_first_it_knows() -> None:
    both = facet(0, 2, tag="x")
    both["features"].insert(0, {"$type": "app.example#poll"})
    assert segments("#x", [both])[0]["t"] == "hashtag"


def test_the_garbage_of_a_captured_record_does_no_harm() -> None:
    lines = (CAPTURES / "jetstream_v1.REAL.recreate_garbage.jsonl").read_text().splitlines()
    record = json.loads(lines[-1])["commit"]["record"]
    assert segments(record["text"], record["facets"]) == ({"t": "text", "text": record["text"]},)


def test_ten_thousand_facets_are_looked_at_only_as_far_as_a_post_can_have_them() -> None:
    text = "#a " * 1000
    parts = segments(text, [facet(i * 3, i * 3 + 2, tag="a") for i in range(1000)] * 10)
    assert sum(s["t"] == "hashtag" for s in parts) == MAX_FACETS
    assert plain(parts) == text.strip()


def test_tags_and_mentions_can_be_read_off_even_where_the_facet_points_nowhere() -> None:
    given_facets = [facet(0, 9999, tag="WallConf"), facet(0, 1, did="did:plc:abc"), facet(0, 1, did="nobody"), None, 3]
    assert tagged(given_facets) == ["WallConf"]
    assert mentioned(given_facets) == ("did:plc:abc",)
    assert tagged("nonsense") == [] and mentioned(None) == ()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
offset = st.integers(-3, 40) | anything
feature = st.one_of(
    st.builds(lambda v: {"$type": "app.bsky.richtext.facet#tag", "tag": v}, st.text(max_size=5) | anything),
    st.builds(lambda v: {"$type": "app.bsky.richtext.facet#link", "uri": v}, st.just("https://a.example") | anything),
    st.builds(lambda v: {"$type": "app.bsky.richtext.facet#mention", "did": v}, st.just("did:plc:a") | anything),
    anything,
)
wild = st.builds(
    lambda s, e, f: {"index": {"byteStart": s, "byteEnd": e}, "features": f},
    offset,
    offset,
    st.lists(feature, max_size=2),
)


@given(st.text(max_size=40), st.lists(wild | anything, max_size=6) | anything)
def test_no_facets_raise_and_none_lose_a_word(text: str, given_facets: Any) -> None:
    parts = segments(text, given_facets)
    tagged(given_facets), mentioned(given_facets)
    words = [s.get("text", "") for s in parts if s["t"] != "break"]
    assert all(words)
    shown = "".join(words).replace(" [a.example]", "")
    assert letters(shown) == letters(clean.scrub(text))


def letters(text: str) -> str:
    """Comparable across cuts: composing and joining marks may differ where a facet begins."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if c.isalnum())
