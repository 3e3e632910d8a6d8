"""One event's log as this process has read it: what is new for each audience, and what somebody missed.

Makes frames; writes to no socket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import log, snapshot
from app.domain.audience import Audience
from app.domain.view import event_view
from app.models import Entry, EntryKind, Event, Screen
from display.live import messages
from display.live.messages import Message, framed

RESUMABLE = 2_000  # entries; whoever missed more takes a snapshot
REMEMBERED = 64  # catch-up frames kept for others with the same cursor: a reconnect storm costs one read each


@dataclass(frozen=True, slots=True)
class News:
    """A frame that brings whoever knows everything up to `after` to the channel's number; nobody else may take it."""

    after: int
    frame: bytes
    urgent: bool


@dataclass(slots=True)
class Pending:
    """What followers of one audience will get with their next tick: of each post only what is newest."""

    after: int
    keyed: OrderedDict[Any, Message] = field(default_factory=OrderedDict)


class Channel:
    def __init__(self, database: Database, event_id: int) -> None:
        self._database, self.event_id = database, event_id
        self.epoch, self.seq = "", -1
        self._pending: dict[Audience, Pending] = {}
        self._frames: OrderedDict[tuple[Audience, str, int, str, int], bytes] = OrderedDict()

    async def advance(self, audiences: Collection[Audience]) -> dict[Audience, News]:
        """Read what is new. Per audience: the news for those who get everything at once.

        What followers will get is kept until `flush`.
        """
        async with self._database.reading() as db:
            epoch, head = await log.head(db, self.event_id)
            if epoch == self.epoch and head == self.seq:
                return {}
            told = await self._messages(db, self.seq, head, audiences) if epoch == self.epoch else {}
        # From here to the end nothing waits: whoever looks sees the number and what belongs to it, or neither.
        after, self.epoch, self.seq = self.seq, epoch, head
        self._frames.clear()
        # An audience that is not told now has nobody; or the log began anew, and no frame of ours helps anybody.
        self._pending = {a: p for a, p in self._pending.items() if a in told}
        for audience, keyed in told.items():
            self._pending.setdefault(audience, Pending(after)).keyed.update(_for_followers(keyed))
        return {audience: self._news(after, keyed) for audience, keyed in told.items()}

    def pending(self) -> dict[Audience, int]:
        """Which audiences' followers wait for a tick, and up to where they must know everything already."""
        return {audience: pending.after for audience, pending in self._pending.items()}

    def flush(self, audience: Audience) -> News | None:
        """Everything since the last flush."""
        pending = self._pending.pop(audience, None)
        return self._news(pending.after, pending.keyed) if pending is not None else None

    async def since(self, audience: Audience, epoch: str, seq: int) -> tuple[bytes, str, int]:
        """What somebody at (epoch, seq) must be told to be up to date, and where they are then."""
        async with self._database.reading() as db:
            now_epoch, head = await log.head(db, self.event_id)
            key = (audience, epoch, seq, now_epoch, head)
            # Held in a variable: while we wait, others may clear what is remembered.
            frame = self._frames.get(key)
            if frame is None:
                frame = framed(await self._catch_up(db, audience, epoch, seq, now_epoch, head))
                self._frames[key] = frame
                if len(self._frames) > REMEMBERED:
                    self._frames.popitem(last=False)
        if not self.epoch:  # the first to come: what they have not got begins here
            self.epoch, self.seq = now_epoch, head
        return frame, now_epoch, head

    def _news(self, after: int, keyed: OrderedDict[Any, Message]) -> News:
        frame = framed(messages.encode(self.epoch, self.seq, keyed.values()))
        return News(after, frame, messages.overtakes(keyed.values()))

    async def _catch_up(
        self, db: AsyncSession, audience: Audience, epoch: str, seq: int, now_epoch: str, head: int
    ) -> bytes:
        if epoch == now_epoch and 0 <= seq <= head and head - seq <= RESUMABLE:
            news = await self._messages(db, seq, head, [audience])
            return messages.encode(now_epoch, head, news[audience].values())
        taken = await snapshot.take(db, self.event_id, audience)
        first = [] if seq < 0 else [messages.reset("You were away for too long, or the log began anew.")]
        return messages.encode(taken.epoch, taken.seq, [*first, messages.snapshot(taken)])

    async def _messages(
        self, db: AsyncSession, after: int, head: int, audiences: Collection[Audience]
    ) -> dict[Audience, OrderedDict[Any, Message]]:
        """Built from posts as they are now, not as they were: a late joiner never sees what was hidden since."""
        entries = await log.read(db, self.event_id, after, max(head - after, 1))
        event = await db.get_one(Event, self.event_id)
        ids = list(dict.fromkeys(e.subject_id for e in entries if e.kind is EntryKind.POST))
        seen: dict[Audience, dict[int, dict[str, Any]]] = {a: {} for a in audiences}
        for start in range(0, len(ids), 500):
            for audience, views in (await snapshot.look(db, event, ids[start : start + 500], list(audiences))).items():
                seen[audience] |= views
        screens = await _screens(db, entries)
        told: dict[Audience, OrderedDict[Any, Message]] = {}
        for audience in audiences:
            keyed: OrderedDict[Any, Message] = OrderedDict()
            if any(e.kind is EntryKind.EVENT for e in entries):
                keyed["event"] = messages.event(event_view(event, audience))
            for post_id in ids:
                view = seen[audience].get(post_id)
                keyed[post_id] = messages.put(view) if view else messages.drop(post_id)
            if audience is not Audience.DESK:
                keyed.update({("screen", name): messages.screen(name) for name in screens})
            told[audience] = keyed
        return told


async def _screens(db: AsyncSession, entries: Sequence[Entry]) -> list[str | None]:
    """The names of the screens that were told something; None alone where all are to ask."""
    ids = {entry.subject_id for entry in entries if entry.kind is EntryKind.SCREEN}
    if not ids:
        return []
    rows = await db.execute(select(Screen.id, Screen.name).where(Screen.id.in_(ids)).order_by(Screen.name))
    named = dict(rows.all())
    return list(named.values()) if named.keys() == ids else [None]


def _for_followers(keyed: OrderedDict[Any, Message]) -> OrderedDict[Any, Message]:
    return OrderedDict((key, message) for key, message in keyed.items() if message["type"] != "screen")
