"""Watchers of a World, held to its truth frame by frame."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from app.domain.audience import Audience
from display.live.hub import Hub, Member
from tests.display.live.fold import Fold
from tests.display.live.peers import FakePeer, frames, member
from tests.display.live.world import World


@dataclass(eq=False)
class Watcher:
    member: Member
    fold: Fold
    heard: int = 0  # frames looked at
    past: list[Fold] = field(default_factory=list)  # how it stood after every frame, to come back from

    def check(self, world: World) -> None:
        """Every frame leaves exactly what was true at its number, from the floor on. Twice is as good as once."""
        all_frames = frames(self.member)
        for i in range(self.heard, len(all_frames)):
            frame = all_frames[i]
            if not any(m["type"] in ("reset", "snapshot") for m in frame["messages"]):
                assert frame["epoch"] == self.fold.epoch
                assert frame["seq"] >= self.fold.seq, "seq never falls within an epoch"
            for again in (frame, frame, all_frames[i // 2]):
                if again is frame or not any(m["type"] in ("reset", "snapshot") for m in again["messages"]):
                    self.fold.apply(again)
            self._holds(world)
            self.past.append(self.fold.copy())
        self.heard = len(all_frames)

    def _holds(self, world: World) -> None:
        posts, event = world.truth[self.fold.epoch, self.fold.seq][self.member.audience]
        assert self.fold.shown() == [p for p in posts if p["order"] >= self.fold.floor]
        assert self.fold.event == event


class Crowd:
    def __init__(self, world: World, hub: Hub) -> None:
        self.world, self.hub = world, hub
        self.watchers: list[Watcher] = []
        self._hub_is_busy = asyncio.Lock()  # in life one task does all of these

    async def do(self, name: str, *more: Any) -> None:
        match name:
            case "meanwhile":
                happenings, others = more
                await asyncio.gather(
                    self._one_by_one(happenings), *(self.do(*o) for o in others), self._hub(self._advance)
                )
            case "join":
                await self._join(Fold(), *more)
            case "return":
                await self._return(*more)
            case "stray":
                await self._stray(*more)
            case "leave" if self.watchers:
                gone = self.watchers.pop(more[0] % len(self.watchers))
                self.hub.leave(gone.member)
                gone.check(self.world)
            case "slow" if self.watchers:
                self._peer(more[0]).slow = more[1]
            case "advance" | "tick" | "beat" | "sweep":
                await self._hub(getattr(self, f"_{name}"))
            case "slow" | "leave":
                pass
            case _:
                await self.world.act(name, *more)

    async def _one_by_one(self, happenings: list[tuple[Any, ...]]) -> None:
        for happening in happenings:
            await self.world.act(*happening)

    async def _join(self, fold: Fold, audience: Audience, pace: Any, cursor: tuple[str, int] | None = None) -> None:
        epoch, seq = cursor or (fold.epoch, fold.seq)
        watcher = Watcher(member(self.world.event.id, audience, pace, epoch, seq), fold)
        await self.hub.join(watcher.member)
        self.watchers.append(watcher)

    async def _return(self, who: int, when: int, pace: Any) -> None:
        """With a cursor from any time before, as after a broken line or a page brought back from history."""
        if self.watchers:
            before = self.watchers[who % len(self.watchers)]
            if before.past:
                await self._join(before.past[when % len(before.past)].copy(), before.member.audience, pace)

    async def _stray(self, audience: Audience, how: str) -> None:
        """With a cursor of another house or of the future, and posts that must not survive."""
        epoch = self.world.event.epoch if how == "ahead" else "f" * 16
        stale = Fold(epoch, 10_000, posts={999_999: {"id": 999_999, "order": "9"}}, empty=False)
        await self._join(stale, audience, "wall", (epoch, 10_000))

    def _peer(self, which: int) -> FakePeer:
        peer = self.watchers[which % len(self.watchers)].member.peer
        assert isinstance(peer, FakePeer)
        return peer

    async def _hub(self, act: Any) -> None:
        async with self._hub_is_busy:
            await act()

    async def _advance(self) -> None:
        self.hub.ring_all()
        await self.hub._advance()

    async def _tick(self) -> None:
        await self.hub._tick()

    async def _beat(self) -> None:
        await self.hub._beat()

    async def _sweep(self) -> None:
        await self.hub._sweep(asyncio.get_running_loop().time())

    def check(self) -> None:
        for watcher in self.watchers:
            watcher.check(self.world)

    async def settle(self) -> None:
        """Everybody can be written to again, and the hub has done what it does within a second."""
        for watcher in self.watchers:
            self._peer(self.watchers.index(watcher)).slow = False
        for name in ("sweep", "advance", "tick"):
            await self.do(name)
