"""Which talk questions are put to: the one in a room now, and which questions belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain.audience import Audience, clause
from app.domain.schedule.programme import between, find_session
from app.domain.schedule.sessions import AFTER, EARLY, How
from app.domain.view import MOST as MOST_NUMBER
from app.models import Event, Post, Session

LASTS = timedelta(minutes=30)  # nobody said that it was answered: after so long it is not being answered any more
AT_ONCE = 100  # talks that run, have just ended or are about to begin
MOST = 60  # to choose from


async def current(db: AsyncSession, event: Event, room_id: int | None, now: datetime) -> Session | None:
    """The talk in this room: what runs, else what is about to begin, else what has just ended. Without a room the one
    there is; where several run at once it is none of them."""
    around = await between(db, event.id, now - AFTER, now + EARLY, AT_ONCE)
    here = [one for one in around if room_id is None or one.room_id == room_id]
    for near in (
        [one for one in here if one.starts_at <= now < one.ends_at],
        [one for one in here if now < one.starts_at],
        [one for one in here if one.ends_at <= now],
    ):
        if near:
            return near[-1] if room_id is not None or len(near) == 1 else None
    return None


async def named(db: AsyncSession, event: Event, number: str) -> Session | None:
    """The talk with this number in an address; "": none in particular. Raises NotFound."""
    if not number:
        return None
    known = number.isascii() and number.isdigit() and len(number) < 11 and int(number) <= MOST_NUMBER
    return await find_session(db, event.id, int(number) if known else 0)


def put_to(talk: Session | None) -> list[ColumnElement[bool]]:
    """Clauses for questions put to this talk; None: any. Those that nobody placed, asked while it ran, belong to it."""
    if talk is None:
        return []
    asked_then = Post.posted_at.between(talk.starts_at - EARLY, talk.ends_at + AFTER)
    nowhere = and_(Post.session_id.is_(None), Post.session_how != How.SAID)  # "none of these" is a place too
    return [or_(Post.session_id == talk.id, and_(nowhere, asked_then))]


async def choices(db: AsyncSession, event: Event, now: datetime) -> Sequence[Session]:
    """Talks to choose from: what is on, and what somebody asked about. In order of the programme."""
    on = [one.id for one in await between(db, event.id, now - AFTER, now + EARLY, AT_ONCE)]
    asked = select(Post.session_id).join(Post.author)
    asked = asked.where(Post.event_id == event.id, Post.question.is_(True), clause(Audience.PUBLIC))
    wanted = select(Session).where(
        Session.event_id == event.id, Session.cancelled_at.is_(None), or_(Session.id.in_(on), Session.id.in_(asked))
    )
    newest = wanted.order_by(Session.starts_at.desc(), Session.number.desc(), Session.id.desc()).limit(MOST)
    return (await db.scalars(newest.options(joinedload(Session.room)))).all()[::-1]
