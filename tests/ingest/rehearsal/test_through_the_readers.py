"""The whole script through the real readers: what they hand to the house in the end is what the truth says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ingest.bluesky.pace import Pace as BlueskyPace
from ingest.bluesky.reader import Reader as BlueskyReader
from ingest.http import Guard
from ingest.mastodon.pace import Pace as MastodonPace
from ingest.mastodon.reader import Reader as MastodonReader
from ingest.rehearsal import AS_FAST_AS_POSSIBLE, Rehearsal, script_id, subscription
from ingest.rehearsal.lines import Line
from ingest.rehearsal.player import AfterEach
from ingest.rehearsal.script import conference
from ingest.text.tags import matches
from ingest.types import Ingester, Network, SourceConfig
from tests.ingest.house import ListHouse

TAGS = ("harbourtalks",)
QUICK = MastodonPace(poll=0.1, sweep=0.2, idle=5, first_wait=0.05, longest_wait=0.2, requests=20_000)
BRISK = BlueskyPace(batch=0.02, tick=0.05, silence=5, first_wait=0.05, longest_wait=0.2, cursor=0.1)


def expected(network: Network) -> set[str]:
    """Posts with the tag in the end and not taken back; bridge copies are posts of their own here."""
    tagged = {line.id: line.matches for line in conference().lines if line.act == "post" and line.network is network}
    for line in conference().acts():
        if line.act == "edit" and line.target in tagged:
            tagged[line.target] = line.matches
        if line.act == "delete":
            tagged.pop(line.target or "", None)
    return {id for id, matching in tagged.items() if matching}


def taken_back_the_day_after() -> set[str | None]:
    """Too old for any list by then: polling finds these a few at a time, in more requests than a test may spend."""
    said = {line.id: line.t for line in conference().posts.values()}
    gone = (line for line in conference().lines if line.act == "delete" and line.target)
    return {line.target for line in gone if line.target and line.t - said[line.target] > 10_000}


def held(house: ListHouse) -> set[str | None]:
    return {script_id(post.uri) for post in house.posts.values() if matches(post.tags, TAGS)}


def configured(told: dict[str, Any]) -> SourceConfig:
    return SourceConfig(
        id=1,
        event="harbour-talks",
        kind=Network(told["kind"]),
        upstream=told["url"] or "bluesky",
        url=told["url"],
        tags=TAGS,
        token=told["token"],
        settings=told["settings"],
        allow_private=tuple(told["allow_private"]),
    )


@asynccontextmanager
async def reading(running: Rehearsal, network: Network, **changed: Any) -> AsyncIterator[ListHouse]:
    told = next(source for source in running.sources() if source["kind"] == network)
    source = configured(told | changed)
    house, guard = ListHouse([source]), Guard(allow_private=source.allow_private)
    task = asyncio.create_task(_reader([source], house, guard).run())
    try:
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _reader(sources: Sequence[SourceConfig], house: ListHouse, guard: Guard) -> Ingester:
    if sources[0].kind is Network.MASTODON:
        return MastodonReader(sources, house, guard, pace=QUICK)
    return BlueskyReader(sources, house, guard, pace=BRISK)


def at_once() -> Rehearsal:
    return Rehearsal(speed=AS_FAST_AS_POSSIBLE, chatter=0.2)


def until_swept(house: ListHouse) -> AfterEach:
    """Written seven hours before it arrives, p216 lies far below what is new: a sweep has to come by in time."""

    async def wait(line: Line) -> None:
        if line.id == "p216":
            await house.until(lambda: "p216" in held(house))

    return wait


async def test_a_mastodon_stream_with_its_sweeps_tells_all_of_it() -> None:
    async with at_once() as running, reading(running, Network.MASTODON) as house:
        await house.until(lambda: len(running.mastodon.channels) and house.posts)
        await running.play(until_swept(house))
        await house.until(lambda: held(house) == expected(Network.MASTODON))
        late = next(post for post in house.history if script_id(post.uri) == "p216")
        assert late.backfilled, "too old for the stream"


async def test_mastodon_without_a_token_is_polled_to_nearly_the_same_end() -> None:
    async with at_once() as running, reading(running, Network.MASTODON, token=None) as house:
        await house.until(lambda: house.posts)
        await running.play(until_swept(house))
        await house.until(lambda: expected(Network.MASTODON) <= held(house))
        await house.until(lambda: held(house) <= expected(Network.MASTODON) | taken_back_the_day_after())
        assert len(running.mastodon.channels) == 0


@pytest.mark.parametrize("wire", [subscription.V1, subscription.V2])
async def test_each_wire_of_jetstream_tells_all_of_it(wire: str) -> None:
    async with at_once() as running:
        running.jetstream.speaks = {wire}
        async with reading(running, Network.BLUESKY) as house:
            await house.until(lambda: house.posts)
            await running.play()
            await house.until(lambda: held(house) == expected(Network.BLUESKY))
            milan = running.world.accounts["milan-urbansound.sky.example"].did
            wishes = {post.author.uri for post in house.posts.values() if post.author.no_unauthenticated}
            assert wishes == {milan}


async def test_a_reader_that_comes_when_all_is_said_finds_what_is_still_there() -> None:
    async with at_once() as running:
        await running.play()
        async with reading(running, Network.MASTODON) as house:
            await house.until(lambda: held(house) == expected(Network.MASTODON))
        async with reading(running, Network.BLUESKY) as house:
            await house.until(lambda: held(house) == expected(Network.BLUESKY))


async def test_faults_on_the_way_lose_nothing() -> None:
    async with at_once() as running, reading(running, Network.MASTODON) as house:
        await house.until(lambda: len(running.mastodon.channels) and house.posts)
        faults = running.mastodon.faults
        for name in ("server_error", "garbage_json", "delete_first", "duplicate"):
            faults.arm(name, 2)

        swept = until_swept(house)

        async def shake(line: Line) -> None:
            if line.id in ("p150", "p300"):
                running.mastodon.drop_streams()
            await swept(line)

        await running.play(shake)
        await house.until(lambda: held(house) == expected(Network.MASTODON), 40)
        assert all(faults.fired[name] for name in ("server_error", "duplicate", "drop_stream"))


async def test_faults_on_jetstream_lose_nothing() -> None:
    async with at_once() as running, reading(running, Network.BLUESKY) as house:
        await house.until(lambda: house.posts)
        faults = running.jetstream.faults

        async def shake(line: Line) -> None:
            if line.id in ("p100", "p250", "p400"):
                faults.arm({"p100": "drop", "p250": "go_away", "p400": "too_slow"}[line.id])
                faults.arm("duplicate", 5)
                faults.arm("garbage", 2)
                running.appview.faults.arm("server_error", 1)
                await asyncio.sleep(0.05)

        await running.play(shake)
        await house.until(lambda: held(house) == expected(Network.BLUESKY), 40)
        assert {"drop", "go_away", "too_slow", "duplicate", "garbage"} <= faults.fired.keys()


def test_the_three_networks_together_are_what_the_truth_counts() -> None:
    shown = conference().truth["expected_shown"]
    everywhere = set().union(*(expected(network) for network in Network))
    kept_by_wish = shown["nobot"] + shown["no_logged_out_viewers"] + shown["bridge_copies"]
    assert len(everywhere) - kept_by_wish == shown["policy_open_public"]
