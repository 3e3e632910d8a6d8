"""The invented Mastodon server's stream, byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from ingest.rehearsal import Rehearsal
from ingest.rehearsal.lines import Line
from tests.ingest.rehearsal.conftest import rehearsal

STREAM = "/api/v1/streaming/hashtag"
SIGNED = {"Authorization": "Bearer rehearsal"}


class Listener:
    """Everything a stream said, as bytes and as events."""

    def __init__(self) -> None:
        self.raw = b""
        self.opened = asyncio.Event()
        self.ended = asyncio.Event()

    def events(self) -> list[tuple[str, str]]:
        blocks = [block for block in self.raw.split(b"\n\n") if b"event: " in block]
        found = []
        for block in blocks:
            name, data = block[block.index(b"event: ") :].split(b"\n", 1)
            found.append((name.removeprefix(b"event: ").decode(), data.removeprefix(b"data: ").decode()))
        return found


@asynccontextmanager
async def listening(running: Rehearsal, tag: str = "harbourtalks") -> AsyncIterator[Listener]:
    heard = Listener()

    async def listen() -> None:
        async with (
            httpx.AsyncClient(timeout=10) as web,
            web.stream("GET", running.mastodon.base + STREAM, params={"tag": tag}, headers=SIGNED) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for chunk in answer.aiter_raw():
                heard.raw += chunk
                heard.opened.set()
        heard.ended.set()

    task = asyncio.create_task(listen())
    await asyncio.wait_for(heard.opened.wait(), 5)
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settle(heard: Listener, enough: int) -> None:
    """Until so many events are there."""
    for _ in range(2000):
        if len(heard.events()) >= enough:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{len(heard.events())} events, not {enough}")


async def test_a_stream_greets_then_tells_posts_edits_and_deletions() -> None:
    async with rehearsal() as running, listening(running) as heard:
        await running.play()
        await settle(heard, 295)
        assert heard.raw.startswith(b":)\n")
        events = heard.events()
        names = [name for name, _ in events]
        assert set(names) == {"update", "status.update", "delete"}
        assert names.count("delete") == 10
        assert all(data.isdecimal() for name, data in events if name == "delete")
        edited = [json.loads(data)["uri"].rpartition("/")[2] for name, data in events if name == "status.update"]
        assert "p263" in edited, "an edit that adds the tag is told as an edit"
        assert "p253" not in edited, "an edit that takes the tag away is told to nobody"


async def test_what_is_old_when_it_arrives_is_not_streamed() -> None:
    async with rehearsal() as running, listening(running) as heard:
        await running.play()
        await settle(heard, 295)
        told = {json.loads(data)["uri"].rpartition("/")[2] for name, data in heard.events() if name == "update"}
        assert "p216" not in told, "written seven hours before it arrived"
        assert {"p257", "p281", "p289", "p293"} <= told


async def test_a_quiet_stream_thumps() -> None:
    async with rehearsal(heartbeat=0.02) as running, listening(running) as heard:
        await asyncio.sleep(0.1)
        assert b":thump\n\n" in heard.raw


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (f"{STREAM}?tag=x", {}, (401, "Missing access token")),
        (f"{STREAM}?tag=x", {"Authorization": "Bearer wrong"}, (401, "Invalid access token")),
        (STREAM, SIGNED, (400, "Missing tag name parameter")),
        ("/api/v1/streaming/nothing", SIGNED, (400, "Unknown channel requested")),
    ],
)
async def test_a_stream_refuses_in_the_real_servers_words(
    opened: Rehearsal, web: httpx.AsyncClient, path: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = await web.get(opened.mastodon.base + path, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == expected


async def test_health_needs_no_token(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    assert (await web.get(opened.mastodon.base + "/api/v1/streaming/health")).text == "OK"


async def test_a_revoked_token_ends_the_stream_cleanly_and_is_refused_afterwards(web: httpx.AsyncClient) -> None:
    async with rehearsal() as running, listening(running) as heard:
        running.mastodon.revoke_token()
        await asyncio.wait_for(heard.ended.wait(), 5)
        answer = await web.get(running.mastodon.base + STREAM, params={"tag": "x"}, headers=SIGNED)
        assert answer.status_code == 401


async def test_a_dropped_stream_can_be_opened_again() -> None:
    async with rehearsal() as running:
        async with listening(running) as heard:
            running.mastodon.drop_streams()
            await asyncio.wait_for(heard.ended.wait(), 5)
        async with listening(running):
            assert running.mastodon.faults.fired["drop_stream"] == 1


async def test_a_deletion_can_overtake_its_post_and_an_event_can_come_twice() -> None:
    async with rehearsal() as running, listening(running) as heard:
        running.mastodon.faults.arm("duplicate")

        async def prepare(line: Line) -> None:
            if line.id == "p080":
                running.mastodon.faults.arm("delete_first")

        await running.play(prepare)
        await settle(heard, 292)
        events = heard.events()
        assert events[0] == events[1]
        at = next(n for n, (name, _) in enumerate(events) if name == "delete")
        assert events[at + 1][0] == "update"
        assert json.loads(events[at + 1][1])["id"] == events[at][1]
        assert running.mastodon.faults.fired == {"duplicate": 1, "delete_first": 1}


async def test_a_silent_stream_stays_open_and_says_nothing() -> None:
    async with rehearsal(heartbeat=0.02) as running, listening(running) as heard:
        running.mastodon.faults.arm("silent_stream", 10_000)
        said = heard.raw
        await running.play()
        await asyncio.sleep(0.05)
        assert heard.raw in (said, said + b":thump\n\n")
        assert not heard.ended.is_set()


async def test_stopping_ends_the_streams_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    running = rehearsal()
    await running.start()
    async with listening(running) as heard:
        await running.stop()
        await asyncio.wait_for(heard.ended.wait(), 5)
    assert asyncio.all_tasks() == before
