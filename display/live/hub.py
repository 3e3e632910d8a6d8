"""The hub: the one reader of the log in this process. Rung after commits, it makes one frame per audience and writes
it to every socket of that audience; walls at once and first, followers once a tick.

Holds no queue and no task per client: whoever is slow leaves the hot path and is brought up by its cursor.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import structlog
from sqlalchemy.exc import NoResultFound, SQLAlchemyError

from app.database import Database
from app.domain.audience import Audience
from display.live import messages
from display.live.channel import Channel
from display.live.messages import framed

log = structlog.get_logger(__name__)

POLL = 1.0  # seconds: how long a lost ring can cost
TICK = 0.2  # followers get one frame a tick
HEARTBEAT = 5.0
SLOW_FOR = 10.0  # seconds a peer may stay behind before it is cut
SLICE = 250  # members written to before others get a turn


class Peer(Protocol):
    @property
    def slow(self) -> bool: ...
    def write(self, frame: bytes) -> None: ...
    def abort(self) -> None: ...


@dataclass(slots=True, eq=False)
class Member:
    """One open socket."""

    peer: Peer
    event_id: int
    audience: Audience
    pace: Literal["wall", "follow"]
    epoch: str = ""
    seq: int = -1  # -1: has nothing yet
    slow_since: float | None = None


class Hub:
    """`run()` is the reader; `join()` and `leave()` are for sockets; `ring()` is for Database.on_commit."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._channels: dict[int, Channel] = {}
        self._members: dict[int, set[Member]] = {}
        self._slow: set[Member] = set()
        self._rung: set[int] = set()
        self._bell = asyncio.Event()
        self.closing = asyncio.Event()

    def ring(self, event_ids: Iterable[int]) -> None:
        """New entries may be there. Cheap, and harmless when wrong."""
        self._rung |= set(event_ids) & self._channels.keys()
        if self._rung:
            self._bell.set()

    def ring_all(self) -> None:
        self.ring(list(self._channels))

    def members(self, event_id: int) -> set[Member]:
        return self._members.get(event_id, set())

    async def join(self, member: Member) -> None:
        """Bring a new socket up to date and into the hot path. Returns with its first frame written."""
        channel = self._channels.setdefault(member.event_id, Channel(self._database, member.event_id))
        self._members.setdefault(member.event_id, set())
        await self._catch_up(member)
        while member.epoch == channel.epoch and member.seq < channel.seq:  # the channel moved on while we read
            await self._catch_up(member)
        # Registered in the same breath as the write: nothing can be told between the two and missed.
        self._members.setdefault(member.event_id, set()).add(member)

    def leave(self, member: Member) -> None:
        members = self._members.get(member.event_id, set())
        members.discard(member)
        self._slow.discard(member)
        if not members:
            self._members.pop(member.event_id, None)
            self._channels.pop(member.event_id, None)

    async def run(self) -> None:
        """Read for ever. A database that is away for a while costs time, never a post: the log waits for us."""
        loop = asyncio.get_running_loop()
        polled = beaten = ticked = loop.time()
        while not self.closing.is_set():
            wait = min(polled + POLL, beaten + HEARTBEAT, ticked + TICK) - loop.time()
            if wait > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), wait)
            self._bell.clear()
            now = loop.time()
            try:
                if now >= polled + POLL:
                    polled = now
                    self.ring_all()
                    await self._sweep(now)
                await self._advance()
                if now >= ticked + TICK:
                    ticked = now
                    await self._tick()
                if now >= beaten + HEARTBEAT:
                    beaten = now
                    await self._beat()
            except (SQLAlchemyError, OSError) as error:
                log.warning("hub.database_away", error=type(error).__name__)
                await asyncio.sleep(POLL / 2)

    async def close(self) -> None:
        """Say goodbye to everybody; their sockets' endpoints end by themselves."""
        self.closing.set()
        self._bell.set()
        for event_id in list(self._channels):
            self._dismiss(event_id, "The house restarts.")

    def _dismiss(self, event_id: int, why: str) -> None:
        frame = framed(messages.encode(self._channels[event_id].epoch, 0, [messages.bye(why)]))
        for member in self.members(event_id):
            member.peer.write(frame)

    async def _advance(self) -> None:
        rung, self._rung = self._rung, set()
        for event_id in sorted(rung):
            channel = self._channels.get(event_id)
            if channel is None:
                continue
            before = (channel.epoch, channel.seq)
            try:
                news = await channel.advance({m.audience for m in self.members(event_id)})
            except NoResultFound:
                self._dismiss(event_id, "This event is over and gone.")
                self._channels.pop(event_id, None)
                continue
            for audience, (frame, urgent) in news.items():
                await self._write(channel, audience, frame, urgent)
            if (channel.epoch, channel.seq) != before:
                await self._pick_up(channel, news.keys())

    async def _pick_up(self, channel: Channel, served: Collection[Audience]) -> None:
        """Members no frame was made for: of another epoch, or of an audience that came while we were reading."""
        for member in list(self.members(channel.event_id)):
            behind = member.epoch != channel.epoch or (member.audience not in served and member.seq < channel.seq)
            if behind and member.slow_since is None:
                await self._catch_up(member)

    async def _write(self, channel: Channel, audience: Audience, frame: bytes, urgent: bool) -> None:
        """Walls at once. Followers too when something must disappear, else the frame waits for their tick."""
        everybody = [m for m in self.members(channel.event_id) if m.audience is audience]
        await self._send([m for m in everybody if m.pace == "wall"], frame, channel)
        if urgent and (pending := channel.flush(audience)):
            await self._send([m for m in everybody if m.pace == "follow"], pending, channel)

    async def _tick(self) -> None:
        for channel in list(self._channels.values()):
            for audience in channel.pending_audiences():
                frame = channel.flush(audience)
                followers = [m for m in self.members(channel.event_id) if m.audience is audience and m.pace == "follow"]
                if frame:
                    await self._send(followers, frame, channel)

    async def _beat(self) -> None:
        moment = self._clock().isoformat(timespec="seconds")
        for channel in list(self._channels.values()):
            beat = framed(messages.encode(channel.epoch, channel.seq, [messages.heartbeat(moment)]))
            for i, member in enumerate(list(self.members(channel.event_id))):
                # Who still waits for a frame must not be told they are further than they are.
                if member.slow_since is None and member.seq >= channel.seq:
                    member.peer.write(beat)
                if i % SLICE == SLICE - 1:
                    await asyncio.sleep(0)

    async def _send(self, members: list[Member], frame: bytes, channel: Channel) -> None:
        """Write one frame to many. Nobody waits for anybody; every 250 members the loop gets its turn.

        Whoever is further already is passed over: their view is newer than this frame, and must not be turned back.
        """
        epoch, seq, now = channel.epoch, channel.seq, asyncio.get_running_loop().time()
        for i, member in enumerate(members):
            if member.slow_since is None and member.epoch == epoch and member.seq < seq:
                if member.peer.slow:
                    member.slow_since = now
                    self._slow.add(member)
                else:
                    member.peer.write(frame)
                    member.seq = seq
            if i % SLICE == SLICE - 1:
                await asyncio.sleep(0)

    async def _sweep(self, now: float) -> None:
        """Bring back who can be written to again; cut who cannot for too long."""
        for member in list(self._slow):
            if not member.peer.slow:
                self._slow.discard(member)
                member.slow_since = None
                await self._catch_up(member)
            elif member.slow_since is not None and now - member.slow_since > SLOW_FOR:
                self._slow.discard(member)
                member.peer.abort()

    async def _catch_up(self, member: Member) -> None:
        channel = self._channels.get(member.event_id)
        if channel is None:
            return
        frame, member.epoch, member.seq = await channel.since(member.audience, member.epoch, member.seq)
        member.peer.write(frame)
