"""First posts that were shown and that nobody has answered: whom the desk should answer before they feel unheard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import HIDING_LABELS, Audience, clause
from app.models import Author, Event, Post, Verdict

PATIENCE = timedelta(minutes=5)  # so long others may be faster
FORGOTTEN = timedelta(days=7)  # an answer that late is none
MOST = 50  # on one page
COUNTED = 100


@dataclass(frozen=True, slots=True)
class FirstVoice:
    """Somebody who spoke here for the first time, and what they answered. Both as the wire says it."""

    post: dict[str, Any]
    shown_at: datetime
    lang: str | None
    before: dict[str, Any] | None


async def unanswered(db: AsyncSession, event: Event, now: datetime) -> int:
    """How many wait for an answer; beyond COUNTED it is many."""
    wanted = select(Post.labels, Author.labels).join(Post.author)
    found = await db.execute(wanted.where(*_waiting(event, now)).limit(COUNTED))
    return sum(HIDING_LABELS.isdisjoint((*labels, *theirs)) for labels, theirs in found)


async def listed(db: AsyncSession, event: Event, now: datetime) -> Sequence[FirstVoice]:
    """Whoever has waited longest comes first."""
    wanted = snapshot.drawn(event.id, Audience.PUBLIC, *_waiting(event, now))
    rows = (await db.scalars(wanted.order_by(Post.shown_at, Post.id).limit(MOST))).unique().all()
    views = {view["id"]: view for view in await snapshot.views(db, event, rows, Audience.PUBLIC)}
    parents = {row.reply_to_id for row in rows if row.reply_to_id}
    before = (await snapshot.look(db, event, parents, [Audience.PUBLIC]))[Audience.PUBLIC] if parents else {}
    return [
        FirstVoice(views[row.id], row.shown_at, row.lang, before.get(row.reply_to_id or 0))
        for row in rows
        if row.id in views and row.shown_at is not None
    ]


def answered() -> ColumnElement[bool]:
    """Whether somebody else answered the post of the query around it, for everybody to see."""
    answers = select(Post.reply_to_id, Post.author_id).join(Post.author).where(clause(Audience.PUBLIC)).subquery()
    return exists().where(answers.c.reply_to_id == Post.id, answers.c.author_id != Post.author_id)


def _waiting(event: Event, now: datetime) -> list[ColumnElement[bool]]:
    """The first posts of people: machines need no answer, and neither does our own voice."""
    return [
        Post.event_id == event.id,
        Post.verdict == Verdict.APPROVE,
        Post.first.is_(True),
        Post.excused_at.is_(None),
        Post.shown_at <= now - PATIENCE,
        Post.received_at > now - FORGOTTEN,
        clause(Audience.PUBLIC),
        Author.voice_of.is_(None),
        Author.bot.is_(False),
        ~answered(),
    ]
