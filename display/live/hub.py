"""The hub: the one reader of the log in this process. Rung after commits, it makes one frame per audience and writes
it to every socket of that audience; walls at once and first, followers once a tick.

Holds no queue and no task per client: whoever is slow leaves the hot path and is brought up by its cursor.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import structlog
from sqlalchemy.exc import NoResultFound, SQLAlchemyError

from app.database import Database
from app.domain.audience import Audience
from display.live import messages
from display.live.channel import Channel, News
from display.live.messages import framed

log = structlog.get_logger(__name__)

POLL = 1.0  # seconds: how long a lost ring can cost
TICK = 0.2  # followers get one frame a tick
HEARTBEAT = 5.0
SLOW_FOR = 10.0  # seconds a peer may stay behind before it is cut
SLICE = 250  # members written to before others get a turn
COME_BACK, GONE = 1012, 4003  # docs/wire.md's close codes


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
    ready: bool = False  # in the hot path; before, `join` alone writes to it
    slow_since: float | None = None
    # Done once the hub has said goodbye, with the code to close with.
    over: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def listens(self) -> bool:
        return self.ready and self.slow_since is None


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
        """Bring a new socket up to date and into the hot path. Returns with its first frame written.

        Raises what the database raises; then the member is none.
        """
        channel = self._channels.setdefault(member.event_id, Channel(self._database, member.event_id))
        self._members.setdefault(member.event_id, set()).add(member)  # counted at once: its channel must not go now
        try:
            await self._catch_up(member)
            while member.epoch == channel.epoch and member.seq < channel.seq:  # the channel moved on while we read
                await self._catch_up(member)
        except BaseException:
            self.leave(member)
            raise
        # In the same breath as the last look: nothing can be told between the two and missed.
        member.ready = True
        if member.epoch != channel.epoch:  # one of us read before the log began anew, and one after
            self.ring([member.event_id])

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
                    async with asyncio.timeout(wait):  # not wait_for: Python 3.11's loses a cancellation now and then
                        await self._bell.wait()
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
        for channel in list(self._channels.values()):
            self._dismiss(channel, "The house restarts.", COME_BACK)

    def _dismiss(self, channel: Channel, why: str, code: int) -> None:
        frame = framed(messages.encode(channel.epoch, max(channel.seq, 0), [messages.bye(why)]))
        for member in list(self.members(channel.event_id)):
            if not member.over.done():
                member.peer.write(frame)
                member.over.set_result(code)

    async def _advance(self) -> None:
        rung, self._rung = self._rung, set()
        for event_id in sorted(rung):
            if channel := self._channels.get(event_id):
                try:
                    news = await channel.advance({m.audience for m in self.members(event_id)})
                    for audience, its in news.items():
                        await self._tell(channel, audience, its)
                    await self._pick_up(channel)
                except NoResultFound:
                    self._dismiss(channel, "This event is over and gone.", GONE)

    async def _tell(self, channel: Channel, audience: Audience, news: News) -> None:
        """Walls at once. Followers too when something must disappear, else the news waits for their tick."""
        await self._send(channel, audience, "wall", news)
        if news.urgent and (pending := channel.flush(audience)):
            await self._send(channel, audience, "follow", pending)

    async def _pick_up(self, channel: Channel) -> None:
        """Whoever no frame brings here: of another epoch, of an audience that came while we were reading, or left
        behind when the database went away."""
        waiting = channel.pending()
        for member in list(self.members(channel.event_id)):
            if not member.listens or (member.epoch == channel.epoch and member.seq >= channel.seq):
                continue
            after = waiting.get(member.audience) if member.pace == "follow" and member.epoch == channel.epoch else None
            if after is None or member.seq < after:
                await self._catch_up(member)

    async def _tick(self) -> None:
        for channel in list(self._channels.values()):
            for audience in channel.pending():
                if news := channel.flush(audience):
                    await self._send(channel, audience, "follow", news)

    async def _beat(self) -> None:
        moment = self._clock().isoformat(timespec="seconds")
        for channel in list(self._channels.values()):
            beat = framed(messages.encode(channel.epoch, channel.seq, [messages.heartbeat(moment)]))
            # Who still waits for a frame must not be told they are further than they are.
            here = (channel.epoch, channel.seq)
            members = [m for m in self.members(channel.event_id) if m.listens and (m.epoch, m.seq) == here]
            await self._write(members, beat)

    async def _send(self, channel: Channel, audience: Audience, pace: Literal["wall", "follow"], news: News) -> None:
        """To those who know what came before and not this. Whoever is further already is passed over: their view is
        newer than this frame, and must not be turned back."""
        epoch, seq = channel.epoch, channel.seq
        members = [
            m for m in self.members(channel.event_id)
            if m.listens and m.audience is audience and m.pace == pace
            and m.epoch == epoch and news.after <= m.seq < seq
        ]  # fmt: skip
        await self._write(members, news.frame, seq)

    async def _write(self, members: list[Member], frame: bytes, seq: int = -1) -> None:
        """Write one frame to many. Nobody waits for anybody; every 250 members the loop gets its turn."""
        now = asyncio.get_running_loop().time()
        for i, member in enumerate(members):
            if member.peer.slow:
                member.slow_since = now
                self._slow.add(member)
            else:
                member.peer.write(frame)
                member.seq = max(member.seq, seq)
            if i % SLICE == SLICE - 1:
                await asyncio.sleep(0)

    async def _sweep(self, now: float) -> None:
        """Bring back who can be written to again; cut who cannot for too long."""
        for member in list(self._slow):
            if not member.peer.slow:
                with contextlib.suppress(NoResultFound):  # the event is gone; `_advance` says so
                    await self._catch_up(member)
                # Only now: should the database be away, they stay behind and are tried again.
                self._slow.discard(member)
                member.slow_since = None
            elif member.slow_since is not None and now - member.slow_since > SLOW_FOR:
                self._slow.discard(member)
                member.peer.abort()

    async def _catch_up(self, member: Member) -> None:
        channel = self._channels.get(member.event_id)
        if channel is None:
            return
        frame, epoch, seq = await channel.since(member.audience, member.epoch, member.seq)
        member.peer.write(frame)
        member.epoch, member.seq = epoch, seq
