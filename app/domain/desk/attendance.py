"""Who is at the desk now, and which post each has in hand. Written only when that changed, or some seconds passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.database import insert_unless_there
from app.models import Account, Attendance, Event

FORGOTTEN = timedelta(seconds=10)
AGAIN = timedelta(seconds=5)  # what did not change is said again: half of what it takes to be forgotten


async def is_news(db: AsyncSession, event: Event, desk: str, by: Account, post_id: int | None, now: datetime) -> bool:
    """Whether `attend` has anything to write. Takes no lock: desks ask every two seconds."""
    had = await db.get(Attendance, (event.id, desk))
    if had is None or (had.account_id, had.post_id) != (by.id, post_id):
        return True
    return now - had.seen_at >= AGAIN


async def attend(db: AsyncSession, event: Event, desk: str, by: Account, post_id: int | None, now: datetime) -> None:
    """This desk is open, with this post in hand. Those that fell silent are forgotten."""
    await db.execute(delete(Attendance).where(Attendance.event_id == event.id, Attendance.seen_at < now - FORGOTTEN))
    had = await _row(db, event, desk, by, now)
    if (had.account_id, had.post_id) != (by.id, post_id):
        had.taken_at = now if post_id is not None else None
    had.account_id, had.post_id, had.seen_at = by.id, post_id, now
    await db.flush()


async def _row(db: AsyncSession, event: Event, desk: str, by: Account, now: datetime) -> Attendance:
    """Locked until the transaction ends. Of two who begin one at once the second waits for the first."""
    mine = select(Attendance).where(Attendance.event_id == event.id, Attendance.desk == desk)
    wanted = mine.with_for_update().execution_options(populate_existing=True)
    if (found := (await db.scalars(wanted)).one_or_none()) is not None:
        return found
    await insert_unless_there(db, Attendance, event_id=event.id, desk=desk, account_id=by.id, seen_at=now)
    return (await db.scalars(wanted)).one()


async def here(db: AsyncSession, event: Event, me: Account, now: datetime) -> list[dict[str, Any]]:
    """By name. `seconds`: for how long they have had that post in hand."""
    lately = Attendance.event_id == event.id, Attendance.seen_at >= now - FORGOTTEN
    wanted = select(Attendance).where(*lately).options(joinedload(Attendance.account))
    rows = sorted(await db.scalars(wanted), key=lambda row: (row.account.name, row.desk))
    return [
        {
            "name": row.account.name, "post": row.post_id, "me": row.account_id == me.id,
            "seconds": max(0, int((now - row.taken_at).total_seconds())) if row.taken_at else 0,
        }
        for row in rows
    ]  # fmt: skip
