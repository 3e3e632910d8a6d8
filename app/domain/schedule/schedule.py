"""import_schedule(): the house's programme becomes what a schedule says, however often it is read.

A session is known by its guid. What changed stays readable as `before`; what disappeared is cancelled, not deleted:
its posts still belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import log
from app.domain.schedule.imported import Imported
from app.domain.schedule.programme import quoting_sealed, relink
from app.errors import BadInput
from app.models import EntryKind, Event, Post, Room, Session
from ingest.programme import INVENTED, IncomingRoom, IncomingSchedule, IncomingSession


@dataclass(slots=True)
class _Work:
    """One import under way."""

    event: Event
    now: datetime
    rooms: dict[str, Room]
    known: dict[str, Session]
    numbers: set[int]
    first: bool
    told: Imported
    redraw: set[int]  # sessions whose posts look different now


async def import_schedule(
    db: AsyncSession, event: Event, incoming: IncomingSchedule, now: datetime, prefix: str = ""
) -> Imported:
    """Raises BadInput where there is no schedule to read: then nothing changes. `prefix`: only guids that begin so."""
    if not incoming.known_format:
        raise BadInput("This is no schedule Strand can read: JSON as pretalx writes it, iCal, frab XML or CSV.", "file")
    if not incoming.sessions:
        raise BadInput("There is no session in this schedule. Nothing was changed.", "file")
    await log.lock(db, [event.id])
    work = await _begin(db, event, incoming, now, prefix)
    for session in incoming.sessions:
        _take(db, work, session)
    _cancel(work, incoming)
    await db.flush()
    await _tell(db, work)
    return work.told


async def _begin(db: AsyncSession, event: Event, incoming: IncomingSchedule, now: datetime, prefix: str) -> _Work:
    wanted = select(Session).where(Session.event_id == event.id).options(joinedload(Session.room))
    ours = [s for s in await db.scalars(wanted) if s.guid.startswith(prefix or INVENTED) is bool(prefix)]
    numbers = {n for n in (*(s.number for s in ours), *(s.number for s in incoming.sessions)) if n is not None}
    rooms = await _rooms(db, event, incoming.rooms)
    told = Imported(len(incoming.sessions), skipped=dict(incoming.skipped))
    return _Work(event, now, rooms, {s.guid: s for s in ours}, numbers, not ours, told, set())


async def _rooms(db: AsyncSession, event: Event, incoming: Sequence[IncomingRoom]) -> dict[str, Room]:
    """Rooms are known by their names. One that the schedule does not have any more stays: old sessions were there."""
    rooms = {room.name: room for room in await db.scalars(select(Room).where(Room.event_id == event.id))}
    for position, given in enumerate(incoming):
        if given.name not in rooms:
            rooms[given.name] = Room(event_id=event.id, name=given.name)
            db.add(rooms[given.name])
        rooms[given.name].position = position
        rooms[given.name].card_code = given.card_code or rooms[given.name].card_code
    return rooms


def _take(db: AsyncSession, work: _Work, given: IncomingSession) -> None:
    session = work.known.get(given.guid)
    if session is None:
        session = Session(event_id=work.event.id, guid=given.guid, number=given.number or _free(work.numbers))
        _write(work, session, given)
        if not work.first:
            session.before, session.changed_at = {}, work.now
        db.add(session)
        work.told.added += 1
        return
    before = _as_shown(session)
    quiet = _as_quiet(session)
    _write(work, session, given)
    changed = {key: value for key, value in before.items() if value != _as_shown(session)[key]}
    if session.cancelled_at is not None:
        session.cancelled_at = None
        changed["cancelled"] = True
        work.told.back += 1
    if changed:
        session.before, session.changed_at = changed, work.now
        work.told.count(changed)
        work.redraw |= {session.id} if changed.keys() & {"title", "closed"} else set()
    elif quiet != _as_quiet(session):
        work.told.touched += 1


def _write(work: _Work, session: Session, given: IncomingSession) -> None:
    """Field by field: nothing of a stranger's reaches a column that is not named here."""
    session.title, session.closed = given.title, given.closed
    session.starts_at, session.ends_at = given.starts_at, given.ends_at
    session.room = work.rooms.get(given.room)
    session.number = given.number or session.number
    session.abstract, session.track, session.kind, session.url = given.abstract, given.track, given.kind, given.url
    session.speakers, session.languages = list(given.speakers), list(given.languages)


def _cancel(work: _Work, incoming: IncomingSchedule) -> None:
    here = {session.guid for session in incoming.sessions} | incoming.unread
    for guid, session in work.known.items():
        if guid not in here and session.cancelled_at is None:
            session.cancelled_at = session.changed_at = work.now
            session.before = {}
            work.told.cancelled += 1


async def _tell(db: AsyncSession, work: _Work) -> None:
    """Pages and screens hear of it; posts find their place anew where places changed."""
    told = work.told
    if not told.changes:
        return
    await log.append(db, work.event.id, EntryKind.EVENT, [work.event.id], work.now)
    await log.append(db, work.event.id, EntryKind.SCREEN, [log.ALL_SCREENS], work.now)  # rooms, and when it is quiet
    posts = await relink(db, work.event) if told.places else []
    posts += await quoting_sealed(db, work.event.id) if told.places or told.permitted else []
    if work.redraw:
        posts += await db.scalars(select(Post.id).where(Post.session_id.in_(work.redraw)).order_by(Post.id))
    await log.append_posts(db, work.event.id, posts, work.now)


def _free(numbers: set[int]) -> int:
    """A schedule without numbers still gets short tags: the next one nobody has."""
    number = len(numbers) + 1
    while number in numbers:
        number += 1
    numbers.add(number)
    return number


def _as_shown(session: Session) -> dict[str, Any]:
    return {
        "title": session.title,
        "starts_at": session.starts_at.astimezone(UTC).isoformat(),
        "ends_at": session.ends_at.astimezone(UTC).isoformat(),
        "room": session.room.name if session.room else "",
        "closed": session.closed,
    }


def _as_quiet(session: Session) -> tuple[Any, ...]:
    said = (session.abstract, session.speakers, session.languages)
    return *said, session.track, session.kind, session.url, session.number
