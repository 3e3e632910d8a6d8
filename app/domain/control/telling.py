"""Mails owed to the organiser where others' removals take much off the walls. Sends none: the outbox does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Author, Event, Outgoing, Post

MANY = 20  # posts


async def tell_of_many_posts(db: AsyncSession, event: Event, author: Author, removal_id: int, now: datetime) -> None:
    """Somebody had a whole voice taken off the walls: the desk must look soon."""
    theirs = select(func.count()).where(Post.event_id == event.id, Post.author_id == author.id, Post.gone_at.is_(None))
    count = (await db.execute(theirs)).scalar_one()
    if count > MANY:
        _owe(db, event, "asked", f"asked:{removal_id}", author.handle or author.name, count, now)


async def tell_of_many_authors(db: AsyncSession, event: Event, now: datetime) -> None:
    """So many were asked for that the next wait for the desk. Once an hour at most."""
    key = f"flooded:{event.id}:{now:%Y%m%d%H}"
    if await db.scalar(select(Outgoing.id).where(Outgoing.event_id == event.id, Outgoing.key == key)) is None:
        _owe(db, event, "flooded", key, event.title, 0, now)
        await db.flush()


def _owe(db: AsyncSession, event: Event, letter: str, key: str, place: str, count: int, now: datetime) -> None:
    if not event.contact:
        return
    content = {
        "to": event.contact, "letter": letter, "event": event.title, "slug": event.slug, "count": count,
        "place": place, "language": (event.languages or ["en"])[0], "since": now.isoformat(),
        "reason": "", "zone": event.time_zone,
    }  # fmt: skip
    db.add(Outgoing(event_id=event.id, kind="mail", key=key, content=content, created_at=now, due_at=now))
