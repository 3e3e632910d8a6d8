"""A Mastodon timeline's pages, as the real one cuts them."""

from __future__ import annotations

import pytest

from ingest.rehearsal.paging import link_header, page

IDS = [str(number) for number in range(101, 110)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "3"}, ["109", "108", "107"]),
        ({"limit": "2", "max_id": "105"}, ["104", "103"]),
        ({"limit": "2", "since_id": "103"}, ["109", "108"]),
        ({"limit": "2", "min_id": "103"}, ["105", "104"]),
        ({"limit": "2", "min_id": "103", "since_id": "107"}, ["105", "104"]),
        ({"limit": "3", "min_id": "102", "max_id": "105"}, ["104", "103"]),
        ({"min_id": "109"}, []),
        ({"limit": "2", "max_id": "0"}, []),
        ({"limit": "2", "since_id": "x"}, ["109", "108"]),
    ],
)
def test_since_id_leaves_holes_and_min_id_does_not(query: dict[str, str], expected: list[str]) -> None:
    assert page(IDS, query) == expected


def test_ids_are_compared_as_numbers() -> None:
    assert page(["9", "10"], {}) == ["10", "9"]


def test_a_page_holds_twenty_unless_told_and_never_more_than_forty() -> None:
    many = [str(number) for number in range(100)]
    assert [len(page(many, query)) for query in ({}, {"limit": "99"}, {"limit": "-1"}, {"limit": "x"})] == [
        20,
        40,
        20,
        20,
    ]


def test_an_empty_page_has_no_link() -> None:
    assert link_header("http://x", {}, []) == {}


def test_links_forget_the_other_tags() -> None:
    header = link_header("http://x", {"limit": "2", "any[]": "ht_s1"}, ["9", "8"])["Link"]
    assert header == '<http://x?limit=2&max_id=8>; rel="next", <http://x?limit=2&min_id=9>; rel="prev"'
