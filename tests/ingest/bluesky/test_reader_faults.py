"""What hosts do wrong, and that nothing said is lost by it: refusals, silence, broken lines, frames of any size."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import replace

import pytest
from websockets.asyncio.server import ServerConnection

from ingest.bluesky.cursor import REWIND, Cursor, microseconds
from ingest.bluesky.jetstream import Wire
from ingest.text.segments import plain
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import (
    V1,
    V2,
    Act,
    FakeJetstream,
    refusal,
    sends,
    then_breaks_off,
    then_closes,
)
from tests.ingest.bluesky.reading import QUICK, reading
from tests.ingest.house import ListHouse

LINES = captures.frames("jetstream_v2.REAL.posts.jsonl")
SLOW = json.dumps({"$type": "error", "error": "ConsumerTooSlow", "message": "too far behind"})


def whole(house: ListHouse) -> bool:
    """Everything the capture leaves on the network has come."""
    return len(house.posts) == 8 and any(plain(post.segments).startswith("typo fixed") for post in house.posts.values())


@pytest.mark.parametrize(
    "first",
    [
        then_closes(*LINES[:12], code=1001, reason="going away"),
        then_closes(*LINES[:12], code=1008, reason="policy"),
        then_closes(*LINES[:12], SLOW, code=1000),
        then_breaks_off(*LINES[:12]),
        then_closes(code=1001),
        refusal(503, '{"error":"ServiceUnavailable"}'),
        refusal(502, "<html>bad gateway</html>", "text/html"),
        refusal(429),
    ],
    ids=["1001", "1008", "too slow", "mid-frame", "at once", "503", "502", "429"],
)
async def test_whatever_ends_a_connection_the_next_one_loses_nothing(first: Act) -> None:
    async with FakeJetstream([first, sends(*LINES)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
        assert house.state.ok


async def test_a_host_that_is_not_ready_is_not_taken_for_an_old_one() -> None:
    acts = [refusal(503), sends(*LINES)]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
    assert [path for path, _ in jetstream.asked] == [V2, V2]


@pytest.mark.parametrize("status", [400, 404, 405, 501])
async def test_a_host_that_does_not_know_the_new_wire_is_spoken_to_on_the_old_one(status: int) -> None:
    frames = captures.frames("jetstream_v1.REAL.posts.jsonl")
    acts = [refusal(status, "no such method"), sends(*frames)]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
    assert [path for path, _ in jetstream.asked] == [V2, V1]


async def test_failure_is_told_once_in_plain_words_and_recovery_too() -> None:
    acts = [refusal(503), refusal(503), refusal(503), sends(LINES[0])]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.states and house.state.ok)
    host = jetstream.base.removeprefix("ws://")
    assert [state.ok for _, state in house.states][:2] == [False, True]
    assert house.states[0][1].reason == (
        f"Bluesky cannot be read now: {host} cannot be reached: it answered with error 503. We keep trying."
    )


async def test_a_host_that_refuses_us_on_both_wires_says_so() -> None:
    async with FakeJetstream([refusal(403)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.states)
    assert "it refuses us (error 403)" in house.state.reason


async def test_a_host_that_is_down_is_left_for_the_next_and_our_number_with_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        dead = FakeJetstream()
        dead.base = f"ws://127.0.0.1:{taken.getsockname()[1]}"
        async with FakeJetstream([sends(*LINES)]).running() as alive:
            stopped = Cursor(dead.base, Wire.V2, 4711, microseconds(SEEN))
            async with reading(dead, alive, cursor=str(stopped)) as house:
                await house.until(lambda: whole(house))
            assert alive.cursors(V2) == [str(microseconds(SEEN) - REWIND)]


async def test_a_host_that_falls_silent_is_left_for_the_next() -> None:
    pace = replace(QUICK, silence=0.15)
    async with (
        FakeJetstream([sends(*LINES[:12])]).running() as silent,
        FakeJetstream([sends(*LINES)]).running() as alive,
        reading(silent, alive, pace=pace) as house,
    ):
        await house.until(lambda: whole(house))
    assert len(silent.asked) >= 1 and alive.asked[0][0] == V2


async def test_a_connection_that_trickles_is_not_silent() -> None:
    async def trickles(client: ServerConnection) -> None:
        for line in LINES:
            await client.send(line)
            await asyncio.sleep(0.02)
        await client.wait_closed()

    pace = replace(QUICK, silence=0.3)
    async with FakeJetstream([trickles]).running() as jetstream, reading(jetstream, pace=pace) as house:
        await house.until(lambda: whole(house))
        assert len(jetstream.asked) == 1


async def test_a_frame_of_two_megabytes_is_gone_around_and_counted() -> None:
    huge = json.dumps({"$type": "message", "payload": {"text": "x" * 2_000_000}})
    acts = [sends(*LINES[:9], huge), sends(*LINES)]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
        await house.until(lambda: house.skipped["a post that is too big"] == 1)
    assert jetstream.cursors(V2)[1] is None


async def test_a_restart_in_the_middle_of_everything_loses_and_doubles_nothing() -> None:
    house = ListHouse()
    async with FakeJetstream([sends(*LINES)]).running() as jetstream:
        for _ in range(30):
            async with reading(jetstream, house=house, pace=replace(QUICK, batch_size=2, batch=0.0)):
                batches = len(house.batches)
                await house.until(lambda before=batches: len(house.batches) > before)  # type: ignore[misc]
        async with reading(jetstream, house=house):
            await house.until(lambda: whole(house))
    assert len(house.posts) == 8


async def test_events_out_of_order_end_the_same() -> None:
    shuffled = [*LINES[8:20], *LINES[:8], *LINES[12:], *LINES]
    async with FakeJetstream([sends(*shuffled)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: sum(batch.seen for batch in house.batches) >= len(shuffled))
    assert whole(house)
    assert json.loads(house.cursors[1])["seq"] == 38


async def test_the_clock_of_a_host_that_runs_ahead_leaves_no_cursor_in_the_future() -> None:
    ahead = [line.replace('"time":"2026', '"time":"2027') for line in LINES]
    async with FakeJetstream([sends(*ahead)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
        assert json.loads(house.cursors[1])["time"] == microseconds(SEEN)
