"""How far each tag was read survives as one string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mastodon.cursor import BACKFILL_PAGES, Progress, age, dump, load

DONE = Progress("116000000000000009")
GOING_BACK = Progress("116000000000000009", "116000000000000003", 7)


def test_what_was_stored_is_what_is_read() -> None:
    readers = {"wall": {1, 2}, "küste": {2}}
    stored = dump({"wall": DONE, "küste": GOING_BACK}, readers)
    assert load([stored, stored], readers) == {"wall": DONE, "küste": GOING_BACK}


def test_a_source_that_never_read_a_tag_begins_at_the_beginning() -> None:
    stored = dump({"wall": DONE}, {"wall": {1}})
    assert load([stored, None], {"wall": {1, 2}}) == {}
    assert load([stored, stored], {"wall": {1, 2}}) == {}


def test_a_source_that_left_changes_nothing() -> None:
    stored = dump({"wall": DONE}, {"wall": {1, 2}})
    assert load([stored], {"wall": {1}}) == {"wall": DONE}


def test_of_two_cursors_the_one_that_got_less_far_counts() -> None:
    ahead, behind = (dump({"wall": Progress(newest)}, {"wall": {1}}) for newest in ("12", "9"))
    assert load([ahead, behind], {"wall": {1}}) == {"wall": Progress("9")}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("9", "10"),
        ("116000000000000001", "116000000000000002"),
        ("01M803DTQQM63CKC5SKZNZP86F", "01M803DVV795N97RRY5MAT8K9W"),
        ("999", "116000000000000001"),
        ("AfPq8z9v1C5bqA", "AfPq8z9v1C5bqB"),
    ],
)
def test_ids_of_every_server_grow_with_time(earlier: str, later: str) -> None:
    assert age(earlier) < age(later)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "nonsense",
        "[]",
        "7",
        '{"wall": null}',
        '{"wall": {"newest": "1"}}',
        '{"wall": {"newest": null, "for": [1]}}',
        '{"wall": {"newest": "1", "for": "1"}}',
        '{"wall": {"newest": "1 2", "for": [1]}}',
    ],
)
def test_a_cursor_that_cannot_be_read_is_none(stored: str | None) -> None:
    assert load([stored], {"wall": {1}}) == {}


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_no_cursor_makes_it_raise(entry: object) -> None:
    import json

    load([json.dumps({"wall": entry})], {"wall": {1}})


def test_the_past_ends_somewhere() -> None:
    stored = dump({"wall": Progress("9", "3", 10**9)}, {"wall": {1}})
    assert load([stored], {"wall": {1}})["wall"].pages == BACKFILL_PAGES
