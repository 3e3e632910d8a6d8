"""What the event's voice answered lately, who at the desk wrote it, and how it goes on its way to Mastodon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.event import replies
from app.models import Author, Event, Outgoing, Post, Verdict

MOST = 12
LATELY = timedelta(hours=12)
Way = Literal["here", "waits", "sent", "failed", "given up"]


@dataclass(frozen=True, slots=True)
class Given:
    to: int  # the post it answers
    name: str  # of whoever wrote that; empty: they gave none
    by: str
    at: datetime
    answer: dict[str, Any]  # as the wire says it
    way: Way
    trouble: str = ""  # a sentence with {host}
    host: str = ""


async def lately(db: AsyncSession, event: Event, now: datetime) -> Sequence[Given]:
    """The newest first; and whatever could not be sent, however old it is by now."""
    wanted = select(Post).join(Post.author).where(
        Post.event_id == event.id, Author.voice_of == event.id, Post.gone_at.is_(None), Post.received_at > now - LATELY,
        Post.reply_to_id.is_not(None), Post.verdict == Verdict.APPROVE,
    )  # fmt: skip
    loaded = (contains_eager(Post.author), joinedload(Post.decider), joinedload(Post.reply_to).joinedload(Post.author))
    rows = (await db.scalars(wanted.options(*loaded).order_by(Post.id.desc()).limit(MOST))).all()
    views = (await snapshot.look(db, event, [row.id for row in rows], [Audience.PUBLIC]))[Audience.PUBLIC]
    keyed = replies.of(event, [row.reply_to_id for row in rows if row.reply_to_id])
    owed = {one.content["answer"]: one for one in await db.scalars(keyed)}
    return [_given(row, views[row.id], owed.get(row.id), now) for row in rows if row.id in views]


def _given(row: Post, view: dict[str, Any], owed: Outgoing | None, now: datetime) -> Given:
    to, by = row.reply_to, row.decider
    words, host = (owed.content.get("words", ""), owed.content.get("host", "")) if owed else ("", "")
    name = to.author.name if to else ""
    return Given(row.reply_to_id or 0, name, by.name if by else "", row.received_at, view, _way(owed, now), words, host)


def _way(owed: Outgoing | None, now: datetime) -> Way:
    if owed is None:
        return "here"
    if owed.sent_at is not None:
        return "sent"
    if replies.is_given_up(owed, now):
        return "given up"
    return "failed" if owed.tries else "waits"
