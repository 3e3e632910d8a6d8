"""What a round of asking finds that no stream told: late arrivals, edits, deletions; and nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from ingest.types import Address, IncomingDeletion, Network
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import reply


async def test_mastodon_c10_a_post_that_arrives_late_below_the_cursor_is_found(mastodon: FakeMastodon) -> None:
    mastodon.say(10, "ten")
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.say(5, "late")
        await house.until(lambda: len(house.posts) == 2)
    assert words(house) == {"ten", "late"}


async def test_an_edit_is_found_by_asking(mastodon: FakeMastodon) -> None:
    local_id = mastodon.say(1, "wrong")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>right</p>")
        await house.until(lambda: words(house) == {"right"})


async def test_an_edit_that_drops_the_tag_is_found_by_its_absence(mastodon: FakeMastodon) -> None:
    local_id = mastodon.say(1, "tagged")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>untagged</p>", tags=())
        await house.until(lambda: words(house) == {"untagged"})
    (post,) = house.posts.values()
    assert post.tags == frozenset()


async def test_what_no_list_has_any_more_is_asked_for_once_and_then_when_it_is_its_turn(mastodon: FakeMastodon) -> None:
    local_id = mastodon.say(1, "tagged")
    house = ListHouse([mastodon.source()])
    house.waiting = []
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>untagged</p>", tags=())
        await house.until(lambda: words(house) == {"untagged"})
        rounds = len(mastodon.asked)
        await mastodon.until(lambda: len(mastodon.asked) > rounds + 12)
        assert mastodon.asked_statuses == [local_id]
        house.waiting = None
        await mastodon.until(lambda: len(mastodon.asked_statuses) > 1)


async def test_a_post_made_private_is_told_as_such(mastodon: FakeMastodon) -> None:
    local_id = mastodon.say(1)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.statuses[local_id] |= {"visibility": "private", "tags": []}
        await house.until(lambda: not next(iter(house.posts.values())).public)


async def test_a_deletion_is_found_by_absence_and_asked_for(mastodon: FakeMastodon) -> None:
    gone, stays = mastodon.say(1, "gone"), mastodon.say(2, "stays")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 2)
        mastodon.delete(gone)
        await house.until(lambda: house.deleted)
    assert words(house) == {"stays"}
    assert house.deleted == [
        IncomingDeletion(
            Address(Network.MASTODON, mastodon.server.base.removeprefix("http://"), gone),
            "https://wall.example/users/ada/statuses/1",
        )
    ]
    assert stays not in mastodon.asked_statuses


async def test_a_post_too_old_for_the_list_is_still_looked_after(mastodon: FakeMastodon) -> None:
    first = mastodon.say(0)
    for n in range(1, 131):
        mastodon.say(n)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 131)
        mastodon.delete(first)
        await house.until(lambda: house.deleted)
    assert house.deleted[0].uri == "https://wall.example/users/ada/statuses/0"


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<h1>404</h1>", "404 Not Found", content_type="text/html"),  # something in between, not the server
        reply(b"{}", "401 Unauthorized", content_type="application/json"),
        reply(b"{}", "403 Forbidden", content_type="application/json"),
        reply(b"null", content_type="application/json"),
    ],
)
async def test_mastodon_c5_only_the_server_itself_can_say_that_a_post_is_gone(
    mastodon: FakeMastodon, answer: bytes
) -> None:
    local_id = mastodon.say(1)
    house = ListHouse([mastodon.source()])
    asked = asyncio.Event()

    def override(path: str) -> bytes | None:
        if not path.startswith("/api/v1/statuses/"):
            return None
        asked.set()
        return answer

    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.override = override
        mastodon.delete(local_id)
        await asyncio.wait_for(asked.wait(), 10)
        mastodon.say(2)  # the rounds go on
        await house.until(lambda: len(house.posts) == 2)
    assert not house.deleted


async def test_nothing_is_handed_over_twice(mastodon: FakeMastodon) -> None:
    for n in range(3):
        mastodon.say(n)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        mastodon.say(3, live=True)
        await house.until(lambda: len(house.posts) == 4)
        rounds = len(mastodon.asked)
        async with asyncio.timeout(10):
            while len(mastodon.asked) < rounds + 6:
                await asyncio.sleep(0)
    assert len(house.history) == 4


async def test_mastodon_c10_the_link_header_is_not_followed(mastodon: FakeMastodon) -> None:
    """It forgets any[], all[], none[] and remote: the addresses are our own."""
    import json

    statuses = [mastodon.statuses[mastodon.say(n, f"n{n}")] for n in range(40)]
    elsewhere = f'<{mastodon.server.base}/elsewhere?max_id=1>; rel="next", <{mastodon.server.base}/trap>; rel="prev"'
    page = reply(json.dumps(statuses[::-1]).encode(), content_type="application/json", link=elsewhere)
    told = [page]
    mastodon.override = lambda path: told.pop() if "timelines" in path and told else None
    mastodon.say(41, "later")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: "later" in words(house))
    assert told == []
    assert not any("elsewhere" in path or "trap" in path for path in mastodon.asked)
    assert mastodon.pages("max_id")
