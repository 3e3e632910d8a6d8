"""Listening over a WebSocket: where there are no events, one connection carries every tag."""

from __future__ import annotations

import asyncio
import http
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.mastodon.sockets import FakeSocket, fake_socket


@pytest.fixture
async def socket(mastodon: FakeMastodon) -> AsyncIterator[FakeSocket]:
    async with fake_socket() as fake:
        mastodon.socket = fake.url
        yield fake


async def test_mastodon_c1_where_there_are_no_events_one_socket_carries_every_tag(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    house = ListHouse([mastodon.source("wall", "küste", token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until(2)
        for n, tag in enumerate(("wall", "küste")):
            await socket.tell("update", mastodon.statuses[mastodon.say(n, tag, tag)], tag)
        await house.until(lambda: len(house.posts) == 2)
        await house.until(lambda: house.state.mode is Mode.STREAM)
    assert len([path for path in socket.asked if "/hashtag" in path]) >= 1  # events were tried first
    assert len([path for path in socket.asked if "stream=hashtag" in path]) == 1
    assert TOKEN not in "".join(socket.asked)  # a token in an address ends up in somebody's log
    assert house.state.reason == "Live: new posts arrive within a second, over a WebSocket."
    assert not any(post.backfilled for post in house.history)


async def test_an_edit_and_a_bare_deletion_come_over_the_socket(mastodon: FakeMastodon, socket: FakeSocket) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        local_id = mastodon.say(1, "wrong")
        await socket.tell("update", mastodon.statuses[local_id], "wall")
        await house.until(lambda: words(house) == {"wrong"})
        mastodon.edit(local_id, "<p>right #wall</p>")
        await socket.tell("status.update", mastodon.statuses[local_id], "wall")
        await house.until(lambda: words(house) == {"right"})
        await socket.tell("delete", local_id, "wall")
        await house.until(lambda: not house.posts)
    assert [deletion.address.local_id for deletion in house.deleted if deletion.address] == [local_id]


async def test_a_token_killed_over_there_ends_the_socket_and_what_everybody_may_read_is_read_on(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await socket.until()
        mastodon.token = socket.token = None
        mastodon.say(1, "anonymous")
        await socket.hang_up()
        await house.until(lambda: house.posts and "make a new one" in house.state.reason)
    assert socket.fired in (["hung up"], ["hung up", "token refused"])  # an alarm, not a retry loop
    assert (house.state.mode, house.state.ok, house.state.token_ok) == (Mode.POLL, False, False)


async def test_a_socket_that_breaks_is_opened_again_and_the_gap_is_read(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        mastodon.say(1, "unheard")
        await socket.hang_up()
        await house.until(lambda: words(house) == {"unheard"})
        await socket.until()
    assert socket.fired == ["hung up"]


@pytest.mark.parametrize("error", ["Unknown stream type", "Missing tag name parameter"])
async def test_a_complaint_without_a_stream_s_name_ends_the_socket(
    mastodon: FakeMastodon, socket: FakeSocket, error: str
) -> None:
    socket.complaint = {"error": error, "status": 400}
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts and house.states and error in house.state.reason)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, True)
    assert socket.fired == ["complained", "complained"]  # of the hashtag, then of the public stream


@pytest.mark.parametrize("status", [http.HTTPStatus.NOT_FOUND, http.HTTPStatus.BAD_REQUEST])
async def test_mastodon_c1_with_neither_events_nor_a_socket_it_is_asked(
    mastodon: FakeMastodon, socket: FakeSocket, status: http.HTTPStatus
) -> None:
    socket.refusal = status
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await house.until(lambda: house.posts and house.states)
    assert house.state.reason.endswith("offers no live stream, neither events nor a WebSocket.")
    assert socket.fired == ["refused", "refused"]


async def test_garbage_on_the_socket_harms_nothing(mastodon: FakeMastodon, socket: FakeSocket) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        for text in ("no JSON", "[]", "null", '{"event": 7}', '{"event": "update"}', b"\xff\x00", '{"stream": []}'):
            await socket.send(text)
        await socket.tell("update", "{broken", "wall")
        await socket.tell("filters_changed", "undefined", "wall")
        await socket.tell("update", "x" * 1_500_000, "wall")
        await socket.tell("update", mastodon.statuses[mastodon.say(1, "after")], "wall")
        await house.until(lambda: house.posts)
    assert words(house) == {"after"}
    assert house.skipped == {"a post without an address": 1, "broken JSON": 1, "an event far too long": 1}
    assert len(socket.open) <= 1


async def test_an_event_too_long_for_any_post_costs_the_connection_and_nothing_else(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        await socket.send("x" * 2_100_000)
        await house.until(lambda: any("broke" in state.reason for _, state in house.states))
        mastodon.say(1, "found by asking")
        await socket.until()
        await house.until(lambda: house.posts)


async def test_a_socket_that_answers_no_ping_is_given_up(mastodon: FakeMastodon) -> None:
    """Half open: the other side is gone and says nothing."""

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import base64
        import hashlib

        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.split("\r\n")[0])
        if "pgrade" not in head or "sec-websocket-key" not in head.lower():
            writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            writer.close()
            return
        key = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
        digest = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        accept = base64.b64encode(digest).decode()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-accept: %s\r\n\r\n" % accept.encode()
        )
        await writer.drain()

    asked: list[str] = []
    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    async with server:
        mastodon.socket = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        house = ListHouse([mastodon.source(token=TOKEN)])
        async with reading(house, replace(NEVER_AGAIN, idle=0.15)):
            await house.until(lambda: any("live connection broke" in state.reason for _, state in house.states))
            await house.until(lambda: len([line for line in asked if "stream=hashtag" in line]) >= 2)


async def test_a_server_known_to_send_no_hashtags_is_heard_on_its_public_stream(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    mastodon.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"
    socket.publishes = False
    house = ListHouse([mastodon.source("wall", "küste", token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        await socket.tell("update", mastodon.statuses[mastodon.say(1, "ours", "Küste")])
        await socket.tell("update", mastodon.statuses[mastodon.say(2, "not ours", "elsewhere")])
        await socket.tell("delete", "01M803DVPX4P45M01Z5QTWDT7W")
        await socket.tell("update", mastodon.statuses[mastodon.say(3, "also ours")])
        await house.until(lambda: len(house.posts) == 2)
    assert words(house) == {"ours", "also ours"}
    assert socket.subscribed == [{"stream": "public"}]
    assert "sends no hashtags on their own" in house.state.reason
    assert house.deleted == []  # of posts that never concerned us nothing is told, let alone kept
    assert len(socket.asked) == 1  # events were not even tried


async def test_on_a_public_stream_what_we_have_is_followed_even_without_its_tag(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    mastodon.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        local_id = mastodon.say(1, "tagged")
        await socket.tell("update", mastodon.statuses[local_id])
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>no more</p>", ())
        await socket.tell("status.update", mastodon.statuses[local_id])
        await house.until(lambda: words(house) == {"no more"})
        await socket.tell("delete", local_id)
        await house.until(lambda: not house.posts)


async def test_on_a_public_stream_a_deletion_may_come_before_its_post(
    mastodon: FakeMastodon, socket: FakeSocket
) -> None:
    mastodon.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await socket.until()
        status = mastodon.statuses[local_id] if (local_id := mastodon.say(1, "gone")) else {}
        mastodon.delete(local_id)
        await socket.tell("delete", local_id)
        await socket.tell("update", status)
        await socket.tell("update", mastodon.statuses[mastodon.say(2, "here")])
        await house.until(lambda: house.posts)
    assert words(house) == {"here"}


async def test_a_socket_that_turns_out_deaf_for_hashtags_is_given_up_for_the_public_stream(
    mastodon: FakeMastodon, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's name gives it away: asking finds posts the open stream never told."""
    from datetime import UTC, datetime, timedelta

    from ingest.mastodon import unheard

    monkeypatch.setattr(unheard, "_SKEW", timedelta(0))
    socket.publishes = False
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, QUICK):
        await socket.until()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        for n in range(3):
            mastodon.say(n, f"n{n}", created_at=datetime.now(UTC).isoformat())
        await house.until(lambda: "sends no hashtags on their own" in house.state.reason)
        await socket.until()
        await socket.tell("update", mastodon.statuses[mastodon.say(9, "heard")])
        await house.until(lambda: "heard" in words(house))
    assert [asked["stream"] for asked in socket.subscribed] == ["hashtag", "public"]
