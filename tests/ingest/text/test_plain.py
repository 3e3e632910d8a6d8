"""Typed words become segments: lines, links, hashtags, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.plain import segments
from ingest.text.segments import plain


def kinds(typed: str) -> list[tuple[str, str]]:
    return [(s["t"], s.get("text", "")) for s in segments(typed)]


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("see https://e.example/a.", "https://e.example/a"),
        ("(https://e.example/a)", "https://e.example/a"),
        ("https://e.example/a_(b)", "https://e.example/a_(b)"),
        ("https://e.example/a_(b).", "https://e.example/a_(b)"),
        ("<https://e.example/>", "https://e.example/"),
        ("„https://e.example/“", "https://e.example/"),
        ("HTTPS://E.example/x?a=1&b=2#c", "HTTPS://E.example/x?a=1&b=2#c"),
        ("look:http://e.example!", "http://e.example"),
    ],
)
def test_a_written_address_is_a_link_without_the_sentence_around_it(typed: str, link: str) -> None:
    assert ("link", link) in kinds(typed)
    assert plain(segments(typed)) == typed.strip()


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "https://", "http://[x", "ftp://e.example", "https://a@b.example/"]
)
def test_anything_else_stays_words(typed: str) -> None:
    assert kinds(typed) == [("text", typed)]


def test_hashtags_are_marked_as_they_are_read() -> None:
    assert [s for s in segments("#HarbourTalks, (#ht_s1)! #2026 a#b") if s["t"] == "hashtag"] == [
        {"t": "hashtag", "text": "#HarbourTalks", "tag": "harbourtalks"},
        {"t": "hashtag", "text": "#ht_s1", "tag": "ht_s1"},
    ]


def test_a_typed_handle_stays_words() -> None:
    assert kinds("@ada@wall.example hello") == [("text", "@ada@wall.example hello")]


def test_lines_and_paragraphs_are_kept_and_no_more_than_that() -> None:
    assert plain(segments("  a \r\nb\n\n\n\n\nc  \n")) == "a\nb\n\nc"


def test_markup_is_only_words() -> None:
    assert kinds("<b>x</b> &amp;") == [("text", "<b>x</b> &amp;")]


def test_there_are_no_more_than_fifty_links() -> None:
    typed = "https://e.example " * 40 + "\n" + "https://e.example " * 40
    assert sum(kind == "link" for kind, _ in kinds(typed)) == 50


def test_nothing_typed_is_nothing() -> None:
    assert segments(" \n \u202e ") == ()


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_taken(typed: str) -> None:
    plain(segments(typed)).encode()
