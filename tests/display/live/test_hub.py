"""What the hub tells whom, and when: walls at once, followers by the tick, a hide before everything."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete

from app.domain.audience import Audience
from app.models import Copy, Decision, Event, Post
from display.live.hub import GONE, SLICE, SLOW_FOR, Hub
from tests.display.live.peers import FakePeer, folded, frames, joined, member, says_the_truth, step
from tests.display.live.world import World


def peer_of(one: object) -> FakePeer:
    return one.peer  # type: ignore[attr-defined, no-any-return]


async def test_whoever_comes_first_gets_a_snapshot_and_whoever_missed_nothing_gets_no_messages(
    world: World, hub: Hub
) -> None:
    await world.say()
    first = await joined(hub, world.event.id)
    assert [m["type"] for f in frames(first) for m in f["messages"]] == ["snapshot"]
    again = await joined(hub, world.event.id, epoch=first.epoch, seq=first.seq)
    assert [f["messages"] for f in frames(again)] == [[]]


async def test_a_wall_is_told_at_once_and_a_follower_with_the_tick(world: World, hub: Hub) -> None:
    wall, follower = await joined(hub, world.event.id), await joined(hub, world.event.id, pace="follow")
    await world.say()
    await step(hub, tick=False)
    assert await says_the_truth(world, wall)
    assert not await says_the_truth(world, follower)
    await world.say()
    await step(hub)
    assert len(frames(follower)) == 2, "two posts, one frame"
    assert await says_the_truth(world, follower)


async def test_a_hide_reaches_followers_without_their_tick_and_with_what_waited(world: World, hub: Hub) -> None:
    await world.say()
    follower = await joined(hub, world.event.id, pace="follow")
    await world.say()
    await step(hub, tick=False)
    await world.hide(0)
    await step(hub, tick=False)
    assert await says_the_truth(world, follower)


async def test_a_follower_who_knows_more_than_what_waits_is_not_turned_back(world: World, hub: Hub) -> None:
    await joined(hub, world.event.id, pace="follow")
    await world.say()
    await step(hub, tick=False)
    await world.hide(0)
    late = await joined(hub, world.event.id, pace="follow")
    await hub._tick()
    assert len(frames(late)) == 1
    assert await says_the_truth(world, late)


async def test_a_freeze_reaches_followers_without_their_tick(world: World, hub: Hub) -> None:
    follower = await joined(hub, world.event.id, pace="follow")
    await world.act("freeze", True)
    await step(hub, tick=False)
    assert folded(follower).event["frozen"] is True  # type: ignore[index]


async def test_a_post_that_was_said_and_hidden_within_one_tick_is_never_told(world: World, hub: Hub) -> None:
    wall, follower = await joined(hub, world.event.id), await joined(hub, world.event.id, pace="follow")
    await world.say()
    await world.hide(0)
    await step(hub)
    for one in (wall, follower):
        assert [m["type"] for m in peer_of(one).messages("put", "drop")] == ["drop"]


async def test_what_only_a_rule_let_pass_is_not_told_to_reviewed_screens_in_any_word(world: World, hub: Hub) -> None:
    reviewed = await joined(hub, world.event.id, Audience.REVIEWED)
    await world.say()
    await step(hub)
    assert "Said 0" not in str(frames(reviewed))


async def test_a_heartbeat_goes_only_to_those_who_know_everything_up_to_it(world: World, hub: Hub) -> None:
    first, follower = await joined(hub, world.event.id), await joined(hub, world.event.id, pace="follow")
    await world.say()
    ahead = await joined(hub, world.event.id)  # has read further than the hub
    await hub._beat()
    assert len(peer_of(first).messages("heartbeat")) == 1
    assert peer_of(ahead).messages("heartbeat") == []
    await step(hub, tick=False)
    await hub._beat()
    assert len(peer_of(first).messages("heartbeat")) == 2
    assert len(peer_of(follower).messages("heartbeat")) == 1, "it still waits for its frame"


async def test_a_slow_peer_leaves_the_hot_path_and_is_brought_back_by_its_cursor(world: World, hub: Hub) -> None:
    slow, quick = await joined(hub, world.event.id), await joined(hub, world.event.id)
    peer_of(slow).slow = True
    for _ in range(3):
        await world.say()
        await step(hub)
    assert len(frames(slow)) == 1, "nothing was piled up for it"
    assert await says_the_truth(world, quick)
    peer_of(slow).slow = False
    await hub._sweep(asyncio.get_running_loop().time())
    assert len(frames(slow)) == 2, "one frame for all it missed"
    assert await says_the_truth(world, slow)


@pytest.mark.parametrize("quiet", [False, True])
async def test_a_peer_that_stays_slow_is_cut_also_when_nothing_is_said(world: World, hub: Hub, quiet: bool) -> None:
    slow = await joined(hub, world.event.id)
    peer_of(slow).slow = True
    if quiet:
        await hub._beat()
    else:
        await world.say()
        await step(hub)
    now = asyncio.get_running_loop().time()
    await hub._sweep(now + SLOW_FOR - 1)
    assert not peer_of(slow).aborted
    await hub._sweep(now + SLOW_FOR + 1)
    assert peer_of(slow).aborted


async def test_a_crowd_larger_than_a_slice_is_told_to_the_last(world: World, hub: Hub) -> None:
    crowd = [await joined(hub, world.event.id, pace="follow") for _ in range(2 * SLICE + 7)]
    await world.say()
    await step(hub)
    assert all(len(folded(one).posts) == 1 for one in crowd)


async def test_audiences_are_told_apart(world: World, hub: Hub) -> None:
    members = {a: await joined(hub, world.event.id, a) for a in Audience}
    await world.say()
    await world.say()
    await world.hide(0)
    await step(hub)
    assert {a: len(folded(m).posts) for a, m in members.items()} == {
        Audience.PUBLIC: 1, Audience.REVIEWED: 0, Audience.DESK: 2,
    }  # fmt: skip


async def test_a_socket_of_an_event_that_is_deleted_is_told_and_closed(world: World, hub: Hub) -> None:
    one = await joined(hub, world.event.id)
    async with world.database.transaction() as db:
        for table in (Copy, Decision, Post, Event):
            await db.execute(delete(table))
    await step(hub)
    assert peer_of(one).messages("bye")
    assert one.over.result() == GONE
    await step(hub)
    assert len(peer_of(one).messages("bye")) == 1


async def test_closing_says_goodbye_to_everybody(world: World, hub: Hub) -> None:
    one = await joined(hub, world.event.id)
    await hub.close()
    assert peer_of(one).messages("bye")
    assert one.over.result() == 1012


async def test_a_join_that_is_given_up_leaves_nothing_behind(world: World, hub: Hub) -> None:
    one = member(world.event.id)
    joining = asyncio.create_task(hub.join(one))
    await asyncio.sleep(0)
    joining.cancel()
    await asyncio.gather(joining, return_exceptions=True)
    assert hub.members(world.event.id) == set()
    assert hub._channels == {}
