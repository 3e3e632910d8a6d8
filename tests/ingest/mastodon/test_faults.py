"""Faults on the way, one after the other: slowness, cuts, storms, floods. Each is seen to have happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import Request, raw_server, reply


@pytest.mark.parametrize("kind", ["silent", "one byte at a time", "stalls after its head", "cut in the middle"])
async def test_a_server_that_does_not_finish_is_given_up_and_asked_again(mastodon: FakeMastodon, kind: str) -> None:
    fired: Counter[str] = Counter()
    well = asyncio.Event()
    whole = reply(b"[" + b" " * 5_000 + b"]", content_type="application/json")

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if well.is_set() or "timelines" not in request.path:
            await mastodon.answer(request, writer)
            return
        fired[kind] += 1
        if kind == "cut in the middle":
            writer.write(whole[:300])
            return
        if kind == "stalls after its head":
            writer.write(whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        for byte in whole if kind == "one byte at a time" else b"":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()

    mastodon.say(1, "there all the time")
    async with raw_server(answer) as slow:
        source = replace(
            mastodon.source(), url=slow.base, upstream=slow.base, allow_private=(urlsplit(slow.base).netloc,)
        )
        house = ListHouse([source])
        async with reading(house, replace(QUICK, deadline=0.1)):
            await house.until(lambda: fired[kind] and house.states and not house.state.ok)
            well.set()
            await house.until(lambda: house.posts and house.state.ok)


async def test_a_stream_cut_in_the_middle_of_a_letter_loses_nothing(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "Küste")
        (_, writer), *_ = mastodon.streams
        data = f"event: update\ndata: {mastodon.statuses[local_id]['content']}".encode()
        torn = data[: data.index("ü".encode()) + 1]
        writer.write(b"%x\r\n%s\r\n" % (len(torn), torn))
        await writer.drain()
        writer.transport.abort()
        mastodon.streams.clear()
        await house.until(lambda: words(house) == {"Küste"})
        await mastodon.until_streaming()
    assert house.skipped == {}
    assert any("broke" in state.reason for _, state in house.states)


async def test_an_edit_that_adds_the_tag_is_a_post_we_never_saw(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "untagged", "elsewhere")
        mastodon.edit(local_id, "<p>tagged now</p>", live=True)
        await house.until(lambda: house.posts)
    assert words(house) == {"tagged now"}


async def test_a_storm_of_edits_and_repetitions_ends_with_the_last(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "n0", live=True)
        for n in range(1, 101):
            mastodon.edit(local_id, f"<p>n{n}</p>", live=True)
            for _ in range(n % 3):
                mastodon.tell("status.update", local_id)
        await house.until(lambda: words(house) == {"n100"})
    assert len(house.posts) == 1


async def test_one_server_s_death_is_no_other_s(mastodon: FakeMastodon) -> None:
    """What was said there meanwhile comes when it is back, in its order."""
    dead = asyncio.Event()
    asked: list[str] = []

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        asked.append(request.path)
        if not dead.is_set():
            await mastodon.answer(request, writer)

    other = ListHouse([mastodon.source(id=2)])
    async with raw_server(answer) as server:
        where = {"url": server.base, "upstream": server.base, "allow_private": (urlsplit(server.base).netloc,)}
        house = ListHouse([replace(mastodon.source(), **where)])  # type: ignore[arg-type]
        mastodon.say(0, "before")
        async with reading(house), reading(other):
            await house.until(lambda: house.posts and house.states and house.state.ok)
            dead.set()
            await house.until(lambda: not house.state.ok)
            for n in range(1, 91):
                mastodon.say(n, f"n{n:02}")
            await other.until(lambda: len(other.posts) == 91)
            assert (house.state.mode, len(house.posts), other.state.ok) == (Mode.POLL, 1, True)
            during = len(asked)
            dead.clear()
            await house.until(lambda: len(house.posts) == 91 and house.state.ok)
    assert during >= 2
    caught_up = [post.address.local_id for post in house.history if post.backfilled]
    assert len(caught_up) == len(set(caught_up)) == 91


async def test_five_thousand_posts_before_the_start_are_read_within_limits_and_through_a_kill(
    mastodon: FakeMastodon,
) -> None:
    for n in range(5_000):
        mastodon.say(n, f"n{n}")
    house = ListHouse([mastodon.source()])
    pace = replace(QUICK, past_pages=20)
    async with reading(house, pace):
        await house.until(lambda: len(house.posts) >= 2_000, 60)
    before = len(mastodon.pages("max_id"))
    async with reading(house, pace):
        await house.until(lambda: len(house.posts) == 5_000, 60)
    assert 45 <= before < 100
    assert len(mastodon.pages("max_id")) < 160  # 125 pages, and few of them twice
    assert max(len(batch.items) for batch in house.batches) <= 100
