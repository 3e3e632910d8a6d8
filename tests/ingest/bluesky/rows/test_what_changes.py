"""The checklist's rows about edits, swaps, deletions and accounts, each through to what is shown."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.domain.audience import Audience
from app.domain.posts import pictures
from app.models import Attachment, Decision, Media, Verdict
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.rows.world import A, B, World
from tests.ingest.bluesky.stage import profile

ALICE = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe"
SWAPPED = f"at://{ALICE}/app.bsky.feed.post/3n2u6sae46y2p"
PICTURE = {
    "$type": "app.bsky.embed.images",
    "images": [{"alt": "a quay", "image": {"ref": {"$link": "bafkreiabcdefgh"}}}],
}


async def test_bluesky_d04_an_edit_takes_an_approved_post_back_to_the_queue_and_a_replay_does_not(
    reviewed: World,
) -> None:
    uri = reviewed.write("the first words #wallconf")
    await reviewed.until(lambda posts: uri in posts)
    await reviewed.approve(uri)
    reviewed.feed.raw(reviewed.feed.frames[-1])
    reviewed.write("somebody else #wallconf", B)
    posts = await reviewed.until(lambda posts: len(posts) == 2)
    assert posts[uri].verdict is Verdict.APPROVE, "the same version twice is nothing"
    reviewed.write("other words #wallconf", how="update")
    posts = await reviewed.until(lambda posts: posts[uri].text == "other words #wallconf")
    assert (posts[uri].verdict, posts[uri].why) == (Verdict.WAITING, "changed")
    async with reviewed.database.reading() as db:
        versions = (await db.scalars(select(Decision.version).where(Decision.post_id == posts[uri].id))).all()
    assert versions == ["bafyrei00001", "bafyrei00001", "bafyrei00003"]


async def test_bluesky_d05_words_that_were_swapped_are_seen_in_the_captured_stream(reviewed: World) -> None:
    frames = captures.frames("jetstream_v2.REAL.recreate_resync.jsonl")
    reviewed.appview.profiles[ALICE] = profile(ALICE)
    for frame in frames:
        if (payload := json.loads(frame)["payload"]).get("record"):
            reviewed.index(ALICE, payload["rkey"], payload["cid"], payload["record"])
    reviewed.feed.raw(frames[0])
    await reviewed.until(lambda posts: SWAPPED in posts)
    await reviewed.approve(SWAPPED)
    assert await reviewed.shown() == ["puppies are the best #wallconf"]
    reviewed.feed.raw(*frames[1:])
    posts = await reviewed.until(lambda posts: posts[SWAPPED].text == "SWAPPED CONTENT #wallconf")
    assert posts[SWAPPED].verdict is Verdict.WAITING and await reviewed.shown() == []
    told_anew = {payload["rkey"] for frame in frames[2:] if (payload := json.loads(frame)["payload"]).get("record")}
    posts = await reviewed.until(lambda posts: len(posts) > 3)
    assert {post.uri.rpartition("/")[2] for post in posts.values()} <= told_anew
    assert all(len(post.copies) == 1 for post in posts.values())
    waiting = {uri: post.version for uri, post in posts.items()}
    reviewed.feed.raw(*frames[1:])
    reviewed.write("done #wallconf", B)
    posts = await reviewed.until(lambda posts: len(posts) == len(waiting) + 1)
    assert {uri: posts[uri].version for uri in waiting} == waiting, "told anew once more, nothing is new"


async def test_bluesky_d05_a_swap_that_no_stream_tells_is_seen_at_the_next_look(reviewed: World) -> None:
    uri = reviewed.write("puppies #wallconf")
    await reviewed.until(lambda posts: uri in posts)
    await reviewed.approve(uri)
    reviewed.index(A, "1", "bafyreiswapped", {"text": "kittens #wallconf", "createdAt": "2026-11-21T22:59:00Z"})
    reviewed.looked_again()
    posts = await reviewed.until(lambda posts: posts[uri].version == "bafyreiswapped")
    assert posts[uri].verdict is Verdict.WAITING and await reviewed.shown() == []


async def test_bluesky_d06_a_deletion_takes_a_post_off_within_a_second(world: World) -> None:
    world.write("to be deleted #wallconf")
    world.write("to stay #wallconf", B)
    await world.until(lambda posts: len(posts) == 2)
    began = time.monotonic()
    world.take_back()
    await world.until_shown("to stay #wallconf", seconds=5)
    assert time.monotonic() - began < 1
    gone = (await world.posts())[f"at://{A}/app.bsky.feed.post/1"]
    assert (gone.text, gone.segments) == ("", [])
    assert await world.shown(Audience.DESK) == ["to stay #wallconf"]


async def test_bluesky_d06_a_deletion_that_overtakes_its_post_wins_and_a_later_post_does_not_suffer(
    world: World,
) -> None:
    world.take_back(rkey="1", rev="3kbbb")
    world.write("overtaken #wallconf", rkey="1", rev="3kaaa")
    world.write("written anew #wallconf", rkey="1", rev="3kccc")
    await world.until_shown("written anew #wallconf")


@pytest.mark.parametrize("status", ["deactivated", "takendown", "suspended", "throttled-and-off"])
async def test_bluesky_d07_who_closes_their_account_is_hidden_and_comes_back_when_it_opens(
    world: World, status: str
) -> None:
    world.write("hello #wallconf")
    await world.until_shown("hello #wallconf")
    known, world.appview.profiles = world.appview.profiles, {}
    world.account(A, status)
    await world.until_shown()
    posts = await world.posts()
    assert [post.text for post in posts.values()] == ["hello #wallconf"], "kept, for when they return"
    world.appview.profiles = known
    world.account(A)
    await world.until_shown("hello #wallconf")


async def test_bluesky_d07_who_returns_is_read_anew_before_anything_of_theirs_is_shown(world: World) -> None:
    world.write("hello #wallconf")
    await world.until_shown("hello #wallconf")
    world.account(A, "deactivated")
    await world.until_shown()
    world.appview.profiles[A] = profile(A, labels=[{"val": "!no-unauthenticated"}])
    world.account(A)
    posts = await world.until(lambda posts: next(iter(posts.values())).author.no_unauthenticated)
    assert len(posts) == 1 and await world.shown() == []


async def test_bluesky_d07_who_deletes_their_account_leaves_nothing_behind_no_picture_either(world: World) -> None:
    uri = world.write("hello #wallconf", embed=PICTURE)
    await world.until(lambda posts: uri in posts and posts[uri].attachments)
    async with world.database.transaction() as db:
        db.add(Media(id="ab" * 32, width=9, height=9, size=9, colour="#ffffff", created_at=datetime.now(UTC)))
        attachment = (await db.scalars(select(Attachment))).one()
        attachment.media_id = "ab" * 32
    world.account(A, "deleted")
    posts = await world.until(lambda posts: posts[uri].gone_at)
    assert posts[uri].text == "" and posts[uri].attachments == []
    async with world.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(Attachment))).scalar_one() == 0
        assert await pictures.unneeded(db), "the next turn of the job removes the file"
    world.account(A)
    world.write("still here #wallconf", B)
    await world.until_shown("still here #wallconf")


async def test_bluesky_d08_a_new_handle_is_shown_and_links_go_by_what_does_not_change(world: World) -> None:
    uri = world.write("hello #wallconf")
    await world.until(lambda posts: uri in posts)
    world.appview.profiles[A] = profile(A, "renamed.test")
    world.feed.say("identity", A, identity={"did": A, "handle": "a-lie.test"})
    posts = await world.until(lambda posts: posts[uri].author.handle == "renamed.test")
    assert posts[uri].url == f"https://bsky.app/profile/{A}/post/1"
    assert posts[uri].author.url == f"https://bsky.app/profile/{A}"
    assert await world.shown() == ["hello #wallconf"]
