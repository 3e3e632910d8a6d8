"""answer_now(), answered(), back(): how far a question is, as the desk says it. One at a time in a talk.

Each is an entry for the post, so that walls and phones ask anew; the post itself stays where it was said.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import audit, log, moderation
from app.domain.audience import Audience, may_see
from app.domain.audit import Line
from app.domain.questions.talk import LASTS, put_to
from app.errors import Conflict, NotFound
from app.models import Account, EntryKind, Event, Post, Session, Verdict


async def answer_now(
    db: AsyncSession, event: Event, post_id: int, by: Account, now: datetime, *,
    version: str = "", talk: Session | None = None,
) -> None:  # fmt: skip
    """In the room they speak of it now; what they spoke of before has been answered. `version`: what they read, `talk`:
    where the desk says it of a question that belongs to none. Raises NotFound, Conflict."""
    await log.lock(db, [event.id])
    post = await _question(db, event, post_id)
    if not may_see(post, Audience.PUBLIC):
        raise Conflict("This question is not shown, so nobody would know what is being answered.")
    if version and version != post.version:
        raise Conflict("The author changed this question while you were reading it. Here are the new words.")
    if post.answering_at is not None and post.answered_at is None and now - post.answering_at < LASTS:
        return
    if post.decided_by is None:  # whoever puts it up has read it: a reviewed screen shows it too
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, by, now)
    before = await _open_there(db, event, post, talk)
    for one in before:
        one.answered_at = now
    post.answering_at, post.answered_at = now, None
    lines = [Line("answered", one.id) for one in before] + [Line("answering", post.id)]
    await _told(db, event, [*before, post], lines, by, now)


async def answered(db: AsyncSession, event: Event, post_id: int, by: Account, now: datetime) -> None:
    """It has been answered, also where nobody said before that it was about to be. Raises NotFound."""
    await log.lock(db, [event.id])
    post = await _question(db, event, post_id)
    if post.answered_at is not None:
        return
    post.answering_at, post.answered_at = post.answering_at or now, now
    await _told(db, event, [post], [Line("answered", post.id)], by, now)


async def back(db: AsyncSession, event: Event, post_id: int, by: Account, now: datetime) -> None:
    """It waits again, with the votes it had. Raises NotFound."""
    await log.lock(db, [event.id])
    post = await _question(db, event, post_id)
    if post.answering_at is None:
        return
    post.answering_at = post.answered_at = None
    await _told(db, event, [post], [Line("unanswered", post.id)], by, now)


async def _question(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).where(
        Post.event_id == event.id, Post.id == post_id, Post.question.is_(True), Post.gone_at.is_(None)
    )
    wanted = wanted.options(joinedload(Post.author), joinedload(Post.session))
    post = (await db.scalars(wanted.execution_options(populate_existing=True))).one_or_none()
    if post is None:
        raise NotFound("This question is not here any more: its author took it back, or it never was.")
    return post


async def _open_there(db: AsyncSession, event: Event, post: Post, talk: Session | None) -> list[Post]:
    """What is being answered in the same talk; of what belongs to none, in none."""
    same = put_to(post.session or talk) or [_nowhere()]
    wanted = select(Post).where(
        Post.event_id == event.id, Post.answering_at.is_not(None), Post.answered_at.is_(None), Post.id != post.id, *same
    )
    return list(await db.scalars(wanted.order_by(Post.answering_at, Post.id)))


def _nowhere() -> ColumnElement[bool]:
    return Post.session_id.is_(None)


async def _told(
    db: AsyncSession, event: Event, posts: Collection[Post], lines: list[Line], by: Account, now: datetime
) -> None:
    await db.flush()
    await log.append(db, event.id, EntryKind.POST, [one.id for one in posts], now)
    await audit.note(db, event.id, by, lines, now)
