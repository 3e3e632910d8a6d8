"""What the store knows of the schedule: for placing posts, and for the pages that show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain.schedule.sessions import AFTER, EARLY, Clues, How, Place, Programme, Slot, numbers, patterns_of
from app.errors import NotFound
from app.models import Card, Copy, Event, Post, Room, Session
from ingest.text import tags
from ingest.types import Incoming, IncomingPost


async def programme(
    db: AsyncSession, event: Event, items: Iterable[Incoming], held: Iterable[Post], has_rooms: bool, now: datetime
) -> Programme:
    """As much of it as these items and posts can be about: a large schedule is not read for every post."""
    rooms = await _rooms(db, event.id) if has_rooms else []
    patterns = patterns_of(event)
    posts: list[IncomingPost | Post] = [*(item for item in items if isinstance(item, IncomingPost)), *held]
    said = {tag for post in posts for tag in post.tags}
    wanted = {n for how in (How.TAG, How.VARIANT) for _, n in numbers(patterns[how], said)}
    named = {room.name for room in rooms}
    times = [min(p.posted_at, now) for p in posts if p.card_code or p.in_room or named.intersection(p.tags)]
    clauses: list[ColumnElement[bool]] = [Session.number.in_(wanted)] if wanted else []
    if times:
        clauses.append(and_(Session.starts_at <= max(times) + EARLY, Session.ends_at >= min(times) - AFTER))
    slots = await _slots(db, event.id, or_(*clauses)) if clauses else []
    return Programme(patterns, slots, rooms)


async def relink(db: AsyncSession, event: Event) -> list[int]:
    """After the schedule changed: every post is placed anew. Gives the ids of those that moved."""
    whole = Programme(patterns_of(event), await _slots(db, event.id), await _rooms(db, event.id))
    columns = (Post.id, Post.tags, Post.text, Post.reply_to_id, Post.card_code, Post.in_room, Post.posted_at)
    query = select(*columns, Post.session_id, Post.session_how).where(Post.event_id == event.id, Post.gone_at.is_(None))
    found: dict[int, tuple[int | None, str]] = {}
    moved = []
    for row in await db.execute(query.order_by(Post.posted_at, Post.id)):
        if row.session_how == How.SAID:
            found[row.id] = row.session_id, row.session_how
            continue
        parent = found.get(row.reply_to_id, (None, ""))[0]
        clues = Clues(row.tags, row.text, parent, row.card_code, row.in_room, row.posted_at)
        found[row.id] = session_id, how = whole.find(clues)
        if (session_id, how) != (row.session_id, row.session_how):
            moved.append({"id": row.id, "session_id": session_id, "session_how": how})
    if moved:
        await db.execute(update(Post), moved)
    return [change["id"] for change in moved]


async def list_sessions(db: AsyncSession, event_id: int) -> Sequence[Session]:
    """All of them, in order, with their rooms."""
    wanted = select(Session).where(Session.event_id == event_id).options(joinedload(Session.room))
    return (await db.scalars(wanted.order_by(Session.starts_at, Session.number, Session.id))).all()


async def between(db: AsyncSession, event_id: int, start: datetime, end: datetime, limit: int) -> Sequence[Session]:
    """What runs at some moment from `start` to `end` and is not cancelled, in order."""
    wanted = select(Session).where(
        Session.event_id == event_id, Session.cancelled_at.is_(None), Session.ends_at > start, Session.starts_at <= end
    )
    ordered = wanted.order_by(Session.starts_at, Session.number, Session.id)
    return (await db.scalars(ordered.options(joinedload(Session.room)).limit(limit))).all()


async def starting(db: AsyncSession, event_id: int, start: datetime, end: datetime, limit: int) -> Sequence[Session]:
    """What begins from `start` to `end` and is not cancelled; of too many the last."""
    wanted = select(Session).where(
        Session.event_id == event_id, Session.cancelled_at.is_(None), Session.starts_at.between(start, end)
    )
    newest = wanted.order_by(Session.starts_at.desc(), Session.number.desc(), Session.id.desc())
    return (await db.scalars(newest.options(joinedload(Session.room)).limit(limit))).all()[::-1]


async def find_session(db: AsyncSession, event_id: int, session_id: int) -> Session:
    """Raises NotFound."""
    wanted = select(Session).where(Session.event_id == event_id, Session.id == session_id)
    session = (await db.scalars(wanted.options(joinedload(Session.room)))).one_or_none()
    if session is None:
        raise NotFound("There is no such session here.")
    return session


async def changed(db: AsyncSession, event_id: int, limit: int) -> Sequence[Session]:
    """What imports changed, the last first."""
    wanted = select(Session).where(Session.event_id == event_id, Session.changed_at.is_not(None))
    newest = wanted.order_by(Session.changed_at.desc(), Session.starts_at, Session.id).limit(limit)
    return (await db.scalars(newest.options(joinedload(Session.room)))).all()


async def count_sessions(db: AsyncSession, event_id: int) -> int:
    """Without those that were cancelled."""
    wanted = select(func.count()).where(Session.event_id == event_id, Session.cancelled_at.is_(None))
    return (await db.execute(wanted)).scalar_one()


async def has_sessions(db: AsyncSession, event_id: int) -> bool:
    return await db.scalar(select(Session.id).where(Session.event_id == event_id).limit(1)) is not None


async def sealed_uris(db: AsyncSession, event_id: int, uris: Collection[str]) -> set[str]:
    """Those of these posts that belong to a closed session: nobody may be quoted from there."""
    inside = select(Copy.uri).join(Copy.post).join(Post.session).where(Session.closed, Copy.event_id == event_id)
    return set(await db.scalars(inside.where(Copy.uri.in_(uris))))


async def quoting_sealed(db: AsyncSession, event_id: int) -> list[int]:
    """The posts that quote from closed sessions."""
    inside = select(Copy.uri).join(Copy.post).join(Post.session).where(Session.closed, Copy.event_id == event_id)
    if not (sealed := set(await db.scalars(inside))):
        return []
    rows = await db.execute(select(Post.id, Post.quote).where(Post.event_id == event_id, Post.gone_at.is_(None)))
    return [id for id, quote in rows if quote and quote["uri"] in sealed]


async def _rooms(db: AsyncSession, event_id: int) -> list[Place]:
    """The rooms, and in which of them a table's card stands."""
    rooms = select(Room.id, Room.name, Room.card_code).where(Room.event_id == event_id)
    cards = select(Card.room_id, literal(""), Card.code).where(Card.event_id == event_id, Card.room_id.is_not(None))
    found: Iterable[Any] = await db.execute(union_all(rooms, cards))
    return [Place(row.id, tags.normalise(row.name), row.card_code) for row in found]


async def _slots(db: AsyncSession, event_id: int, *clauses: ColumnElement[bool]) -> list[Slot]:
    columns = (Session.id, Session.number, Session.room_id, Session.starts_at, Session.ends_at, Session.cancelled_at)
    rows = await db.execute(select(*columns).where(Session.event_id == event_id, *clauses))
    return [Slot(*row[:5], cancelled=row.cancelled_at is not None) for row in rows]
