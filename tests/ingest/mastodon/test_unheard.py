"""A stream obeys its account; what it leaves out is found by asking, and the organiser is told why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.mastodon import unheard as module
from ingest.mastodon.memory import Memory
from ingest.mastodon.unheard import Unheard
from ingest.types import IncomingPost, Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.captures import changed, parsed
from tests.ingest.mastodon.conftest import reading
from tests.ingest.mastodon.server import TOKEN, FakeMastodon

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def said(n: int, minutes_ago: float = 1, **fields: Any) -> IncomingPost:
    at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    return parsed(changed(id=str(n), uri=f"https://wall.example/users/ada/statuses/{n}", created_at=at, **fields))


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def unheard(memory: Memory) -> Unheard:
    now = [NOW - timedelta(hours=8)]
    unheard = Unheard(memory, lambda: now[0])
    unheard.begins()
    now[0] = NOW
    return unheard


def test_three_posts_that_only_asking_found_are_enough(unheard: Unheard) -> None:
    for n in range(3):
        assert unheard.settle(0) == 0
        unheard.found(said(n))
    assert unheard.settle(0) == 3
    assert unheard.deaf.is_set()


def test_what_the_stream_told_meanwhile_was_only_on_its_way(unheard: Unheard, memory: Memory) -> None:
    for n in range(5):
        unheard.found(said(n))
        memory.told_live(said(n))
    assert unheard.settle(0) == 0


def test_a_stream_that_tells_some_is_not_deaf(unheard: Unheard) -> None:
    for n in range(5):
        unheard.found(said(n))
    assert unheard.settle(1) == 5
    assert not unheard.deaf.is_set()


@pytest.mark.parametrize(
    "post",
    [
        said(1, minutes_ago=7 * 60),  # more than six hours on its way: streamed nowhere
        said(1, minutes_ago=9 * 60),  # from before the stream began
        said(1, minutes_ago=-5),  # by a clock that runs ahead
        said(1, edited_at="2026-11-21T11:59:30.000Z"),  # an edit may have added the tag
    ],
)
def test_what_no_stream_would_have_told_does_not_count(unheard: Unheard, post: IncomingPost) -> None:
    for _ in range(5):
        unheard.found(post)
        unheard.settle(0)
    assert unheard.missed == 0


def test_without_an_open_stream_nothing_is_missed(unheard: Unheard) -> None:
    unheard.ends()
    for n in range(5):
        unheard.found(said(n))
    assert unheard.settle(0) == 0


async def test_mastodon_c2_an_account_whose_stream_leaves_posts_out_is_told(
    mastodon: FakeMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Languages chosen, people muted: REST has those posts, the stream does not."""
    monkeypatch.setattr(module, "_SKEW", timedelta(0))
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        mastodon.say(1, "heard", live=True, created_at=datetime.now(UTC).isoformat())
        for n in range(2, 6):
            mastodon.say(n, f"unheard {n}", created_at=datetime.now(UTC).isoformat())
        await house.until(lambda: "should have chosen no languages" in house.state.reason)
    assert house.state.mode is Mode.STREAM
    assert len(house.posts) == 5
