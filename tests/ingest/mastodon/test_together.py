"""Several tags in one request, where the server has shown that it understands; one request each where it has not."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import reading, words
from tests.ingest.mastodon.server import FakeMastodon

TAGS = ("one", "two", "three", "four", "five")


def together(mastodon: FakeMastodon) -> list[list[str]]:
    """The tags that were asked for beside the first, per request."""
    queries = (parse_qs(urlsplit(request.path).query) for request in mastodon.server.asked)
    return [query["any[]"] for query in queries if "any[]" in query]


def timelines(mastodon: FakeMastodon) -> list[str]:
    return [path.rpartition("/")[2] for path in mastodon.asked if "/timelines/tag/" in path]


async def test_four_tags_go_into_one_request_once_the_server_has_shown_that_it_understands(
    mastodon: FakeMastodon,
) -> None:
    for n, tag in enumerate(TAGS):
        mastodon.say(n, tag, tag)
    house = ListHouse([mastodon.source(*TAGS)])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 5)
        await mastodon.until(lambda: len(together(mastodon)) >= 3)
        mastodon.server.asked.clear()
        for n, tag in enumerate(TAGS):
            mastodon.say(n + 10, f"{tag} again", tag)
        await house.until(lambda: len(house.posts) == 10)
    assert {len(others) for others in together(mastodon)} == {3}  # four, with the one in the path
    assert set(timelines(mastodon)) == {"one", "five"}


async def test_a_server_that_passes_over_what_it_does_not_know_is_asked_tag_by_tag(mastodon: FakeMastodon) -> None:
    mastodon.any_of = False
    for n, tag in enumerate(TAGS):
        mastodon.say(n, tag, tag)
    house = ListHouse([mastodon.source(*TAGS)])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 5)
        for n, tag in enumerate(TAGS):
            mastodon.say(n + 10, f"{tag} again", tag)
        await house.until(lambda: len(house.posts) == 10)
    assert len(together(mastodon)) == 1  # asked once, and not believed
    assert set(timelines(mastodon)) == set(TAGS)


async def test_nothing_can_be_shown_where_every_post_has_every_tag(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "both", "one", "two")
    house = ListHouse([mastodon.source("one", "two")])
    async with reading(house):
        await mastodon.until(lambda: Counter(timelines(mastodon))["two"] >= 3)
    assert together(mastodon) == []


@pytest.mark.parametrize("any_of", [True, False])
async def test_a_gap_is_caught_up_without_a_hole_whichever_way_tags_are_asked_for(
    mastodon: FakeMastodon, any_of: bool
) -> None:
    mastodon.any_of = any_of
    for n, tag in enumerate(("one", "two")):
        mastodon.say(n, tag, tag)
    house = ListHouse([mastodon.source("one", "two")])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 2)
        await mastodon.until(lambda: Counter(timelines(mastodon))["one"] >= 3)
        said = {mastodon.say(n, f"n{n}", ("one", "two")[n % 2]) for n in range(10, 210)}
        await house.until(lambda: len(house.posts) == 2 + len(said))
    assert {f"n{n}" for n in range(10, 210)} <= words(house)


async def test_a_tag_that_joins_later_is_first_read_alone_with_its_past(mastodon: FakeMastodon) -> None:
    for n in range(90):
        mastodon.say(n, f"n{n}", ("one", "two", "three")[n % 3])
    house = ListHouse([mastodon.source("one", "two")])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 60)
        await mastodon.until(lambda: together(mastodon))
    house.configured = [mastodon.source("one", "two", "three")]
    async with reading(house):
        await house.until(lambda: len(house.posts) == 90)
