"""Notes that moderators leave each other at a post. Nobody else ever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import audit, log
from app.errors import BadInput, Conflict, NotFound, TooLong
from app.models import Account, EntryKind, Event, Note, Post
from ingest.text.clean import is_visible, scrub

LONGEST = 500
MOST = 100  # of one post


async def note(db: AsyncSession, event: Event, post_id: int, words: str, by: Account, now: datetime) -> Note:
    """Leave one; the post is told of anew, so that every desk counts it.

    Raises BadInput, TooLong, NotFound, Conflict.
    """
    words = scrub(words).strip()
    if not is_visible(words):
        raise BadInput("A note needs words.", "words")
    if len(words) > LONGEST:
        raise TooLong(len(words) - LONGEST, "words")
    await log.lock(db, [event.id])
    here = select(Post.id).where(Post.event_id == event.id, Post.id == post_id, Post.gone_at.is_(None))
    if await db.scalar(here) is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    if (await db.execute(select(func.count()).where(Note.post_id == post_id))).scalar_one() >= MOST:
        raise Conflict("There are very many notes here already. Talk to each other.")
    left = Note(event_id=event.id, post_id=post_id, account_id=by.id, account=by, words=words, created_at=now)
    db.add(left)
    await db.flush()
    await log.append(db, event.id, EntryKind.POST, [post_id], now)
    await audit.note(db, event.id, by, audit.Line("note", post_id, detail={"note": left.id}), now)
    return left


async def of_post(db: AsyncSession, post_id: int) -> Sequence[Note]:
    """Oldest first."""
    wanted = select(Note).where(Note.post_id == post_id).order_by(Note.id).options(joinedload(Note.account))
    return (await db.scalars(wanted)).all()
