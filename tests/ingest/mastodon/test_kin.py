"""Servers that speak Mastodon's language with an accent, each with what sets it apart."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ingest.http import Guard
from ingest.mastodon.reader import Reader
from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.captures import GOTOSOCIAL, gotosocial, parsed
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import reply


async def test_friendica_gives_pages_after_the_cursor_oldest_first(mastodon: FakeMastodon) -> None:
    mastodon.ascending, mastodon.streaming, mastodon.any_of = True, False, False
    mastodon.say(0)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts)
    for n in range(1, 200):
        mastodon.say(n)
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) == 200)
    assert mastodon.pages("min_id")
    assert house.state.reason.endswith("offers no live stream.")


async def test_takahe_knows_no_address_with_a_slash_at_its_end(mastodon: FakeMastodon) -> None:
    mastodon.slashes, mastodon.streaming = False, False
    mastodon.say(1, "here")
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts)
    assert not any(path.endswith("/") for path in mastodon.asked)


async def test_pixelfed_shows_strangers_nothing_and_has_no_stream(mastodon: FakeMastodon) -> None:
    mastodon.streaming = False
    mastodon.override = lambda path: (
        reply(b'{"error": "Forbidden"}', "403 Forbidden") if "timelines" in path and not tokens else None
    )
    tokens: list[str] = []
    mastodon.say(1, "picture")
    house = ListHouse([mastodon.source()])
    async with asyncio.timeout(10):
        await Reader(house.configured, house, Guard(), pace=QUICK).run()
    assert house.state.reason.endswith("add an access token.")
    tokens.append(TOKEN)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts and house.states)
    assert (house.state.mode, house.state.ok) == (Mode.POLL, True)
    assert not mastodon.pages("since_id")


@pytest.mark.parametrize("visibility", ["local", "list", "unlisted", "direct"])
async def test_akkoma_s_other_visibilities_are_told_as_not_public(mastodon: FakeMastodon, visibility: str) -> None:
    mastodon.say(1, "everybody's")
    mastodon.say(2, "some people's", visibility=visibility, pleroma={"local": True})
    house = ListHouse([mastodon.source()])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) == 2)
    assert {p.public for p in house.posts.values()} == {True, False}
    assert {str(p.segments[0]) for p in house.posts.values() if p.public} != set()


@pytest.mark.parametrize(
    "ids",
    [
        [f"01M803DVPX4P45M01Z5QTWD{n:03d}" for n in range(100)],  # GoToSocial: ULID
        [f"AfPq8z9v1C5bq{c}{d}" for c in "0Aa" for d in "0123456789ABCDEFabcdef"],  # Pleroma: base-62 flake
    ],
    ids=["ulid", "flake"],
)
async def test_mastodon_c10_ids_without_a_number_are_read_and_caught_up(mastodon: FakeMastodon, ids: list[str]) -> None:
    def say(local_id: str) -> None:
        said = mastodon.statuses.pop(mastodon.say(1, local_id))
        mastodon.statuses[local_id] = said | {"id": local_id, "uri": f"https://wall.example/objects/{local_id}"}

    ids = sorted(ids)
    say(ids[0])
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts)
    for local_id in ids[1:]:
        say(local_id)
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: words(house) == set(ids))
        await mastodon.until_streaming()
        mastodon.delete(ids[3], live=True)
        await house.until(lambda: len(house.posts) == len(ids) - 1)
    assert ids[3] not in words(house)


async def test_a_server_without_streams_is_polled_whatever_its_version_says(mastodon: FakeMastodon) -> None:
    told: dict[str, Any] = {"domain": "wall.example", "version": "4.6.5", "configuration": {"urls": {}}}
    import json

    mastodon.override = lambda path: reply(json.dumps(told).encode()) if path == "/api/v2/instance" else None
    mastodon.say(1)
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: house.posts)
    assert not any("streaming" in path for path in mastodon.asked)


async def test_a_dashed_session_tag_is_still_the_event_s(mastodon: FakeMastodon) -> None:
    """Mastodon ends a tag at the dash; other networks do not. #wall #wall_s12 and #wall-s12 all come."""
    for n, (tags, said) in enumerate([(("wall", "wall_s12"), ""), (("wall",), "-s12")]):
        local_id = mastodon.say(n, "talk", *tags)
        mastodon.statuses[local_id]["content"] = mastodon.statuses[local_id]["content"].replace("</p>", f"{said}</p>")
    house = ListHouse([mastodon.source()])
    async with reading(house, NEVER_AGAIN):
        await house.until(lambda: len(house.posts) == 2)
    found = sorted(sorted(post.tags) for post in house.posts.values())
    assert found == [["wall", "wall-s12"], ["wall", "wall_s12"]]


def test_an_author_without_any_wish_told_has_none() -> None:
    author = parsed(gotosocial("post_plain"), GOTOSOCIAL).author
    assert (author.indexable, author.noindex) == (None, None)
