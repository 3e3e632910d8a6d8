"""What a house's keeper watches, as numbers: logs, queues, sources. Names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audience import Audience, clause
from app.domain.leases import INGEST
from app.models import Author, Event, EventState, Lease, Outgoing, Post, Source, Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    events: Sequence[Event]
    waiting: dict[int, int]  # by event: how many posts wait for a person
    sources: Sequence[Source]
    unsent: int  # mails and posts we owe the outside
    reading: bool  # whether some process reads the networks now


async def figures(db: AsyncSession, now: datetime) -> Figures:
    events = (await db.scalars(select(Event).order_by(Event.id))).all()
    running = [e.id for e in events if e.collects]
    waits = select(Post.event_id, func.count().label("n")).join(Author, Author.id == Post.author_id)
    waits = waits.where(Post.event_id.in_(running), Post.verdict == Verdict.WAITING, clause(Audience.DESK))
    waiting = {row.event_id: row.n for row in await db.execute(waits.group_by(Post.event_id))}
    open_ = select(Source).join(Event, Event.id == Source.event_id).where(Event.state != EventState.DRAFT)
    unsent = select(func.count()).select_from(Outgoing).where(Outgoing.sent_at.is_(None))
    lease = await db.get(Lease, INGEST)
    return Figures(
        events,
        {event_id: waiting.get(event_id, 0) for event_id in running},
        (await db.scalars(open_.where(Source.enabled).order_by(Source.id))).all(),
        (await db.execute(unsent)).scalar_one(),
        lease is not None and lease.expires_at > now,
    )
