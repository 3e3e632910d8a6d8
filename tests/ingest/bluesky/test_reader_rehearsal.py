"""The reader against the rehearsal's own servers: the whole invented conference, with everything that goes wrong."""

from __future__ import annotations

import asyncio

import pytest

from ingest.bluesky.reader import Reader
from ingest.http import Guard
from ingest.rehearsal import AS_FAST_AS_POSSIBLE, Rehearsal
from ingest.types import Network, SourceConfig
from tests.ingest.bluesky.reading import QUICK
from tests.ingest.house import ListHouse


def source(rehearsal: Rehearsal) -> SourceConfig:
    told = next(one for one in rehearsal.sources() if one["kind"] == "bluesky")
    settings = told["settings"] | {"look_back_hours": 35}
    private = tuple(told["allow_private"])
    tags = ("harbourtalks",)
    return SourceConfig(1, "talks", Network.BLUESKY, "bluesky", "", tags, settings=settings, allow_private=private)


def expected(rehearsal: Rehearsal) -> set[str]:
    """The addresses of the posts on Bluesky that belong to the event when everything is said."""
    lines = [line for line in rehearsal.script.lines if line.network is Network.BLUESKY]
    gone = {line.target for line in lines if line.act == "delete"}
    ours = {line.id for line in lines if line.act == "post" and line.matches} - gone
    return {post.uri for id, post in rehearsal.world.posts.items() if id in ours}


@pytest.mark.parametrize("faults", [{}, {"duplicate": 5, "garbage": 3, "drop": 2, "go_away": 1, "too_slow": 1}])
async def test_everything_said_on_bluesky_comes_and_what_was_taken_back_goes(faults: dict[str, int]) -> None:
    async with Rehearsal(speed=AS_FAST_AS_POSSIBLE, chatter=None) as rehearsal:
        for name, times in faults.items():
            rehearsal.jetstream.faults.arm(name, times)
        house = ListHouse([source(rehearsal)])
        reading = asyncio.create_task(Reader(house.configured, house, Guard(), pace=QUICK).run())
        try:
            await rehearsal.play()
            await house.until(lambda: set(house.posts) == expected(rehearsal))
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    assert dict(rehearsal.jetstream.faults.fired) == faults
    hidden = {post.author.handle for post in house.posts.values() if post.author.no_unauthenticated}
    assert len(hidden) == 1 and all(post.author.name != post.author.uri for post in house.posts.values())
    assert sum(post.bridge_of is not None for post in house.posts.values()) == 5
    shown = [one.url for post in house.posts.values() for one in post.attachments]
    assert shown and all((url or "").startswith(rehearsal.appview.base) for url in shown)
