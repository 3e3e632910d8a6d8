"""What must hold when two things happen at the same moment, each made to happen."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from display.live.hub import Hub
from tests.display.live.gates import Gated
from tests.display.live.peers import FakePeer, frames, joined, member, says_the_truth, step
from tests.display.live.world import World


async def test_a_catch_up_frame_is_not_lost_when_the_hub_forgets_its_frames_meanwhile(
    world: World, gated: Gated, hub: Hub
) -> None:
    await world.say()
    await joined(hub, world.event.id)

    async def meanwhile() -> None:
        await world.say()
        await step(hub)

    gated.after.append(meanwhile)
    late = await joined(hub, world.event.id)
    assert await says_the_truth(world, late)


async def test_whoever_leaves_last_does_not_take_the_channel_from_whoever_is_joining(
    world: World, gated: Gated, hub: Hub
) -> None:
    leaver = await joined(hub, world.event.id)

    async def meanwhile() -> None:
        hub.leave(leaver)

    gated.before.append(meanwhile)
    comer = await joined(hub, world.event.id)
    await world.say()
    await step(hub)
    assert await says_the_truth(world, comer)


async def test_what_is_said_between_a_joiners_reading_and_its_first_frame_is_not_missed(
    world: World, gated: Gated, hub: Hub
) -> None:
    await joined(hub, world.event.id)

    async def meanwhile() -> None:
        await world.say()
        await world.hide(0)
        await step(hub)

    gated.after.append(meanwhile)
    late = await joined(hub, world.event.id)
    assert await says_the_truth(world, late)


@pytest.mark.parametrize("pace", ["wall", "follow"])
async def test_a_joiner_of_an_audience_nobody_else_has_is_told_what_was_read_without_it(
    world: World, gated: Gated, hub: Hub, pace: str
) -> None:
    """It comes while the hub reads for others: after the audiences were counted, before the number was."""
    await joined(hub, world.event.id, "desk")  # type: ignore[arg-type]
    late = member(world.event.id, pace=pace)  # type: ignore[arg-type]

    async def meanwhile() -> None:
        await hub.join(late)
        await world.say()

    await world.say()
    gated.before.append(meanwhile)
    await step(hub)
    assert await says_the_truth(world, late)


async def test_a_log_that_began_anew_while_somebody_joined_is_noticed(world: World, gated: Gated, hub: Hub) -> None:
    await world.say()
    await joined(hub, world.event.id)

    async def meanwhile() -> None:
        await world.act("reset")
        await step(hub)

    gated.after.append(meanwhile)
    late = await joined(hub, world.event.id)
    await hub._advance()
    assert await says_the_truth(world, late)


async def test_a_slow_peer_whose_catching_up_failed_is_not_given_a_gap(world: World, gated: Gated, hub: Hub) -> None:
    slow = await joined(hub, world.event.id)
    peer = slow.peer
    assert isinstance(peer, FakePeer)
    peer.slow = True
    await world.say()
    await step(hub)
    peer.slow = False
    gated.away = True
    with pytest.raises(OperationalError):
        await hub._sweep(asyncio.get_running_loop().time())
    gated.away = False
    await world.say()
    await step(hub)
    await hub._sweep(asyncio.get_running_loop().time())
    assert await says_the_truth(world, slow)


async def test_a_member_of_an_old_epoch_is_found_again_after_the_database_was_away(
    world: World, gated: Gated, hub: Hub
) -> None:
    await world.say()
    one = await joined(hub, world.event.id)
    await world.act("reset")

    async def goes_away() -> None:
        gated.away = True

    gated.after.append(goes_away)  # the hub has read the new epoch; what members would be told it cannot read
    with pytest.raises(OperationalError):
        await step(hub)
    told = len(frames(one))
    await hub._beat()
    assert len(frames(one)) == told, "a heartbeat would say that it is up to date"
    gated.away = False
    await step(hub)
    assert await says_the_truth(world, one)


async def test_a_join_that_meets_no_database_raises_and_leaves_nothing_behind(
    world: World, gated: Gated, hub: Hub
) -> None:
    gated.away = True
    with pytest.raises(OperationalError):
        await joined(hub, world.event.id)
    assert hub.members(world.event.id) == set()


async def test_nobody_who_left_during_the_fan_out_comes_back_as_slow(world: World, hub: Hub) -> None:
    one = await joined(hub, world.event.id)
    hub.leave(one)
    await world.say()
    await step(hub)
    assert len(frames(one)) == 1
    assert hub._slow == set()
