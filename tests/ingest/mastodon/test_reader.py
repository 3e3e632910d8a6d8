"""Reading a server that streams, or polls, or fails: nothing is lost or doubled, and it is said how it goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ingest.http import Guard
from ingest.mastodon.reader import Reader
from ingest.text.segments import plain
from ingest.types import IncomingDeletion, Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import reply


def words(house: ListHouse) -> set[str]:
    return {plain(post.segments).partition(" #")[0] for post in house.posts.values()}


async def test_without_a_token_it_polls_and_says_why(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "first")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.say(2, "second")
        await house.until(lambda: len(house.posts) == 2)
    assert words(house) == {"first", "second"}
    assert all(post.backfilled for post in house.history)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, True)
    assert house.state.reason.endswith("needs an access token for its live stream.")


async def test_with_a_token_it_hears_posts_as_they_are_said(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        mastodon.say(1, "live", live=True)
        await house.until(lambda: house.posts)
    assert not house.history[0].backfilled
    assert (house.state.ok, house.state.reason) == (True, "Live: new posts arrive within a second.")


async def test_it_listens_before_it_asks(mastodon: FakeMastodon) -> None:
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts)
    asked = mastodon.asked
    assert asked.index("/api/v1/streaming/hashtag") < asked.index("/api/v1/timelines/tag/wall")


async def test_every_tag_has_a_stream_and_all_feed_one_reader(mastodon: FakeMastodon) -> None:
    house = ListHouse(
        [mastodon.source("wall", "küste", token=TOKEN), mastodon.source("wall", "third", id=2)],
    )
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming(3)
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        for n, tag in enumerate(("wall", "küste", "third")):
            mastodon.say(n, tag, tag, live=True)
        await house.until(lambda: len(house.posts) == 3)
    assert {tag for tag, _ in mastodon.streams} == {"wall", "küste", "third"}
    assert {batch.upstream for batch in house.batches} == {mastodon.server.base}


async def test_what_was_said_while_we_were_away_is_caught_up_without_a_hole(mastodon: FakeMastodon) -> None:
    mastodon.say(0)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
    for n in range(1, 131):
        mastodon.say(n, f"n{n}")
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) == 131)
    assert mastodon.pages("min_id")
    assert max(len(batch.items) for batch in house.batches) <= 100


async def test_a_gap_survives_a_kill_in_the_middle_of_catching_up(mastodon: FakeMastodon) -> None:
    mastodon.say(0)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
    for n in range(1, 131):
        mastodon.say(n)
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) > 41)  # the newest page and a piece of the gap
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) == 131)


async def test_a_post_that_arrives_late_below_the_cursor_is_found(mastodon: FakeMastodon) -> None:
    mastodon.say(10, "ten")
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.say(5, "late")
        await house.until(lambda: len(house.posts) == 2)
    assert words(house) == {"ten", "late"}


async def test_an_edit_is_heard_live(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "wrong", live=True)
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>right</p>", live=True)
        await house.until(lambda: words(house) == {"right"})
    assert len({post.version for post in house.history}) == 2


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


async def test_a_post_made_private_is_told_as_such(mastodon: FakeMastodon) -> None:
    local_id = mastodon.say(1)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.statuses[local_id] |= {"visibility": "private", "tags": []}
        await house.until(lambda: not next(iter(house.posts.values())).public)


async def test_a_deletion_is_heard_live_and_may_come_first(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1)
        mastodon.send(f"event: delete\ndata: {local_id}\n\n".encode())
        mastodon.tell("update", local_id)
        mastodon.say(2, "other", live=True)
        await house.until(lambda: house.posts)
    assert house.deleted[0].may_precede
    assert words(house) == {"other"}


async def test_a_deletion_is_found_by_absence_and_asked_for(mastodon: FakeMastodon) -> None:
    gone, stays = mastodon.say(1, "gone"), mastodon.say(2, "stays")
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 2)
        mastodon.delete(gone)
        await house.until(lambda: house.deleted)
    assert words(house) == {"stays"}
    assert house.deleted == [
        IncomingDeletion(mastodon_address(mastodon, gone), "https://wall.example/users/ada/statuses/1")
    ]
    assert stays not in mastodon.asked_statuses


def mastodon_address(mastodon: FakeMastodon, local_id: str):  # type: ignore[no-untyped-def]
    from ingest.types import Address, Network

    return Address(Network.MASTODON, mastodon.server.base.removeprefix("http://"), local_id)


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
async def test_only_the_server_itself_can_say_that_a_post_is_gone(mastodon: FakeMastodon, answer: bytes) -> None:
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


async def test_a_stream_that_ends_is_opened_again_and_the_gap_is_read(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        mastodon.end_streams()
        mastodon.say(1, "unheard")
        await house.until(lambda: words(house) == {"unheard"})
        await mastodon.until_streaming()
        mastodon.say(2, "heard", live=True)
        await house.until(lambda: words(house) == {"unheard", "heard"})
        await house.until(lambda: house.state.mode is Mode.STREAM)
    assert any(not state.ok and "the live stream broke" in state.reason.lower() for _, state in house.states)


async def test_a_stream_that_falls_silent_is_given_up_and_opened_again(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, replace(NEVER_AGAIN, idle=0.05)):
        await mastodon.until_streaming(2)
    assert any("did not answer in time" in state.reason for _, state in house.states)


async def test_a_killed_token_ends_streaming_and_what_everybody_may_read_is_read_on(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        mastodon.token = None
        mastodon.end_streams()
        mastodon.say(1, "anonymous")
        await house.until(lambda: house.posts)
        await house.until(lambda: "make a new one" in house.state.reason)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, False)


async def test_a_token_that_may_not_stream_is_told_and_polled_with(mastodon: FakeMastodon) -> None:
    def override(path: str) -> bytes | None:
        return reply(b"{}", "403 Forbidden") if "streaming" in path else None

    mastodon.override = override
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts)
        await house.until(lambda: house.states and not house.state.ok)
    assert "read:statuses" in house.state.reason
    assert mastodon.asked.count("/api/v1/streaming/hashtag") == 1  # an alarm, not a retry loop


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "406 Not Acceptable", "200 OK"])
async def test_a_server_without_a_stream_of_hashtags_is_polled(mastodon: FakeMastodon, status: str) -> None:
    mastodon.override = lambda path: reply(b"{}", status) if "streaming" in path else None
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts and house.states)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, True)
    assert "offers no live stream" in house.state.reason


async def test_a_server_that_says_nothing_of_itself_is_polled(mastodon: FakeMastodon) -> None:
    mastodon.instance = False
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts and house.states)
    assert house.state.mode is Mode.POLL


async def test_a_server_that_wants_a_sign_in_is_said_to_and_left_alone(mastodon: FakeMastodon) -> None:
    mastodon.closed = True
    house = ListHouse([mastodon.source()])
    async with asyncio.timeout(10):
        await Reader(house.configured, house, Guard(), pace=QUICK).run()
    assert (house.state.mode, house.state.ok) == (Mode.OFF, False)
    assert house.state.reason.endswith("shows hashtags only to people who are signed in there: add an access token.")
    assert len(mastodon.asked) == 2


async def test_something_that_is_no_mastodon_server_is_said_so(mastodon: FakeMastodon) -> None:
    mastodon.override = lambda path: reply(b"<h1>Hello</h1>", "404 Not Found")
    house = ListHouse([mastodon.source()])
    async with asyncio.timeout(10):
        await Reader(house.configured, house, Guard(), pace=QUICK).run()
    assert house.state.mode is Mode.OFF
    assert "does not offer what a Mastodon server offers" in house.state.reason


async def test_where_strangers_see_only_local_posts_those_are_read(mastodon: FakeMastodon) -> None:
    mastodon.access = {"local": "public", "remote": "authenticated"}
    mastodon.say(1)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts and house.states)
    assert "true" in mastodon.pages("local")
    assert "a token shows more" in house.state.reason


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"{}", "500 Internal Server Error"),
        reply(b"{}", "503 Service Unavailable"),
        reply(b"<html>Back soon</html>"),
        reply(b'[{"id": "1", "content": "<p>torn'),
        reply(b"{}"),
        reply(b""),
        b"",
    ],
)
async def test_a_server_in_trouble_is_waited_for(mastodon: FakeMastodon, answer: bytes) -> None:
    mastodon.override = lambda path: answer
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.states and not house.state.ok)
        mastodon.override = lambda path: None
        mastodon.say(1)
        await house.until(lambda: house.posts)
        await house.until(lambda: house.state.ok)


async def test_garbage_on_the_stream_is_counted_and_the_stream_goes_on(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        mastodon.send(b"event: update\ndata: {broken\n\n")
        mastodon.send(b"event: update\ndata: {}\n\n")
        mastodon.send(b"event: update\ndata: " + b"x" * 2_000_000 + b"\n\n")
        mastodon.send(b"event: filters_changed\ndata: undefined\n\n")
        mastodon.send(b"\xff\xfe\x00 nonsense\n\n:thump\n\n")
        mastodon.say(1, "after", live=True)
        await house.until(lambda: house.posts and len(house.skipped) == 3)
    assert house.skipped == {"broken JSON": 1, "a post without an address": 1, "an event far too long": 1}
    assert len(mastodon.streams) == 1


async def test_garbage_in_a_list_is_counted_once_and_the_rest_is_taken(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "good")
    mastodon.statuses[mastodon.say(2)] |= {"account": None, "uri": "https://wall.example/2"}
    mastodon.statuses[mastodon.say(3)] |= {"content": "x" * 2_000_000}
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.say(4, "later")
        await house.until(lambda: len(house.posts) == 2)
    assert house.skipped == {"a post without an author": 1, "a post far too long": 1}


async def test_the_past_is_read_page_by_page_and_goes_on_after_a_kill(mastodon: FakeMastodon) -> None:
    for n in range(400):
        mastodon.say(n)
    house = ListHouse([mastodon.source()])
    async with reading(house, replace(QUICK, past_pages=1)):
        await house.until(lambda: len(house.posts) >= 120)
    before = set(mastodon.pages("max_id"))
    mastodon.server.asked.clear()
    async with reading(house, QUICK):
        await house.until(lambda: len(house.posts) == 400)
    assert max(len(batch.items) for batch in house.batches) <= 100
    oldest_before = min(before)
    assert oldest_before in mastodon.pages("max_id") or min(mastodon.pages("max_id")) < oldest_before
    assert sum(page in before for page in mastodon.pages("max_id")) <= 3  # the past is not begun again


async def test_a_source_that_joins_later_gets_the_past_too(mastodon: FakeMastodon) -> None:
    for n in range(60):
        mastodon.say(n)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: len(house.posts) == 60)
    house.configured.append(mastodon.source(id=2))
    house.history.clear()
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.history) == 60)


async def test_a_fault_of_the_house_stops_the_reader_loudly(mastodon: FakeMastodon) -> None:
    mastodon.say(1)
    house = ListHouse([mastodon.source()])
    house.fault = OSError("disk full")
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(Reader(house.configured, house, Guard(), pace=QUICK).run(), 10)
    assert caught.group_contains(OSError, match="disk full")


async def test_a_reader_that_is_cancelled_leaves_nothing_running(mastodon: FakeMastodon) -> None:
    before = asyncio.all_tasks()
    house = ListHouse([mastodon.source("wall", "third", token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming(2)
    ours = {task for task in asyncio.all_tasks() - before if "talk" not in repr(task)}
    assert ours == set()
