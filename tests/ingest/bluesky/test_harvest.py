"""What a batch of events means for the house: matching, edits, deletions, accounts, and what hydration adds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ingest.bluesky.appview import AppView
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.jetstream import Event, Wire, read
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People
from ingest.bluesky.profiles import Profiles
from ingest.http import Guard
from ingest.text.segments import plain
from ingest.types import IncomingAuthorChange, IncomingDeletion, IncomingPost
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.stage import AT_ONCE, SOURCE, A, B, Stage, edited, profile, removed, wrote


async def test_posts_with_a_tag_of_any_source_are_taken_with_their_author_and_the_others_are_not(stage: Stage) -> None:
    items = await stage.hear(wrote("#WallConf"), wrote("(#HarbourTalks)", B, "2"), wrote("#walconf", rkey="3"))
    assert [(plain(i.segments), i.author.name) for i in items if isinstance(i, IncomingPost)] == [
        ("#WallConf", "A.Test"),
        ("(#HarbourTalks)", "B.Test"),
    ]
    assert stage.fake.asked == [("getProfiles", [A, B])] or stage.fake.asked == [("getProfiles", [B, A])]


async def test_a_post_of_another_collection_is_no_post(stage: Stage) -> None:
    assert await stage.hear(wrote("#wallconf", collection="app.bsky.actor.profile")) == []


async def test_an_edit_that_takes_the_tag_away_is_told_and_one_of_a_post_we_never_had_is_not(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    (item,) = await stage.hear(edited("no tag any more"), wrote("nor here", rkey="9", kind="update"))
    assert isinstance(item, IncomingPost) and (item.tags, item.version) == (frozenset(), "bafyreitwo2")


async def test_an_edit_that_adds_the_tag_brings_the_post(stage: Stage) -> None:
    assert await stage.hear(wrote("typo #walconf")) == []
    assert len(await stage.hear(edited("typo fixed #wallconf"))) == 1


async def test_an_edit_into_something_unreadable_takes_the_post_away_and_is_counted(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    (item,) = await stage.hear(replace(edited(""), record={"text": 7}))
    assert isinstance(item, IncomingDeletion) and not item.may_precede
    assert stage.harvest.skipped == {"a post that cannot be read": 1}


async def test_a_deletion_of_ours_is_told_with_its_revision_and_one_of_strangers_is_not(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    (item,) = await stage.hear(removed(B, "77"), removed())
    assert isinstance(item, IncomingDeletion)
    assert (item.uri, item.rev, item.may_precede) == (f"at://{A}/app.bsky.feed.post/1", "3c", True)
    assert item.address and item.address.local_id == f"{A}/1"


async def test_a_deletion_in_the_same_batch_as_its_post_is_told(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"), removed())
    assert stage.house.posts == {} and len(stage.house.deleted) == 1


async def test_a_deletion_that_overtook_its_post_wins_and_a_later_post_at_the_same_address_does_not_suffer(
    stage: Stage,
) -> None:
    assert await stage.hear(removed(rev="3b")) == []
    assert await stage.hear(wrote("#wallconf", rev="3a")) == []
    assert len(await stage.hear(wrote("#wallconf", rev="3c"))) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("deleted", "deleted"),
        ("takendown", "suspended"),
        ("suspended", "suspended"),
        ("deactivated", "deactivated"),
        ("", "deactivated"),
    ],
)
async def test_an_account_of_ours_that_closes_is_told_with_what_became_of_it(
    stage: Stage, status: str, state: str
) -> None:
    await stage.hear(wrote("#wallconf"))
    items = await stage.hear(Event("account", A, active=False, status=status), Event("account", B, active=False))
    assert items == [IncomingAuthorChange(A, state)]  # type: ignore[arg-type]


async def test_an_account_that_returns_is_read_anew(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    stage.fake.profiles[A] = profile(A, labels=[{"val": "!no-unauthenticated"}])
    (item,) = await stage.hear(Event("account", A, active=True))
    assert isinstance(item, IncomingAuthorChange) and item.state == "active"
    assert item.author and item.author.no_unauthenticated


async def test_a_new_handle_is_told_after_reading_it_from_the_appview(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    stage.fake.profiles[A] = profile(A, "new.test")
    (item,) = await stage.hear(Event("identity", A), Event("identity", "did:plc:else"))
    assert isinstance(item, IncomingAuthorChange) and item.author and item.author.handle == "new.test"


async def test_while_the_appview_is_down_posts_come_hidden_from_strangers_and_are_set_right_later(stage: Stage) -> None:
    stage.fake.status = 502
    (item,) = await stage.hear(wrote("#wallconf"))
    assert isinstance(item, IncomingPost) and item.author.no_unauthenticated and item.author.name == A
    assert await stage.harvest.due(AT_ONCE) == []
    stage.fake.status = 200
    (change,) = await stage.harvest.due(AT_ONCE)
    assert isinstance(change, IncomingAuthorChange) and change.author
    assert (change.author.name, change.author.no_unauthenticated) == ("A.Test", False)
    assert await stage.harvest.due(AT_ONCE) == []


async def test_an_author_whom_the_appview_does_not_know_stays_hidden_and_is_asked_for_again(stage: Stage) -> None:
    del stage.fake.profiles[A]
    (item,) = await stage.hear(wrote("#wallconf"))
    assert isinstance(item, IncomingPost) and item.author.no_unauthenticated
    assert await stage.harvest.due(AT_ONCE) == []
    stage.fake.profiles[A] = profile(A, labels=[{"val": "!no-unauthenticated"}])
    (change,) = await stage.harvest.due(AT_ONCE)
    assert isinstance(change, IncomingAuthorChange) and change.author and change.author.no_unauthenticated


async def test_after_a_restart_wishes_of_those_we_hold_are_read_again(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf"))
    stage.fake.profiles[A] = profile(A, description="#nobot")
    guard = Guard(allow_private=["127.0.0.1"])
    async with guard.client() as client:
        appview = AppView(guard, client, stage.fake.base)
        people = People(Profiles(appview, lambda: SEEN))
        again = Harvest([SOURCE], stage.house, appview, people, lambda: SEEN)
        (change,) = await again.due(Pace())
    assert isinstance(change, IncomingAuthorChange) and change.author and change.author.nobot


async def test_what_a_post_carries_is_looked_up_once_for_the_batch(stage: Stage) -> None:
    view = captures.VIEWS["Two slides from the keynote #wallconf"]
    _, _, did, _, rkey = view["uri"].split("/")
    stage.fake.posts[view["uri"]] = view
    event = wrote("", did, rkey, view["cid"], record=view["record"])
    (item, _) = await stage.hear(event, wrote("plain #wallconf"))
    assert isinstance(item, IncomingPost)
    assert (item.attachments[0].url or "").startswith("http://localhost:2584/img/feed_fullsize/")
    assert [ids for method, ids in stage.fake.asked if method == "getPosts"] == [[view["uri"]]]


async def test_what_was_said_long_before_we_heard_it_is_marked_as_caught_up_with(stage: Stage) -> None:
    old, new = wrote("#wallconf", time=1795295000000000), wrote("#wallconf", rkey="2")
    items = await stage.hear(old, new)
    assert [item.backfilled for item in items if isinstance(item, IncomingPost)] == [True, False]


async def test_the_house_is_asked_once_per_batch_and_not_at_all_where_nothing_could_be_ours(stage: Stage) -> None:
    asked: list[set[str]] = []
    known = stage.house.known

    async def counting(uris: Any) -> set[str]:
        asked.append(set(uris))
        return await known(uris)

    stage.house.known = counting  # type: ignore[method-assign]
    await stage.hear(wrote("nothing"), wrote("#wallconf", rkey="2"))
    assert asked == []
    await stage.hear(removed(B, "7"), removed(B, "8"), Event("account", B), edited("x"))
    assert len(asked) == 1 and len(asked[0]) == 4


async def test_the_captured_streams_end_in_what_was_left_on_the_network(stage: Stage) -> None:
    for wire, name in ((Wire.V1, "jetstream_v1.REAL.posts.jsonl"), (Wire.V2, "jetstream_v2.REAL.posts.jsonl")):
        house = stage.house.posts = {}
        await stage.hear(*(event for frame in captures.frames(name) if (event := read(wire, frame))))
        words = sorted(plain(post.segments) for post in house.values())
        assert words == [
            "I agree #wallconf",
            "Live from the venue #WallConf 🎤",
            "With pictures #wallconf",
            "tags only",
            "thread 0 #wallconf",
            "thread 1 #wallconf",
            "thread 2 #wallconf",
            "typo fixed #wallconf",
        ]
        states = [change.state for change in stage.house.author_changes]
        assert {"deactivated", "suspended", "deleted", "active"} <= set(states)
