"""The reader on both wires: captured bytes in, batches with cursors out, and going on where it stopped."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.bluesky.cursor import LOOKBACK, OVERLAP, REWIND, Cursor, microseconds
from ingest.bluesky.jetstream import Wire
from ingest.bluesky.reader import Reader, hosts, look_back
from ingest.http import Guard
from ingest.text.segments import plain
from ingest.types import Batch, Mode, Network, SourceConfig
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import V1, V2, FakeAppView, FakeJetstream, sends, then_closes, too_old
from tests.ingest.bluesky.reading import QUICK, reading, source
from tests.ingest.house import ListHouse

LINES = {V1: captures.frames("jetstream_v1.REAL.posts.jsonl"), V2: captures.frames("jetstream_v2.REAL.posts.jsonl")}
WIRES = {V1: Wire.V1, V2: Wire.V2}
LEFT = [
    "I agree #wallconf",
    "Live from the venue #WallConf 🎤",
    "With pictures #wallconf",
    "tags only",
    "thread 0 #wallconf",
    "thread 1 #wallconf",
    "thread 2 #wallconf",
    "typo fixed #wallconf",
]


def words(house: ListHouse) -> list[str]:
    return sorted(plain(post.segments) for post in house.posts.values())


@pytest.mark.parametrize("wire", [V1, V2])
async def test_the_captured_stream_comes_in_whole_from_either_wire(wire: str) -> None:
    async with FakeJetstream([sends(*LINES[wire])], wires=(wire,)).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: words(house) == LEFT and house.deleted)
    assert sum(batch.seen for batch in house.batches) == len(LINES[wire])
    cursor = json.loads(house.cursors[1])
    assert (cursor["host"], cursor["wire"]) == (jetstream.base, WIRES[wire])
    frames = [json.loads(line) for line in LINES[wire]]
    seqs = [frame.get("cursor") or frame["payload"]["seq"] for frame in frames]
    assert cursor["seq"] == max(seqs)


async def test_the_new_wire_is_asked_first_and_the_old_one_where_it_is_not_known() -> None:
    async with FakeJetstream([sends(LINES[V1][-1])], wires=(V1,)).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.states)
        assert [path for path, _ in jetstream.asked] == [V2, V1]
    assert house.state.mode is Mode.STREAM and house.state.ok
    assert house.state.reason.startswith("Catching up with Bluesky from 127.0.0.1:")


async def test_catching_up_is_told_and_reading_live_once_nothing_waits_any_more() -> None:
    async with FakeJetstream([sends(*LINES[V2])]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.states and "Reading Bluesky live from 127.0.0.1:" in house.state.reason)
    assert house.states[0][1].reason.endswith("from 21:00 UTC on.")
    assert house.state.lag == 0.0


async def test_a_client_of_ours_never_offers_a_second_compression() -> None:
    async with FakeJetstream().running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.batches)
    assert all("compress" not in query for _, query in jetstream.asked)


async def test_every_event_twice_is_every_post_once() -> None:
    doubled = [line for line in LINES[V2] for _ in (1, 2)]
    async with FakeJetstream([sends(*doubled)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: words(house) == LEFT)


async def test_a_new_source_goes_back_two_hours_and_an_old_one_to_where_it_stopped() -> None:
    async with FakeJetstream().running() as jetstream:
        async with reading(jetstream) as house:
            await house.until(lambda: house.batches)
        assert jetstream.cursors(V2) == [str(microseconds(SEEN - timedelta(hours=2)))]
        stopped = Cursor(jetstream.base, Wire.V2, 4711, microseconds(SEEN))
        async with reading(jetstream, cursor=str(stopped)) as house:
            await house.until(lambda: house.batches)
        assert jetstream.cursors(V2)[-1] == "4711"
        elsewhere = replace(stopped, host="wss://elsewhere.example")
        async with reading(jetstream, cursor=str(elsewhere)) as house:
            await house.until(lambda: house.batches)
        assert jetstream.cursors(V2)[-1] == str(microseconds(SEEN) - REWIND)


async def test_a_new_source_beside_an_old_one_makes_both_look_back_once() -> None:
    async with FakeJetstream().running() as jetstream, FakeAppView().running() as appview:
        old = source([jetstream], appview)
        house = ListHouse([old, replace(old, id=2, event="other", tags=("other",))])
        house.cursors[old.id] = str(Cursor(jetstream.base, Wire.V2, 4711, microseconds(SEEN)))
        for _ in range(2):
            count = len(house.batches)
            task = asyncio.create_task(Reader(house.configured, house, Guard(), pace=QUICK, now=lambda: SEEN).run())
            await house.until(lambda before=count: len(house.batches) > before)  # type: ignore[misc]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        first, second = jetstream.cursors(V2)
        assert first == str(microseconds(SEEN - timedelta(hours=2)))
        assert json.loads(house.cursors[1]) == json.loads(house.cursors[2]) and second is not None


async def test_a_reconnect_goes_on_after_the_last_batch_on_the_new_wire_by_number() -> None:
    acts = [then_closes(*LINES[V2][:10]), sends(*LINES[V2][9:])]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: words(house) == LEFT)
    tenth = json.loads(LINES[V2][9])["payload"]["seq"]
    assert jetstream.cursors(V2)[1:] == [str(tenth)]


async def test_a_reconnect_goes_on_by_time_on_the_old_wire() -> None:
    acts = [then_closes(*LINES[V1][:10]), sends(*LINES[V1][9:])]
    async with FakeJetstream(acts, wires=(V1,)).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: words(house) == LEFT)
    latest = max(json.loads(line)["time_us"] for line in LINES[V1][:10])
    assert jetstream.cursors(V1)[1:] == [str(latest - OVERLAP)]


async def test_a_number_that_is_too_old_is_followed_by_our_time_and_then_by_now_and_the_gap_is_told() -> None:
    acts = [too_old(), too_old(), sends(*LINES[V2])]
    async with FakeJetstream(acts).running() as jetstream:
        stopped = Cursor(jetstream.base, Wire.V2, 5, microseconds(SEEN - timedelta(days=3)))
        async with reading(jetstream, cursor=str(stopped)) as house:
            await house.until(lambda: words(house) == LEFT)
        assert jetstream.cursors(V2) == ["5", str(microseconds(SEEN) - LOOKBACK), None]
    assert "What was said right after 2026-11-18 23:00 UTC could not be fetched any more." in house.state.reason


async def test_a_host_that_counts_from_the_beginning_again_is_asked_by_time() -> None:
    async with FakeJetstream([sends(*LINES[V2])]).running() as jetstream:
        stopped = Cursor(jetstream.base, Wire.V2, 5000, microseconds(SEEN))
        async with reading(jetstream, cursor=str(stopped)) as house:
            await house.until(lambda: words(house) == LEFT)
            assert json.loads(house.cursors[1])["seq"] == 38
        assert jetstream.cursors(V2)[:2] == ["5000", str(microseconds(SEEN) - REWIND)]


async def test_a_note_that_the_cursor_was_outdated_is_told_as_a_gap() -> None:
    note = json.dumps(
        {
            "$type": "message",
            "payload": {"$type": "network.bsky.jetstream.subscribeEvents#info", "name": "OutdatedCursor"},
        }
    )
    async with FakeJetstream([sends(note, LINES[V2][0])]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: house.states and "could not be fetched" in house.state.reason)


async def test_the_cursor_moves_while_nothing_is_ours_but_not_with_every_event() -> None:
    strangers = [line for line in LINES[V2] if "#commit" not in line]
    pace = replace(QUICK, cursor=3600.0, batch_size=1)
    async with FakeJetstream([sends(*strangers)]).running() as jetstream, reading(jetstream, pace=pace) as house:
        await house.until(lambda: house.batches)
        await asyncio.sleep(0.1)
        assert len(house.batches) == 1
    async with FakeJetstream([sends(*strangers)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: json.loads(house.cursors.get(1, '{"seq":0}'))["seq"] == 38)
    assert all(batch.items == () for batch in house.batches)


async def test_a_broken_frame_is_counted_in_words_and_the_stream_goes_on() -> None:
    frames = ['{"broken', "[]", '{"$type":"surprise"}', *LINES[V2]]
    async with FakeJetstream([sends(*frames)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: words(house) == LEFT)
    assert house.skipped == Counter({"broken JSON": 1, "an event that is none": 1})


async def test_names_come_from_the_appview_and_its_absence_is_told_in_plain_words() -> None:
    async with FakeJetstream([sends(*LINES[V2])]).running() as jetstream:
        async with reading(jetstream, appview=FakeAppView(status=502)) as house:
            await house.until(lambda: house.states and "Names are missing" in house.state.reason)
            assert house.state.ok
        assert all(post.author.no_unauthenticated for post in house.posts.values())
        dids = {post.author.uri for post in house.posts.values()}
        known = FakeAppView(profiles={did: {"did": did, "handle": "x.test", "displayName": "X"} for did in dids})
        async with reading(jetstream, appview=known) as house:
            await house.until(lambda: words(house) == LEFT)
        assert {post.author.name for post in house.posts.values()} == {"X"}


async def test_the_house_is_not_read_past_while_it_is_busy() -> None:
    """What we have not handed over we have not read: at most one batch is with us, the rest waits at the host."""
    busy, release = ListHouse(), asyncio.Event()
    receive = busy.receive

    async def slow(batch: Batch) -> None:
        await release.wait()
        await receive(batch)

    busy.receive = slow  # type: ignore[method-assign]
    sent = 0

    async def floods(client: object) -> None:
        nonlocal sent
        for _ in range(200_000):
            await client.send(LINES[V2][0] + " " * 2_000)  # type: ignore[attr-defined]
            sent += 1

    async with FakeJetstream([floods]).running() as jetstream, reading(jetstream, house=busy):
        await asyncio.sleep(0.6)
        stuck = sent
        await asyncio.sleep(0.3)
        assert 0 < stuck == sent < 20_000
        release.set()
        await busy.until(lambda: sum(batch.seen for batch in busy.batches) > 2_000)


async def test_a_fault_of_our_own_house_ends_the_reader_loudly() -> None:
    house = ListHouse()
    house.fault = RuntimeError("the store is broken")
    async with FakeJetstream([sends(*LINES[V2])]).running() as jetstream, FakeAppView().running() as appview:
        with pytest.raises(RuntimeError, match="the store is broken"):
            await Reader([source([jetstream], appview)], house, Guard(), pace=QUICK, now=lambda: SEEN).run()


def test_hosts_and_the_look_back_come_from_the_sources_settings_where_they_are_any_good() -> None:
    plain_source = SourceConfig(1, "conf", Network.BLUESKY, "bluesky", "", ("wallconf",))
    assert hosts(plain_source)[0] == "wss://jetstream.us-west.bsky.network" and len(hosts(plain_source)) == 6
    told = replace(plain_source, settings={"jetstream": ["https://a.example/", "ws://b:1", 3], "look_back_hours": 99})
    assert hosts(told) == ["wss://a.example", "ws://b:1"]
    assert look_back(told) == timedelta(hours=35)
    assert look_back(replace(told, settings={"look_back_hours": "x"})) == timedelta(hours=2)
