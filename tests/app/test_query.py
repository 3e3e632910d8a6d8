"""What is typed into the search field always means something, or nothing; it never breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.strand.query import READ, TERMS, Term, parse


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("ferry late", [Term(("ferry",)), Term(("late",))]),
        ('"the ferry" late', [Term(("the", "ferry")), Term(("late",))]),
        ("„die Fähre“", [Term(("die", "fahre"))]),
        ("-ferry tide", [Term(("ferry",), without=True), Term(("tide",))]),
        ('-"the ferry"', [Term(("the", "ferry"), without=True)]),
        ("tid*", [Term(("tid",), begins=True)]),
        ("t*", [Term(("t",))]),  # half of all words begin so
        ("#HarbourTalks", [Term(("harbourtalks",))]),
        ("open_data", [Term(("open", "data"))]),
        ("@inka@kueste.example", [Term(("inka", "kueste", "example"))]),
        ("港", [Term(("港",), begins=True)]),
        ("港町", [Term(("港町",))]),
        ('"no end', [Term(("no", "end"))]),
        ("AND OR NOT NEAR(a, b)", [Term((w,)) for w in ("and", "or", "not")] + [Term(("near", "a")), Term(("b",))]),
        ("a-b", [Term(("a", "b"))]),
        ("'); DROP TABLE post; --", [Term(("drop",)), Term(("table",)), Term(("post",))]),
        ("words : x ^y {z}", [Term(("words",)), Term(("x",)), Term(("y",)), Term(("z",))]),
        ("& | ! <-> () ' \\ :* \0 - -- \" \"\" *", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_query_is_its_words(typed: str, terms: list[Term]) -> None:
    assert parse(typed) == terms


def test_nobody_looks_for_more_than_this() -> None:
    assert len(parse("word " * 10_000)) == TERMS
    assert parse(" " * READ + "ferry") == []
    assert len(parse("港" * 10_000)[0].words) < 100


@given(st.text(max_size=200))
def test_no_query_breaks(typed: str) -> None:
    for term in parse(typed):
        assert term.words
        assert all(term.words)
