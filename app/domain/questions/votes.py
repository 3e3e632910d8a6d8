"""Votes: rows, one per browser and question. Nobody else hears of one: no entry, no frame, the strand as it was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.database import insert_unless_there
from app.domain.audience import Audience, may_see
from app.errors import Conflict, NotFound
from app.models import Event, Post, Vote


async def vote(db: AsyncSession, event: Event, post_id: int, voter: str, on: bool, now: datetime) -> None:
    """This browser wants to hear it answered, or no longer does. Twice is once. Raises NotFound, Conflict."""
    if not on:
        await db.execute(delete(Vote).where(Vote.post_id == post_id, Vote.voter == voter, Vote.event_id == event.id))
        return
    post = await _question(db, event, post_id)
    if not event.collects:
        raise Conflict("This event is over, so nothing more is answered here.")
    if post.answering_at is not None:
        raise Conflict("This question is being answered or has been, so it needs no more votes.")
    await insert_unless_there(db, Vote, post_id=post.id, voter=voter, event_id=event.id, created_at=now)


async def counted(db: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """How many votes each of these has, where it has any."""
    wanted = select(Vote.post_id, func.count().label("votes")).where(Vote.post_id.in_(ids)).group_by(Vote.post_id)
    return {row.post_id: row.votes for row in await db.execute(wanted)}


async def of_browser(db: AsyncSession, ids: Collection[int], voter: str) -> dict[int, int]:
    """How many votes those of these have that this browser has voted for. Whoever has not voted learns no number."""
    wanted = select(Vote.post_id).where(Vote.post_id.in_(ids), Vote.voter == voter)
    return await counted(db, (await db.scalars(wanted)).all())


async def _question(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).where(Post.event_id == event.id, Post.id == post_id, Post.question.is_(True))
    post = (await db.scalars(wanted.options(joinedload(Post.author)))).one_or_none()
    if post is None or not may_see(post, Audience.PUBLIC):
        raise NotFound("This question is not here any more.")
    return post
