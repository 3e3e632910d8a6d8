"""What a server still lets us ask: one count for all tags and readers, lowered by what the server says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.mastodon.allowance import Allowance, allowance
from ingest.mastodon.limits import remaining
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import QUICK, reading
from tests.ingest.mastodon.server import TOKEN, FakeMastodon

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ahead(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize(
    ("left", "reset", "told"),
    [
        ("17", ahead(60), (17, 60)),
        (" 0 ", ahead(60), (0, 60)),
        ("17", "60", (17, 60)),
        ("17", str(int(NOW.timestamp()) + 60), (17, 60)),
        ("17", ahead(-60), None),  # a window that has ended says nothing
        ("17", "soon", None),
        ("17", "", None),
        ("many", ahead(60), None),
        ("-1", ahead(60), None),
        ("", ahead(60), None),
        ("9" * 9, ahead(60), None),
    ],
)
def test_what_the_server_says_is_left_counts_until_its_window_ends(
    left: str, reset: str, told: tuple[int, float] | None
) -> None:
    assert remaining({"x-ratelimit-remaining": left, "x-ratelimit-reset": reset}, NOW) == told


def test_the_smaller_of_the_two_counts_is_what_is_left() -> None:
    now = [1000.0]
    budget = Allowance(10, lambda: now[0])
    assert budget.left() == 10
    budget.take(paged=True)
    assert budget.left() == 9
    budget.heard({"x-ratelimit-remaining": "3", "x-ratelimit-reset": ahead(60)}, NOW)
    assert (budget.left(), budget.spare()) == (3, 9)
    now[0] += 61
    assert budget.left() == 9


def test_after_a_429_nothing_is_left_until_it_ends() -> None:
    now = [1000.0]
    budget = Allowance(10, lambda: now[0])
    assert budget.refused({"retry-after": "30"}, NOW) == 30
    assert (budget.left(), budget.wait(paged=False)) == (0, 30)
    now[0] += 30
    assert (budget.left(), budget.wait(paged=False)) == (10, 0)


def test_one_server_and_account_have_one_allowance() -> None:
    assert allowance("https://a.example", "t", 280) is allowance("https://a.example", "t", 280)
    assert allowance("https://a.example", "t", 280) is not allowance("https://a.example", None, 280)
    assert allowance("https://a.example", "t", 280) is not allowance("https://b.example", "t", 280)


async def test_a_reader_that_begins_anew_goes_on_counting_for_all_its_tags(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "x", "wall", "küste")
    house = ListHouse([mastodon.source("wall", "küste", token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts and house.states)
    before = allowance(mastodon.server.base, TOKEN, QUICK.requests).left()
    assert before <= QUICK.requests - 3
    house.configured = [mastodon.source("wall", token=TOKEN)]
    async with reading(house):
        await house.until(lambda: len(house.states) > 2 and house.state.budget is not None)
    assert allowance(mastodon.server.base, TOKEN, QUICK.requests).left() < before
    assert house.state.budget is not None
    assert house.state.budget <= before
