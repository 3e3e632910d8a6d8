"""Members whose sockets are lists: what the hub wrote to each, in order."""

from __future__ import annotations

from typing import Any, Literal

from app.domain import log
from app.domain.audience import Audience
from display.live.hub import Hub, Member
from tests.display.live.fold import Fold, Frame, unframed
from tests.display.live.world import World


class FakePeer:
    def __init__(self) -> None:
        self.slow = False
        self.aborted = False
        self.frames: list[Frame] = []

    def write(self, frame: bytes) -> None:
        assert frame, "an empty frame tells nobody anything"
        self.frames.append(unframed(frame))

    def abort(self) -> None:
        self.aborted = True

    def messages(self, *types: str) -> list[dict[str, Any]]:
        return [m for f in self.frames for m in f["messages"] if m["type"] in types]


def member(
    event_id: int, audience: Audience = Audience.PUBLIC, pace: Literal["wall", "follow"] = "wall",
    epoch: str = "", seq: int = -1,
) -> Member:  # fmt: skip
    return Member(FakePeer(), event_id, audience, pace, epoch, seq)


async def joined(
    hub: Hub, event_id: int, audience: Audience = Audience.PUBLIC, pace: Literal["wall", "follow"] = "wall",
    epoch: str = "", seq: int = -1,
) -> Member:  # fmt: skip
    one = member(event_id, audience, pace, epoch, seq)
    await hub.join(one)
    return one


def folded(one: Member) -> Fold:
    """What this member's screen holds after everything it was told."""
    fold = Fold()
    for frame in frames(one):
        fold.apply(frame)
    return fold


def frames(one: Member) -> list[Frame]:
    peer = one.peer
    assert isinstance(peer, FakePeer)
    return peer.frames


async def step(hub: Hub, tick: bool = True) -> None:
    """What `run` does after a ring, without waiting for its clock."""
    hub.ring_all()
    await hub._advance()
    if tick:
        await hub._tick()


async def says_the_truth(world: World, one: Member) -> bool:
    """Whether this member's screen holds exactly what its audience may see now."""
    async with world.database.reading() as db:
        here = await log.head(db, world.event.id)
    posts, event = world.truth[here][one.audience]
    fold = folded(one)
    return (fold.epoch, fold.seq) == here and fold.shown() == posts and fold.event == event
