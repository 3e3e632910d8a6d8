"""Reports on a post that somebody at the desk has seen to: closed with a verdict, open again when it is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Account, Decision, Report


async def close(db: AsyncSession, post_ids: Collection[int], by: Account, now: datetime) -> set[int]:
    """The posts of these that had reports nobody had seen to."""
    mine = Report.post_id.in_(post_ids), Report.closed_at.is_(None)
    had = set(await db.scalars(select(Report.post_id).where(*mine)))
    if had:
        await db.execute(update(Report).where(*mine).values(closed_at=now, closed_by=by.id))
    return had


async def reopen(db: AsyncSession, undone: Collection[Decision]) -> None:
    """What these decisions closed, in the same moment, is open again."""
    acts: dict[tuple[int | None, datetime], list[int]] = {}
    for decision in undone:
        acts.setdefault((decision.account_id, decision.created_at), []).append(decision.post_id)
    for (account_id, at), post_ids in acts.items():
        theirs = Report.closed_by == account_id, Report.closed_at == at, Report.post_id.in_(post_ids)
        await db.execute(update(Report).where(*theirs).values(closed_at=None, closed_by=None))
