"""Refusals, silence, garbage and faults: what is said of them, and that reading goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ingest.http import Guard
from ingest.mastodon.reader import Reader
from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import reply


async def test_mastodon_c10_a_stream_that_ends_is_opened_again_and_the_gap_is_read(mastodon: FakeMastodon) -> None:
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


async def test_mastodon_c9_a_stream_that_falls_silent_is_given_up_and_opened_again(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, replace(NEVER_AGAIN, idle=0.05)):
        await mastodon.until_streaming(2)
    assert any("did not answer in time" in state.reason for _, state in house.states)


async def test_mastodon_c10_a_killed_token_ends_streaming_and_what_everybody_may_read_is_read_on(
    mastodon: FakeMastodon,
) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        mastodon.token = None
        mastodon.end_streams()
        mastodon.say(1, "anonymous")
        await house.until(lambda: house.posts)
        await house.until(lambda: "make a new one" in house.state.reason)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, False)


async def test_mastodon_c2_a_token_that_may_not_stream_is_told_and_polled_with(mastodon: FakeMastodon) -> None:
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


async def test_mastodon_c10_a_server_that_wants_a_sign_in_is_said_to_and_left_alone(mastodon: FakeMastodon) -> None:
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
async def test_mastodon_c9_a_server_in_trouble_is_waited_for(mastodon: FakeMastodon, answer: bytes) -> None:
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


async def test_a_fault_of_the_house_stops_the_reader_loudly(mastodon: FakeMastodon) -> None:
    mastodon.say(1)
    house = ListHouse([mastodon.source()])
    house.fault = OSError("disk full")
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(Reader(house.configured, house, Guard(), pace=QUICK).run(), 10)
    assert caught.group_contains(OSError, match="disk full")
