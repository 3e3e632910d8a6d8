"""A sweep repeats nothing and undoes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.mastodon.memory import _SIZE, Memory
from ingest.types import IncomingDeletion, IncomingPost
from tests.ingest.mastodon.captures import HERE, NOW, parsed, synthetic


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def memory() -> Memory:
    return Memory(Ticks())


POST = parsed(synthetic("plain"))
EDIT = parsed(synthetic("edited"))


def test_a_post_is_news_once(memory: Memory) -> None:
    assert memory.news(POST, memory.clock())
    memory.handed(POST)
    assert not memory.news(POST, memory.clock())
    assert not memory.news(replace(POST, backfilled=True), memory.clock())
    assert memory.news(EDIT, memory.clock())


@pytest.mark.parametrize("change", [{"card": None}, {"tags": frozenset(("x",))}, {"public": False}, {"lang": "de"}])
def test_whatever_changes_is_news(memory: Memory, change: dict[str, object]) -> None:
    memory.handed(POST)
    assert memory.news(replace(POST, **change), memory.clock())  # type: ignore[arg-type]


def test_an_answer_does_not_undo_what_the_stream_said_meanwhile(memory: Memory) -> None:
    asked_at = memory.clock()
    memory.told_live(EDIT)
    assert not memory.news(POST, asked_at)
    assert memory.news(POST, memory.clock())


def test_a_cache_does_not_bring_back_words_from_before_an_edit(memory: Memory) -> None:
    memory.handed(EDIT)
    assert not memory.news(POST, memory.clock())
    assert EDIT.edited_at is not None
    assert memory.news(replace(EDIT, edited_at=EDIT.edited_at + timedelta(seconds=1)), memory.clock())


def test_a_cache_does_not_bring_back_what_was_deleted(memory: Memory) -> None:
    memory.handed(IncomingDeletion(POST.address))
    assert not memory.news(POST, memory.clock())


def test_a_skip_counts_once(memory: Memory) -> None:
    assert [memory.first_skip("7"), memory.first_skip("7"), memory.first_skip("8")] == [True, False, True]


def test_it_forgets_the_oldest_and_stays_small(memory: Memory) -> None:
    def numbered(n: int) -> IncomingPost:
        return replace(POST, address=HERE.address(str(n)), posted_at=NOW)

    for n in range(_SIZE + 10):
        memory.handed(numbered(n))
    assert memory.news(numbered(0), memory.clock())
    assert not memory.news(numbered(_SIZE), memory.clock())
