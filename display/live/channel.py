"""One event's log as this process has read it: what is new for each audience, and what somebody missed.

Makes frames; writes to no socket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import log, snapshot
from app.domain.audience import Audience
from app.domain.view import event_view
from app.models import EntryKind, Event
from display.live import messages
from display.live.messages import Message, framed

RESUMABLE = 2_000  # entries; whoever missed more takes a snapshot
REMEMBERED = 64  # catch-up frames kept for others with the same cursor: a reconnect storm costs one read each


class Channel:
    def __init__(self, database: Database, event_id: int) -> None:
        self._database, self.event_id = database, event_id
        self.epoch, self.seq = "", -1
        self._pending: dict[Audience, OrderedDict[Any, Message]] = {}
        self._frames: OrderedDict[tuple[Audience, str, int, str, int], bytes] = OrderedDict()

    async def advance(self, audiences: Collection[Audience]) -> dict[Audience, tuple[bytes, bool]]:
        """Read what is new. Per audience: a frame for those who get everything at once, and whether it is urgent.

        What followers will get is kept until `flush`.
        """
        async with self._database.reading() as db:
            epoch, head = await log.head(db, self.event_id)
            if epoch != self.epoch:
                # The log began anew. No frame of ours helps: members are of another epoch now and take a snapshot.
                self.epoch, self.seq = epoch, head
                self._pending.clear()
                return {}
            if head == self.seq:
                return {}
            news = await self._messages(db, self.seq, head, audiences)
            self.seq = head
        self._frames.clear()
        answer = {}
        for audience, keyed in news.items():
            self._pending.setdefault(audience, OrderedDict()).update(keyed)
            frame = framed(messages.encode(epoch, head, keyed.values()))
            answer[audience] = (frame, messages.overtakes(keyed.values()))
        return answer

    def pending_audiences(self) -> list[Audience]:
        return list(self._pending)

    def flush(self, audience: Audience) -> bytes | None:
        """One frame of everything since the last flush: of each post only what is newest."""
        pending = self._pending.pop(audience, None)
        return framed(messages.encode(self.epoch, self.seq, pending.values())) if pending is not None else None

    async def since(self, audience: Audience, epoch: str, seq: int) -> tuple[bytes, str, int]:
        """What somebody at (epoch, seq) must be told to be up to date, and where they are then."""
        async with self._database.reading() as db:
            now_epoch, head = await log.head(db, self.event_id)
            if not self.epoch:  # the first to come: what they have not got begins here
                self.epoch, self.seq = now_epoch, head
            key = (audience, epoch, seq, now_epoch, head)
            if key not in self._frames:
                self._frames[key] = framed(await self._catch_up(db, audience, epoch, seq, now_epoch, head))
                if len(self._frames) > REMEMBERED:
                    self._frames.popitem(last=False)
        return self._frames.get(key) or b"", now_epoch, head

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
        told: dict[Audience, OrderedDict[Any, Message]] = {}
        for audience in audiences:
            keyed: OrderedDict[Any, Message] = OrderedDict()
            if any(e.kind is EntryKind.EVENT for e in entries):
                keyed["event"] = messages.event(event_view(event, audience))
            for post_id in ids:
                view = seen[audience].get(post_id)
                keyed[post_id] = messages.put(view) if view else messages.drop(post_id)
            told[audience] = keyed
        return told
