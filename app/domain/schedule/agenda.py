"""The talks of an event by name alone: for choosing one, on pages that are drawn often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Event, Session

MOST = 300  # in one list to choose from


@dataclass(frozen=True, slots=True)
class Named:
    id: int
    title: str
    starts_at: datetime


async def names(db: AsyncSession, event: Event) -> list[Named]:
    """Those that take place, in order."""
    wanted = select(Session.id, Session.title, Session.starts_at).where(
        Session.event_id == event.id, Session.cancelled_at.is_(None)
    )
    rows = await db.execute(wanted.order_by(Session.starts_at, Session.number, Session.id).limit(MOST))
    return [Named(*row) for row in rows]
