"""What somebody decided last and can take back: on single posts, and on many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import Account, Author, Decision, Event, Post, Verdict


async def of_posts(db: AsyncSession, event: Event, by: Account, limit: int) -> Sequence[tuple[int, str, Verdict]]:
    """The newest first: post, its author's name, verdict. Never a taking back, nor what somebody decided after them."""
    newest = select(func.max(Decision.id)).where(Decision.post_id == Post.id).correlate(Post).scalar_subquery()
    wanted = (
        select(Post.id, Author.name, Decision.verdict)
        .join(Post.author)
        .join(Decision, Decision.post_id == Post.id)
        .where(Post.event_id == event.id, Post.gone_at.is_(None), Decision.account_id == by.id)
        .where(Decision.undoes_id.is_(None), Decision.bulk.is_(None), Decision.id == newest)
    )
    rows = await db.execute(wanted.order_by(Decision.id.desc()).limit(limit))
    return [(post_id, name, verdict) for post_id, name, verdict in rows]


async def of_many(db: AsyncSession, event: Event, by: Account, limit: int) -> Sequence[tuple[str, Verdict, int]]:
    """The newest first: which act, its verdict, on how many posts it still is the last word."""
    later = aliased(Decision)
    newer = exists().where(later.post_id == Decision.post_id, later.id > Decision.id)
    newer = newer.where(or_(later.bulk.is_(None), later.bulk != Decision.bulk))
    posts = func.count(Decision.post_id.distinct())
    query = select(Decision.bulk, func.min(Decision.verdict), posts).join(Post, Post.id == Decision.post_id)
    mine = Post.event_id == event.id, Post.gone_at.is_(None), Decision.account_id == by.id, Decision.bulk.is_not(None)
    acts = query.where(*mine, ~newer).group_by(Decision.bulk).order_by(func.max(Decision.id).desc()).limit(limit)
    return [(str(bulk), Verdict(verdict), number) for bulk, verdict, number in await db.execute(acts)]
