"""The invented Jetstream on both of its wires."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ingest.rehearsal import Rehearsal
from ingest.rehearsal.addresses import microseconds
from tests.ingest.rehearsal.conftest import FIXTURES, OPENED, rehearsal

V1, V2 = "/subscribe", "/xrpc/network.bsky.jetstream.subscribeEvents"
POST = "app.bsky.feed.post"


def dial(running: Rehearsal, path: str, **how: Any) -> AbstractAsyncContextManager[ClientConnection]:
    """Without a limit to what waits unread: a client that stops reading half way could not say goodbye either."""
    return connect(running.jetstream.base + path, compression=None, max_queue=None, **how)


async def hear(client: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [json.loads(await asyncio.wait_for(client.recv(), 5)) for _ in range(count)]


async def rest(client: ClientConnection) -> list[dict[str, Any]]:
    """All that is there now."""
    found = []
    while True:
        try:
            found.append(json.loads(await asyncio.wait_for(client.recv(), 0.25)))
        except TimeoutError:
            return found


async def refused(running: Rehearsal, path: str) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as caught:
        async with dial(running, path):
            pass
    response = caught.value.response
    return response.status_code, response.body.decode()


async def test_both_wires_tell_the_same_events(played: Rehearsal) -> None:
    async with dial(played, f"{V1}?cursor=0") as one, dial(played, f"{V2}?cursor=0") as two:
        old, new = await rest(one), await rest(two)
    assert [told["cursor"] for told in old] == [told["payload"]["seq"] for told in new]
    assert {told["commit"]["operation"] for told in old} == {"create", "update", "delete"}
    collections = [told["payload"]["collection"] for told in new]
    assert collections.count(POST) == len(collections) - 8
    assert collections.count("app.bsky.feed.repost") == 8


async def test_without_a_cursor_only_what_comes_now_is_told(opened: Rehearsal) -> None:
    async with dial(opened, V2) as client:
        assert await rest(client) == []
        opened.jetstream.identity("did:plc:x", "x.example")
        assert (await hear(client, 1))[0]["payload"]["$type"].endswith("#identity")


@pytest.mark.parametrize("path", [V1, V2])
async def test_a_number_resumes_at_itself(played: Rehearsal, path: str) -> None:
    middle = played.jetstream.log.events[50].seq
    async with dial(played, f"{path}?cursor={middle}") as client:
        first = (await hear(client, 1))[0]
    assert (first.get("cursor") or first["payload"]["seq"]) == middle


@pytest.mark.parametrize("path", [V1, V2])
async def test_a_large_number_is_a_time(played: Rehearsal, path: str) -> None:
    event = played.jetstream.log.events[50]
    async with dial(played, f"{path}?cursor={event.time_us}") as client:
        first = (await hear(client, 1))[0]
    assert (first.get("cursor") or first["payload"]["seq"]) == event.seq


@pytest.mark.parametrize("path", [V1, V2])
async def test_a_cursor_in_the_future_is_the_live_tail(played: Rehearsal, path: str) -> None:
    for cursor in (played.jetstream.log.head + 1000, microseconds(OPENED) * 2):
        async with dial(played, f"{path}?cursor={cursor}") as client:
            assert await rest(client) == []


async def test_a_number_below_the_floor_is_too_old_on_v2_and_clamped_on_v1(played: Rehearsal) -> None:
    log = played.jetstream.log
    log.floor = log.events[10].seq
    status, body = await refused(played, f"{V2}?cursor=1")
    assert status == 400 and json.loads(body)["error"] == "CursorTooOld" and str(log.floor) in body
    async with dial(played, f"{V1}?cursor=1") as client:
        assert (await hear(client, 1))[0]["cursor"] == log.floor


async def test_a_time_below_the_floor_starts_there_and_says_so_on_v2(played: Rehearsal) -> None:
    log = played.jetstream.log
    log.floor = log.events[10].seq
    async with dial(played, f"{V2}?cursor={10**15}") as client:
        info, first = await hear(client, 2)
    assert info["payload"]["name"] == "OutdatedCursor" and "seq" not in info["payload"]
    assert first["payload"]["seq"] == log.floor


async def test_filters_let_through_what_was_asked_for(played: Rehearsal) -> None:
    did = played.world.accounts["bo-kjaergaard.sky.example"].did
    played.jetstream.account(did, active=True)
    async with dial(played, f"{V2}?cursor=0&kinds=commit&collections={POST}") as client:
        assert {told["payload"]["collection"] for told in await rest(client)} == {POST}
    async with dial(played, f"{V2}?cursor=0&kinds=account") as client:
        assert [told["payload"]["did"] for told in await rest(client)] == [did]
    async with dial(played, f"{V1}?cursor=0&wantedCollections=app.bsky.graph.*") as client:
        assert [told["kind"] for told in await rest(client)] == ["account"], "v1 tells these to everybody"
    async with dial(played, f"{V1}?cursor=0&wantedDids={did}") as client:
        assert {told["did"] for told in await rest(client)} == {did}


async def test_v1_does_not_know_sync(played: Rehearsal) -> None:
    played.jetstream.sync("did:plc:x")
    seq = played.jetstream.log.head
    async with dial(played, f"{V1}?cursor={seq}") as one, dial(played, f"{V2}?cursor={seq}") as two:
        assert await rest(one) == []
        assert (await hear(two, 1))[0]["payload"]["$type"].endswith("#sync")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{V1}?cursor=abc", 'subscribe: invalid cursor: "abc"'),
        (f"{V1}?wantedCollections=app.bsky.feed.fo*", "invalid collection"),
        (f"{V2}?wantedCollections={POST}", "legacy /subscribe parameter; use collections"),
        (f"{V2}?compress=true", "InvalidRequest"),
        (f"{V2}?kinds=nothing", "unknown kind"),
        (f"{V2}?kinds=account&collections={POST}", "InvalidRequest"),
        (f"{V2}?zstdDictionary=20260811", "UnknownZstdDictionary"),
    ],
)
async def test_a_wrong_question_is_refused_before_the_upgrade(opened: Rehearsal, path: str, words: str) -> None:
    status, body = await refused(opened, path)
    assert status == 400 and words in body


@pytest.mark.parametrize("path", [V1, V2])
async def test_a_wire_that_is_not_spoken_is_not_found(opened: Rehearsal, path: str) -> None:
    opened.jetstream.speaks.remove(path)
    assert (await refused(opened, path))[0] == 404
    async with dial(opened, V2 if path == V1 else V1):
        pass


async def test_the_protocol_is_echoed_and_not_required(opened: Rehearsal) -> None:
    async with dial(opened, V2, subprotocols=["xrpc.v1.json"]) as client:
        assert client.subprotocol == "xrpc.v1.json"


async def test_v2_wants_no_word_from_its_clients(opened: Rehearsal) -> None:
    async with dial(opened, V2) as client:
        await client.send("hello")
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008


async def test_v1_waits_for_hello_and_takes_new_options(played: Rehearsal) -> None:
    async with dial(played, f"{V1}?cursor=0&requireHello=true") as client:
        assert await rest(client) == []
        options = {"wantedCollections": ["app.bsky.feed.repost"]}
        await client.send(json.dumps({"type": "options_update", "payload": options}))
        assert {told["commit"]["collection"] for told in await hear(client, 8)} == {"app.bsky.feed.repost"}
        await client.send(json.dumps({"type": "options_update", "payload": {"wantedCollections": ["nope"]}}))
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "invalid collection: nope")


async def test_captures_are_sent_byte_for_byte(opened: Rehearsal) -> None:
    lines = (FIXTURES / "bluesky" / "jetstream_v2.REAL.posts.jsonl").read_text().splitlines()
    async with dial(opened, f"{V2}?kinds=account") as client:
        opened.jetstream.replay(lines)
        assert [await client.recv() for _ in lines] == lines


async def test_strangers_go_by_without_the_tag_and_never_take_a_number_from_the_script() -> None:
    async with Rehearsal(opened_at=OPENED, chatter=0.005, now=lambda: OPENED) as running:
        head = running.jetstream.log.head
        async with dial(running, f"{V2}?collections={POST}") as client:
            told = await hear(client, 6)
        assert not any("harbourtalks" in json.dumps(frame).lower() for frame in told)
        assert all(frame["payload"]["seq"] > head for frame in told)


async def test_chatter_is_forgotten_and_the_script_is_not() -> None:
    async with rehearsal() as running:
        await running.play()
        log = running.jetstream.log
        script = [event.seq for event in log.events]
        for n in range(10_000):
            log.append("commit", f"did:plc:{n}", {"collection": POST}, OPENED, chatter=True)
        assert len(log.events) < len(script) + 5_000
        assert [event.seq for event in log.events if not event.chatter] == script


@pytest.mark.parametrize(("fault", "status"), [("refuse", 503), ("too_old", 400)])
async def test_a_fault_before_the_upgrade_strikes_once(opened: Rehearsal, fault: str, status: int) -> None:
    opened.jetstream.faults.arm(fault)
    assert (await refused(opened, f"{V2}?cursor=0"))[0] == status
    async with dial(opened, f"{V2}?cursor=0"):
        assert opened.jetstream.faults.fired == {fault: 1}


@pytest.mark.parametrize(("fault", "code"), [("drop", None), ("go_away", 1001), ("too_slow", 1008)])
async def test_a_fault_ends_the_connection(opened: Rehearsal, fault: str, code: int | None) -> None:
    opened.jetstream.faults.arm(fault)
    async with dial(opened, f"{V2}?cursor=0") as client:
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                said = json.loads(await client.recv())
                assert said == {"$type": "error", "error": "ConsumerTooSlow", "message": "too far behind the tip"}
    assert (closed.value.rcvd.code if closed.value.rcvd else None) == code
    assert opened.jetstream.faults.fired[fault] == 1


async def test_dropped_clients_can_come_back(opened: Rehearsal) -> None:
    async with dial(opened, V2) as client:
        opened.jetstream.drop_clients()
        with pytest.raises(ConnectionClosed):
            await client.recv()
    async with dial(opened, V2):
        assert opened.jetstream.faults.fired == {"drop": 1}


async def test_garbage_silence_and_doubles_leave_the_connection_open(opened: Rehearsal) -> None:
    faults = opened.jetstream.faults
    faults.arm("silent")
    faults.arm("garbage")
    faults.arm("duplicate")
    async with dial(opened, f"{V2}?cursor=0") as client:
        torn = await client.recv()
        with pytest.raises(ValueError):
            json.loads(torn)
        first, again = await hear(client, 2)
    assert first == again
    assert first["payload"]["seq"] == opened.jetstream.log.events[1].seq, "the first one was kept silent"
    assert faults.fired == {"silent": 1, "garbage": 1, "duplicate": 1}


async def test_stopping_says_going_away_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    running = rehearsal(chatter=0.01)
    await running.start()
    async with dial(running, V2) as client:
        await running.stop()
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await client.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1001
    assert asyncio.all_tasks() == before
