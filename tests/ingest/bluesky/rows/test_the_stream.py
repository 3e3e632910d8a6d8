"""The checklist's rows about the stream itself: going on where it stopped, hosts that fail, bursts, and searching."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest
from websockets.asyncio.server import ServerConnection

from ingest.bluesky.cursor import LOOKBACK, REWIND, Cursor, microseconds
from ingest.bluesky.jetstream import Wire
from ingest.bluesky.reader import Reader
from ingest.http import Guard
from ingest.types import SourceConfig
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import V1, V2, Act, FakeAppView, FakeJetstream, refusal, sends, then_closes, too_old
from tests.ingest.bluesky.pds import PASSWORD, SHAPE, Answer, FakePds, says
from tests.ingest.bluesky.reading import QUICK, reading, source
from tests.ingest.house import ListHouse

LINES = captures.frames("jetstream_v2.REAL.posts.jsonl")
HELD = captures.post("Talk starts at 10")
FOUND = captures.answer("appview.searchPosts.q_hashtag.json")["posts"]


def whole(house: ListHouse) -> bool:
    return len(house.posts) == 8


def stopped(jetstream: FakeJetstream, seq: int = 4711, **ago: float) -> str:
    return str(Cursor(jetstream.base, Wire.V2, seq, microseconds(SEEN - timedelta(**ago))))


async def test_bluesky_d15_after_a_restart_it_goes_on_by_number_without_a_gap_or_a_post_twice() -> None:
    house = ListHouse()
    async with FakeJetstream([sends(*LINES[:12]), sends(*LINES[10:])]).running() as jetstream:
        async with reading(jetstream, house=house):
            await house.until(lambda: json.loads(house.cursors.get(1, "{}")).get("seq"))
            twelfth = json.loads(LINES[11])["payload"]["seq"]
            await house.until(lambda: json.loads(house.cursors[1])["seq"] == twelfth)
        async with reading(jetstream, house=house):
            await house.until(lambda: whole(house))
        assert jetstream.cursors(V2)[1] == str(twelfth)
    assert len({post.uri for post in house.posts.values()}) == len(house.posts) == 8


async def test_bluesky_d15_another_host_is_asked_by_time() -> None:
    async with FakeJetstream([refusal(503)]).running() as down, FakeJetstream([sends(*LINES)]).running() as up:
        async with reading(down, up, cursor=stopped(down)) as house:
            await house.until(lambda: whole(house))
        assert down.cursors(V2)[0] == "4711" and up.cursors(V2)[0] == str(microseconds(SEEN) - REWIND)


async def test_bluesky_d15_a_cursor_that_is_too_old_goes_on_by_time_and_marks_the_gap_which_is_looked_into() -> None:
    did, rkey = HELD.address.local_id.split("/")
    view = {"uri": HELD.uri, "cid": HELD.version, "record": {"text": "held"}, "author": {"did": did, "handle": rkey}}
    there = FakeAppView(posts={HELD.uri: view})
    async with FakeJetstream([too_old(), too_old(), sends(*LINES)]).running() as jetstream:
        pace = replace(QUICK, recheck=0.05)
        async with reading(jetstream, cursor=stopped(jetstream, 5, days=3), appview=there, pace=pace) as house:
            house.waiting = []  # nobody's turn, but for the gap
            house.posts[HELD.uri], house._upstreams[HELD.uri] = HELD, "bluesky:test"
            await house.until(lambda: len(house.posts) == 9 and "could not be fetched any more" in house.state.reason)
            await house.until(lambda: HELD.address in house.checked)
        assert jetstream.cursors(V2) == ["5", str(microseconds(SEEN) - LOOKBACK), None]


@pytest.mark.parametrize("path", [V2, V1])
async def test_bluesky_d15_a_host_that_is_never_ready_is_asked_again_and_again_and_said_once(path: str) -> None:
    acts: list[Act | object] = [*[refusal(503)] * 12, sends(*LINES)]
    async with FakeJetstream(acts).running() as jetstream, reading(jetstream) as house:  # type: ignore[arg-type]
        await house.until(lambda: whole(house))
        assert len(jetstream.asked) >= 13
    assert [state.ok for _, state in house.states].count(False) == 1


async def test_bluesky_d15_a_host_that_falls_silent_is_left() -> None:
    quick = replace(QUICK, silence=0.15)
    async with (
        FakeJetstream([sends(*LINES[:9])]).running() as silent,
        FakeJetstream([sends(*LINES)]).running() as lively,
        reading(silent, lively, pace=quick) as house,
    ):
        await house.until(lambda: whole(house))
        assert len(silent.asked) == 1 and lively.asked


@pytest.mark.parametrize(
    "ending",
    [
        then_closes(*LINES[:9], json.dumps({"$type": "error", "error": "ConsumerTooSlow", "message": "…"}), code=1000),
        then_closes(*LINES[:9], code=1001),
    ],
)
async def test_bluesky_d15_whatever_ends_a_connection_it_goes_on_from_the_last_number(ending: Act) -> None:
    async with FakeJetstream([ending, sends(*LINES[8:])]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
        assert jetstream.cursors(V2)[1] == str(json.loads(LINES[8])["payload"]["seq"])


@pytest.mark.timeout(400)  # two seconds alone; in a process that has run thousands of tests it took minutes once
async def test_bluesky_d17_fifty_thousand_events_at_once_leave_memory_and_everybody_else_alone() -> None:
    ours, others = _post("burst #wallconf"), _post("somebody else")
    sent = 0

    async def burst(client: ServerConnection) -> None:
        nonlocal sent
        for n in range(50_000):
            await client.send(_numbered(ours if n % 500 == 0 else others, n))
            sent += 1
        await client.wait_closed()

    pace = replace(QUICK, batch_size=100, cursor=5.0)
    gaps: list[float] = []
    async with FakeJetstream([burst]).running() as jetstream, reading(jetstream, pace=pace) as house:
        await house.until(lambda: house.posts)
        before, ticking = _resident(), asyncio.create_task(_tick(gaps))
        await house.until(lambda: len(house.posts) == 100, 300)
        ticking.cancel()
        grown = _resident() - before
        await house.until(lambda: house.state.lag == 0.0)
    assert sent == 50_000
    assert grown < 40, f"{grown} MB"
    # The median, as a machine that does much else may pause the whole process now and then.
    assert median(gaps) < 0.1 and len(gaps) > 20, "whoever else lives in this process goes on living"
    assert any((state.lag or 0) > 60 for _, state in house.states), "how far behind it is was told"


def _post(words: str) -> dict[str, object]:
    return {"text": words, "createdAt": "2026-11-21T22:59:00Z", "langs": ["en"]}


def _numbered(record: dict[str, object], n: int) -> str:
    at = SEEN - timedelta(minutes=30)
    payload = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit", "did": f"did:plc:{n % 997}", "seq": n + 1,
        "time": f"{at:%Y-%m-%dT%H:%M:%S}.000000Z", "rev": f"3k{n:06}", "operation": "create",
        "collection": "app.bsky.feed.post", "rkey": f"{n}", "cid": f"bafyrei{n:06}", "record": record,
    }  # fmt: skip
    return json.dumps({"$type": "message", "payload": payload})


async def _tick(gaps: list[float]) -> None:
    last = time.monotonic()
    while True:
        await asyncio.sleep(0.01)
        gaps.append((now := time.monotonic()) - last)
        last = now


def _resident() -> float:
    """Megabytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


async def _with_account(pds: FakePds, house: ListHouse, jetstream: FakeJetstream, appview: FakeAppView) -> None:
    account = {"identifier": SHAPE["handle"], "server": pds.base}
    plain = source([jetstream], appview)
    config: SourceConfig = replace(plain, token=PASSWORD, settings={**plain.settings, "account": account})
    house.configured = [config]
    await Reader([config], house, Guard(), pace=replace(QUICK, request=0.0), now=lambda: SEEN).run()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (says(403, b"<html><h1>Forbidden</h1></html>", content_type="text/html"), "answered with error 403"),
        (says(429, {"error": "RateLimitExceeded"}), "answered with error 429"),
        (says(503, b""), "answered with error 503"),
    ],
)
async def test_bluesky_d18_a_search_that_is_refused_is_one_sentence_beside_a_stream_that_goes_on(
    fault: Answer, words: str
) -> None:
    pds, house = FakePds(faults=[fault]), ListHouse()
    async with pds.running(), FakeJetstream([sends(*LINES)]).running() as jetstream, FakeAppView().running() as appview:
        task = asyncio.create_task(_with_account(pds, house, jetstream, appview))
        await house.until(lambda: whole(house) and house.states and words in house.state.reason)
        assert house.state.ok and house.state.reason.count("Older posts cannot be searched for now:") == 1
        assert pds.fired == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "pages",
    [
        {"": {"posts": FOUND[:3], "cursor": "x"}, "x": {"posts": FOUND[3:5], "cursor": "x"}},
        {"": {"posts": FOUND[:5], "cursor": "x"}, "x": {"posts": [], "cursor": "y"}},
        {"": {"posts": FOUND[:5], "cursor": ""}},
    ],
    ids=["a cursor that repeats", "an empty page with a cursor", "no cursor"],
)
async def test_bluesky_d18_a_search_that_would_never_end_ends(pages: dict[str, dict[str, object]]) -> None:
    pds, house = FakePds(pages), ListHouse()
    async with pds.running(), FakeJetstream([sends(*LINES)]).running() as jetstream, FakeAppView().running() as appview:
        task = asyncio.create_task(_with_account(pds, house, jetstream, appview))
        tagged = {post["uri"] for post in FOUND[:5]}
        await house.until(lambda: whole_with(house, tagged))
        await asyncio.sleep(0.2)
        assert pds.methods().count("searchPosts") == len(pages)
        assert "cannot be searched" not in house.state.reason
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def whole_with(house: ListHouse, found: set[str]) -> bool:
    return found <= set(house.posts) and len(house.posts) == 8 + len(found)


async def test_bluesky_d18_a_gap_in_the_stream_is_searched_for_from_where_it_began() -> None:
    pds, house = FakePds({"": {"posts": FOUND[:5]}}), ListHouse()
    house.sessions[1] = "unreadable"
    acts: list[Act | object] = [too_old(), too_old(), sends(*LINES)]
    async with (
        pds.running(),
        FakeJetstream(acts).running() as jetstream,  # type: ignore[arg-type]
        FakeAppView().running() as appview,
    ):
        house.cursors[1] = stopped(jetstream, 5, days=3)
        task = asyncio.create_task(_with_account(pds, house, jetstream, appview))
        await house.until(lambda: whole_with(house, {post["uri"] for post in FOUND[:5]}))
        await house.until(lambda: "but was searched for" in house.state.reason)
        asked = [query.get("since") for method, query in pds.asked if method == "searchPosts"]
        assert ["2026-11-18T23:00:00Z"] in asked
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_bluesky_d16_is_not_spoken_no_compression_is_ever_asked_for_or_offered() -> None:
    """Python 3.11 has no zstd of its own, and 15 to 25 kB a second are no load. A host that refuses two schemes at once
    (this one would) never has a reason to."""
    async with FakeJetstream([sends(*LINES)]).running() as jetstream, reading(jetstream) as house:
        await house.until(lambda: whole(house))
    async with FakeJetstream([sends()], wires=(V1,)).running() as old, reading(old) as house:
        await house.until(lambda: house.batches)
    everything = [*jetstream.asked, *old.asked]
    assert {path for path, _ in everything} == {V1, V2}
    assert not [query for _, query in everything if {"compress", "zstdDictionary"} & set(query)]
    assert [offered for offered in (*jetstream.offered, *old.offered) if offered] == []
