"""The spotlight: one post, large on every screen. Pins: a few that stay there. Both only of what everybody may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import audit, log
from app.domain.audience import Audience, may_see
from app.domain.audit import Line
from app.errors import N_, Conflict, NotFound
from app.models import Account, EntryKind, Event, Post

MOST_PINS = 5  # more would be a wall of its own
NOT_HERE = N_("This post is not here any more: its author took it back, or it never was.")
NOT_SHOWN = N_("This post is not shown, so it cannot be put on the screens. Show it first.")
TOO_MANY = N_("{most} posts are pinned already. Unpin one first.")


async def put(db: AsyncSession, event: Event, post_id: int | None, by: Account, now: datetime) -> None:
    """Into the spotlight; None: its end. Raises NotFound, Conflict."""
    kept = await _locked(db, event)
    if post_id is None:
        if kept.spotlight is not None:
            kept.spotlight = None
            await _told(db, kept, Line("spotlight off"), by, now)
        return
    await _check(db, kept, post_id)
    if kept.spotlight is None or kept.spotlight["post"] != post_id:
        kept.spotlight = {"post": post_id, "at": now.isoformat(timespec="seconds")}
        await _told(db, kept, Line("spotlight", post_id), by, now)


async def pin(db: AsyncSession, event: Event, post_id: int, on: bool, by: Account, now: datetime) -> None:
    """The last in the order, or away. Said twice it is so all the same. Raises NotFound, Conflict."""
    kept = await _locked(db, event)
    if on == (post_id in kept.pins):
        return
    if on:
        await _check(db, kept, post_id)
        if len(kept.pins) >= MOST_PINS:
            raise Conflict(TOO_MANY, most=MOST_PINS)
        kept.pins = [*kept.pins, post_id]
    else:
        kept.pins = [one for one in kept.pins if one != post_id]
    await _told(db, kept, Line("pin" if on else "unpin", post_id), by, now)


async def due(db: AsyncSession) -> list[int]:
    """Events with something on their screens that may not be seen any more. Takes no lock, so it can be asked often."""
    lit = or_(Event.spotlight.is_not(None), Event.pins != [])
    events = (await db.scalars(select(Event).where(lit).order_by(Event.id))).all()
    lit_by = [(event.id, _named(event)) for event in events]
    return [event_id for event_id, named in lit_by if named - await _shown(db, event_id, named)]


async def take_down(db: AsyncSession, event_id: int, now: datetime) -> bool:
    """What was hidden, or left, since. Part of the act that hides, or called soon after one that nobody does here.

    Says whether there was any. It does not come back with its post.
    """
    await db.flush()
    event = await db.get_one(Event, event_id, populate_existing=True)
    named = _named(event)
    gone = named - await _shown(db, event.id, named) if named else set()
    if not gone:
        return False
    if event.spotlight is not None and event.spotlight["post"] in gone:
        event.spotlight = None
    event.pins = [one for one in event.pins if one not in gone]
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)
    return True


def _named(event: Event) -> set[int]:
    return {*event.pins, *([event.spotlight["post"]] if event.spotlight else [])}


async def _shown(db: AsyncSession, event_id: int, ids: Collection[int]) -> set[int]:
    wanted = select(Post).where(Post.event_id == event_id, Post.id.in_(ids)).options(joinedload(Post.author))
    return {post.id for post in await db.scalars(wanted) if may_see(post, Audience.PUBLIC)}


async def _check(db: AsyncSession, event: Event, post_id: int) -> None:
    wanted = select(Post).where(Post.event_id == event.id, Post.id == post_id, Post.gone_at.is_(None))
    post = await db.scalar(wanted.options(joinedload(Post.author)))
    if post is None:
        raise NotFound(NOT_HERE)
    if not may_see(post, Audience.PUBLIC):
        raise Conflict(NOT_SHOWN)


async def _locked(db: AsyncSession, event: Event) -> Event:
    await log.lock(db, [event.id])
    return await db.get_one(Event, event.id, populate_existing=True)


async def _told(db: AsyncSession, event: Event, line: Line, by: Account, now: datetime) -> None:
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)
    await audit.note(db, event.id, by, line, now)
