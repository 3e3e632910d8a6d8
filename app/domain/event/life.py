"""An event's life: draft, rehearsal, live, archived; by hand, or by itself at its moments.

Whatever was said is never mixed: what a rehearsal invented, and what was typed into it, goes before the event is live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log, rehearsals
from app.domain.audit import Line
from app.errors import BadInput, Conflict
from app.models import Account, EntryKind, Event, EventState, Post

WAYS: Mapping[EventState, tuple[EventState, ...]] = {
    EventState.DRAFT: (EventState.LIVE, EventState.REHEARSAL),
    EventState.REHEARSAL: (EventState.LIVE, EventState.DRAFT),
    EventState.LIVE: (EventState.ARCHIVED, EventState.DRAFT),
    EventState.ARCHIVED: (EventState.LIVE,),
}
SPEED = 20.0  # of a rehearsal begun in the browser: two days in two and a half hours


def is_for_good(here: EventState, to: EventState) -> bool:
    """Whether something is lost on this way: what was said in a rehearsal."""
    return here is EventState.REHEARSAL and to is not EventState.REHEARSAL


async def has_posts(db: AsyncSession, event: Event) -> bool:
    return await db.scalar(select(Post.id).where(Post.event_id == event.id).limit(1)) is not None


async def ways(db: AsyncSession, event: Event) -> list[EventState]:
    """Where it can go from here."""
    if event.erased_at is not None or (event.rehearsal or {}).get("made"):
        return []
    found = list(WAYS[event.state])
    if event.state is EventState.LIVE and await has_posts(db, event):
        found.remove(EventState.DRAFT)  # what people were shown is not taken back into the dark
    return found


async def go(
    db: AsyncSession, event: Event, to: EventState, script: str, now: datetime, by: Account | None = None,
    sure: bool = True,
) -> Event:  # fmt: skip
    """One step. `script`: the tag of the invented conference, should it rehearse. Raises BadInput, Conflict."""
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    if event.state is to:
        return event  # somebody else was quicker, and wanted the same
    if to not in await ways(db, event):
        raise Conflict("That cannot follow from what the event is now. Look at the page again.")
    here = event.state
    if is_for_good(here, to) and not sure:
        raise BadInput("Say that you are sure: what was said in the rehearsal goes for good.", "sure")
    if here is EventState.REHEARSAL:
        await rehearsals.end(db, event, now)
    if to is EventState.REHEARSAL:
        await rehearsals.begin(db, event, script, SPEED, False, now)
    else:
        await _become(db, event, to, now)
    await audit.note(db, event.id, by, Line("life", why=to.value, detail={"from": here.value}), now)
    return event


async def due(db: AsyncSession, now: datetime) -> Sequence[int]:
    """Events whose moment to become live, or to be over, has come. Takes no lock, so it can be asked often."""
    begins = and_(Event.live_at <= now, Event.state.in_([EventState.DRAFT, EventState.REHEARSAL]))
    ends = and_(Event.archive_at <= now, Event.state == EventState.LIVE)
    found = select(Event).where(or_(begins, ends), Event.erased_at.is_(None)).order_by(Event.id)
    return [event.id for event in await db.scalars(found) if not (event.rehearsal or {}).get("made")]


async def turn(db: AsyncSession, event_id: int, now: datetime) -> None:
    """By itself: the step whose moment has come, if it still is so."""
    await log.lock(db, [event_id])
    event = await db.get_one(Event, event_id, populate_existing=True)
    waits = event.state in (EventState.DRAFT, EventState.REHEARSAL)
    if waits and event.live_at and event.live_at <= now:
        event = await go(db, event, EventState.LIVE, "", now)
    if event.state is EventState.LIVE and event.archive_at and event.archive_at <= now:
        await go(db, event, EventState.ARCHIVED, "", now)


async def _become(db: AsyncSession, event: Event, to: EventState, now: datetime) -> None:
    """A moment that was meant for this has served: else it would undo what somebody does by hand later."""
    event.state = to
    if to is EventState.LIVE:
        event.live_at = None
        event.archive_at = event.archive_at if event.archive_at and event.archive_at > now else None
    if to is EventState.ARCHIVED:
        event.archive_at = None
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)
