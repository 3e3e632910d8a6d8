"""The last two minutes of an event in figures, and its usual: for the page that a person decides by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.raids.window import SPAN
from app.models import Event, Post, Verdict

USUAL_OVER = timedelta(hours=1)


async def lately(db: AsyncSession, event: Event, now: datetime) -> dict[str, Any]:
    """{"posts", "authors", "new", "alike", "waiting", "usual"}: `usual` in as long a time, over the hour before."""
    since = now - SPAN
    told = select(
        func.count(),
        func.count(Post.author_id.distinct()),
        func.count(case((Post.first, Post.author_id)).distinct()),
        func.count(Post.cluster_id),
        func.count(case((Post.verdict == Verdict.WAITING, 1))),
    ).where(Post.event_id == event.id, Post.gone_at.is_(None))
    posts, authors, new, alike, waiting = (await db.execute(told.where(Post.received_at > since))).one()
    before = select(func.count()).where(Post.event_id == event.id, Post.gone_at.is_(None), Post.received_at <= since)
    earlier = (await db.execute(before.where(Post.received_at > since - USUAL_OVER))).scalar_one()
    usual = round(earlier * SPAN / USUAL_OVER, 1)
    return {"posts": posts, "authors": authors, "new": new, "alike": alike, "waiting": waiting, "usual": usual}
