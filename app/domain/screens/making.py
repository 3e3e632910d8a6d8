"""Screens are made, found, named, placed and removed. A wall that names itself is one too; nobody has made it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.screens.acknowledging import MOST
from app.domain.screens.looks import AUDIENCES
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Account, EntryKind, Event, Room, Screen
from ingest.text.clean import line

LONGEST = 64  # letters of a name
GONE = N_("This screen is not here any more.")
NO_ROOM = N_("There is no such room in the programme.")


async def make(
    db: AsyncSession, event: Event, name: str, audience: str, by: Account, now: datetime, room_id: int | None = None
) -> Screen:
    """A screen nobody opened yet. Raises BadInput, Conflict."""
    check_audience(audience)
    name = await _free_name(db, event.id, name)
    await _check_room(db, event.id, room_id)
    if len(await list_screens(db, event.id)) >= MOST:
        raise Conflict("There are so many screens already. Remove some first.")
    screen = Screen(event_id=event.id, name=name, audience=audience, room_id=room_id, made_at=now)
    db.add(screen)
    await db.flush()
    await audit.note(db, event.id, by, Line("screen", detail={"screen": name, "audience": audience}), now)
    return screen


async def rename(db: AsyncSession, event: Event, screen_id: int, name: str, by: Account, now: datetime) -> Screen:
    """Its address changes with it. Raises BadInput, Conflict, NotFound."""
    await log.lock(db, [event.id])
    screen = await find(db, event.id, screen_id, lock=True)
    if line(name) == screen.name:
        return screen
    before, screen.name = screen.name, await _free_name(db, event.id, name)
    screen.seen_at, screen.epoch, screen.acknowledged, screen.shows = None, "", 0, None  # nobody opened it as this yet
    screen.made_at = screen.made_at or now
    await db.flush()
    await log.append(
        db, event.id, EntryKind.SCREEN, [log.ALL_SCREENS], now
    )  # a wall of the old name is none of ours from now on
    await audit.note(db, event.id, by, Line("rename screen", detail={"before": before, "screen": screen.name}), now)
    return screen


async def tell_place(
    db: AsyncSession, event: Event, screen_id: int, audience: str, room_id: int | None, by: Account, now: datetime
) -> Screen:
    """Who its posts are for, and the room it hangs in. Raises BadInput, NotFound."""
    check_audience(audience)
    await _check_room(db, event.id, room_id)
    await log.lock(db, [event.id])
    screen = await find(db, event.id, screen_id, lock=True)
    screen.audience, screen.room_id, screen.made_at = audience, room_id, screen.made_at or now
    await db.flush()
    await log.append(db, event.id, EntryKind.SCREEN, [screen.id], now)
    told = {"screen": screen.name, "audience": audience, "room": room_id}
    await audit.note(db, event.id, by, Line("place screen", detail=told), now)
    return screen


async def remove(db: AsyncSession, event: Event, screen_id: int, by: Account, now: datetime) -> None:
    """It is forgotten. A browser that still shows it says its name again, and is listed again. Raises NotFound."""
    await log.lock(db, [event.id])
    screen = await find(db, event.id, screen_id, lock=True)
    await db.delete(screen)
    await db.flush()
    await log.append(db, event.id, EntryKind.SCREEN, [log.ALL_SCREENS], now)
    await audit.note(db, event.id, by, Line("remove screen", detail={"screen": screen.name}), now)


async def find(db: AsyncSession, event_id: int, screen_id: int, *, lock: bool = False) -> Screen:
    """Raises NotFound."""
    wanted = select(Screen).where(Screen.event_id == event_id, Screen.id == screen_id)
    screen = (await db.scalars(wanted.with_for_update() if lock else wanted)).one_or_none()
    if screen is None:
        raise NotFound(GONE)
    return screen


async def find_screen(db: AsyncSession, event_id: int, name: str) -> Screen | None:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id, Screen.name == name))).one_or_none()


async def list_screens(db: AsyncSession, event_id: int) -> Sequence[Screen]:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id).order_by(Screen.name))).all()


def check_audience(audience: str) -> None:
    if audience not in AUDIENCES:
        raise BadInput("Choose what it shows.", "audience")


async def _check_room(db: AsyncSession, event_id: int, room_id: int | None) -> None:
    if room_id is not None:
        wanted = select(Room.id).where(Room.id == room_id, Room.event_id == event_id)
        if await db.scalar(wanted) is None:
            raise BadInput(NO_ROOM, "room")


async def _free_name(db: AsyncSession, event_id: int, name: str) -> str:
    name = line(name, LONGEST + 1)
    if not name:
        raise BadInput("Give it a name people at the desk know it by, like “Hall, left”.", "name")
    if len(name) > LONGEST:
        raise BadInput("That is too long for a screen's name: {most} letters at most.", "name", most=LONGEST)
    if await find_screen(db, event_id, name) is not None:
        raise Conflict("There is a screen of that name already.")
    return name
