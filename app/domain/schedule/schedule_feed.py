"""Where an event's schedule is read from, how the last reading went, and how its sessions and rooms are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.event import cards
from app.domain.schedule.programme import relink
from app.errors import BadInput
from app.models import Event, EventState, Room, ScheduleFeed
from ingest.text import tags
from ingest.text.clean import href

EVERY = timedelta(minutes=5)


async def remember(db: AsyncSession, event: Event, url: str, etag: str, now: datetime) -> None:
    """Read from this address from now on; it was just read. Raises BadInput."""
    feed = await db.get(ScheduleFeed, event.id) or ScheduleFeed(event_id=event.id)
    feed.url, feed.etag, feed.fetched_at, feed.ok, feed.reason = check_address(url), etag, now, True, ""
    db.add(feed)
    await db.flush()


async def forget(db: AsyncSession, event: Event) -> None:
    """Read it no more. What it said stays."""
    await db.execute(delete(ScheduleFeed).where(ScheduleFeed.event_id == event.id))


async def find_feed(db: AsyncSession, event_id: int) -> ScheduleFeed | None:
    return await db.get(ScheduleFeed, event_id)


async def due(db: AsyncSession, now: datetime) -> Sequence[tuple[ScheduleFeed, Event]]:
    """Whose turn it is. An event that is over does not change its programme any more."""
    stale = or_(ScheduleFeed.fetched_at.is_(None), ScheduleFeed.fetched_at <= now - EVERY)
    wanted = select(ScheduleFeed, Event).join(Event, Event.id == ScheduleFeed.event_id)
    rows = await db.execute(wanted.where(stale, Event.state != EventState.ARCHIVED).order_by(ScheduleFeed.event_id))
    return [(feed, event) for feed, event in rows]


async def note(
    db: AsyncSession, event_id: int, url: str, now: datetime, problem: str = "", etag: str | None = None
) -> None:
    """How a reading went: `problem` is one plain sentence, or nothing. Another address meanwhile: nothing is noted."""
    feed = await db.get(ScheduleFeed, event_id)
    if feed is None or feed.url != url:
        return
    feed.fetched_at, feed.ok, feed.reason = now, not problem, problem
    feed.etag = feed.etag if etag is None else etag


async def set_marks(
    db: AsyncSession, event: Event, pattern: str | None, codes: Mapping[str, str], now: datetime
) -> None:
    """How a session's tag is made ("ht_s{number}"; empty: the event's tag and _s12; None: as it was), and what stands
    on the cards of each room, by the room's id as a form names it. Posts find their place anew. Raises BadInput.
    """
    await log.lock(db, [event.id])
    stored = await db.get_one(Event, event.id)
    if pattern is not None:
        stored.session_tag = check_pattern(pattern)
    await cards.set_room_codes(db, event.id, codes)
    await db.flush()
    await log.append_posts(db, event.id, await relink(db, stored), now)


async def list_rooms(db: AsyncSession, event_id: int) -> Sequence[Room]:
    wanted = select(Room).where(Room.event_id == event_id).order_by(Room.position, Room.name)
    return (await db.scalars(wanted)).all()


def check_address(url: str) -> str:
    if href(url.strip()) is None:
        raise BadInput("That is no address. It begins with https://", "address")
    return url.strip()


def check_pattern(pattern: str) -> str:
    pattern = pattern.strip().lstrip("#")
    made = pattern.replace("{number}", "12")
    if pattern and (pattern.count("{number}") != 1 or not made.replace("_", "").isalnum() or len(pattern) > 64):
        raise BadInput("Write {number} where the session's number stands, letters, digits and _ around it.", "tag")
    if pattern and not tags.in_text(f"#{made}"):
        raise BadInput("A tag needs a letter.", "tag")
    return pattern
