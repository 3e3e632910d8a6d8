"""Posts we hold, looked at again: after the captured swap of a record, after a gap, and with an AppView that lags."""

from __future__ import annotations

from typing import Any

from ingest.bluesky.jetstream import Event, Wire, read
from ingest.bluesky.pace import Pace
from ingest.text.segments import plain
from ingest.types import IncomingAuthorChange, IncomingDeletion, IncomingPost
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.stage import AT_ONCE, Stage, profile, wrote

ALICE = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe"
SWAPPED = f"at://{ALICE}/app.bsky.feed.post/3n2u6sae46y2p"
SWAP = [e for f in captures.frames("jetstream_v2.REAL.recreate_resync.jsonl") if (e := read(Wire.V2, f))]
BEFORE, SYNC, AFTER = SWAP[:1], [e for e in SWAP if e.kind == "sync"], SWAP[2:]


def view_of(event: Event) -> dict[str, Any]:
    return {"uri": event.uri, "cid": event.cid, "record": event.record, "author": {"did": event.did}}


async def test_words_that_were_swapped_are_told_when_the_repository_is_told_anew(stage: Stage) -> None:
    await stage.hear(*BEFORE)
    assert plain(stage.house.posts[SWAPPED].segments) == "puppies are the best #wallconf"
    stage.fake.posts[SWAPPED] = view_of(BEFORE[0])  # the AppView is not there yet
    await stage.hear(*SYNC, *AFTER)
    assert plain(stage.house.posts[SWAPPED].segments) == "SWAPPED CONTENT #wallconf"
    assert len(set(stage.house.posts)) == len(stage.house.posts) > 3


async def test_a_swap_is_seen_from_the_appview_at_once_when_only_the_sync_came(stage: Stage) -> None:
    await stage.hear(*BEFORE)
    swap = next(event for event in AFTER if event.uri == SWAPPED)
    stage.fake.posts[SWAPPED] = view_of(swap)
    (item,) = await stage.hear(*SYNC)
    assert isinstance(item, IncomingPost) and item.version == swap.cid


async def test_untagged_words_in_the_place_of_tagged_ones_are_told_too(stage: Stage) -> None:
    await stage.hear(wrote("#wallconf", ALICE))
    items = await stage.hear(*SYNC, wrote("something else", ALICE, cid="bafyreiother"))
    assert [item.tags for item in items if isinstance(item, IncomingPost)] == [frozenset()]
    assert await stage.hear(wrote("never ours", ALICE, rkey="5")) == []


async def test_what_the_appview_does_not_have_is_gone_only_at_the_second_look(stage: Stage) -> None:
    stage.fake.profiles[ALICE] = profile(ALICE)
    await stage.hear(*BEFORE)
    assert await stage.hear(*SYNC) == []
    assert await stage.harvest.due(Pace(refresh=30.0, sweep=1e9)) == []
    (item,) = await stage.receive(await stage.harvest.due(AT_ONCE))
    assert isinstance(item, IncomingDeletion) and item.uri == SWAPPED and not item.may_precede
    assert await stage.harvest.due(AT_ONCE) == []


async def test_what_is_missing_because_the_account_is_closed_is_kept_for_its_return(stage: Stage) -> None:
    await stage.hear(*BEFORE, *SYNC)
    assert await stage.receive(await stage.harvest.due(AT_ONCE)) == [IncomingAuthorChange(ALICE, "deactivated")]


async def test_while_the_appview_is_down_nothing_is_gone_and_it_is_looked_at_later(stage: Stage) -> None:
    stage.fake.profiles[ALICE] = profile(ALICE)
    await stage.hear(*BEFORE)
    stage.fake.status = 503
    await stage.hear(*SYNC)
    assert await stage.harvest.due(AT_ONCE) == []
    stage.fake.status = 200
    assert len(await stage.harvest.due(AT_ONCE)) == 1


async def test_the_sync_of_somebody_we_do_not_hold_is_nothing(stage: Stage) -> None:
    assert await stage.hear(*SYNC) == []
    assert stage.fake.asked == []
