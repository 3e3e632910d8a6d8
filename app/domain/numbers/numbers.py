"""numbers(): all of it, in one consistent reading and a fixed number of statements, however large the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.numbers import acts, people, posts
from app.domain.numbers.acts import Span
from app.domain.numbers.airtime import Airtime, airtime
from app.domain.numbers.people import Heard
from app.domain.numbers.posts import Day, Waits
from app.models import Event
from app.models.removal import RemovalState


@dataclass(frozen=True, slots=True)
class Numbers:
    days: Mapping[date, Day]
    fates: Mapping[tuple[str, str], int]
    waits: Waits
    heard: Heard
    removals: Mapping[RemovalState, int]
    skipped: Mapping[str, int]
    spans: Sequence[Span]
    airtime: Airtime = field(default_factory=Airtime)


async def numbers(db: AsyncSession, event: Event, now: datetime) -> Numbers:
    return Numbers(
        await posts.by_day(db, event),
        await posts.fates(db, event),
        await posts.waits(db, event),
        await people.heard(db, event),
        await acts.removals(db, event),
        await acts.skipped(db, event),
        await acts.spans(db, event),
        await airtime(db, event, now),
    )
