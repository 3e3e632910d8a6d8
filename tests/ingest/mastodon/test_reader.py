"""Reading a server that streams or polls: nothing is lost or doubled, and it is said how it goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon


async def test_mastodon_c1_without_a_token_it_polls_and_says_why(mastodon: FakeMastodon) -> None:
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


async def test_mastodon_c1_with_a_token_it_hears_posts_as_they_are_said(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        await house.until(lambda: house.states and house.state.mode is Mode.STREAM)
        mastodon.say(1, "live", live=True)
        await house.until(lambda: house.posts)
    assert not house.history[0].backfilled
    assert (house.state.ok, house.state.reason) == (True, "Live: new posts arrive within a second.")


async def test_mastodon_c3_it_listens_before_it_asks(mastodon: FakeMastodon) -> None:
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


async def test_mastodon_c3_what_was_said_while_we_were_away_is_caught_up_without_a_hole(mastodon: FakeMastodon) -> None:
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


async def test_an_edit_is_heard_live(mastodon: FakeMastodon) -> None:
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "wrong", live=True)
        await house.until(lambda: house.posts)
        mastodon.edit(local_id, "<p>right</p>", live=True)
        await house.until(lambda: words(house) == {"right"})
    assert len({post.version for post in house.history}) == 2


async def test_mastodon_c10_a_deletion_is_heard_live_and_may_come_first(mastodon: FakeMastodon) -> None:
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


async def test_a_reader_that_is_cancelled_leaves_nothing_running(mastodon: FakeMastodon) -> None:
    before = asyncio.all_tasks()
    house = ListHouse([mastodon.source("wall", "third", token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming(2)
    ours = {task for task in asyncio.all_tasks() - before if "talk" not in repr(task)}
    assert ours == set()
