"""Screens: who they are, what each painted last (written in batches), and which have not heard of the last freeze."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit
from app.domain.audit import Line
from app.errors import BadInput, Conflict, NotFound
from app.models import Account, Event, Screen
from ingest.text.clean import line

SILENT_FOR = timedelta(seconds=12)  # a wall says that it is there with every heartbeat, and shows its own badge then
LONGEST = 64  # letters of a name
AUDIENCES = ("public", "reviewed")
MOST = 2_000  # names of one event: anybody can open a wall and give it one


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    event_id: int
    name: str
    audience: str
    epoch: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """How one screen is doing, as the desk sees it."""

    name: str
    audience: str
    connected: bool
    seconds: int | None  # since it was heard; None: never yet
    acknowledged: bool  # it painted the last freeze, blank or release


async def acknowledge(db: AsyncSession, said: Iterable[Acknowledgement]) -> None:
    """Note the newest word of each screen; a screen that was never heard of is known from now on.

    Which audience a known screen has is for the organisers to say, and a word of another is not its own: somebody's
    browser names itself like it, or its page is older than what it should show.
    """
    words = sorted(said, key=lambda word: (word.event_id, word.name))  # one order for all processes: no deadlock
    for event_id in sorted({word.event_id for word in words}):
        its = [word for word in words if word.event_id == event_id]
        known = await _known(db, event_id, [word.name for word in its])
        theirs = [word for word in its if word.name in known and known[word.name][1] == word.audience]
        if heard := [_heard(word) | {"of": known[word.name][0]} for word in theirs]:
            await db.execute(_HEARD, heard)
        if new := [word for word in its if word.name not in known]:
            room = MOST - (await db.scalar(select(func.count()).where(Screen.event_id == event_id)) or 0)
            rows = [_heard(w) | {"event_id": event_id, "name": w.name, "audience": w.audience} for w in new[:room]]
            if room > 0:
                await db.execute(insert(_screen), rows)


async def states(db: AsyncSession, event: Event, now: datetime) -> list[State]:
    """Every screen of an event, by name. Reads the event anew: what is asked is whether the last switch arrived."""
    wanted = select(Event.epoch, Event.switched_seq, Event.frozen_at, Event.blank_at).where(Event.id == event.id)
    epoch, switched, frozen_at, blank_at = (await db.execute(wanted)).one()
    never = not switched and frozen_at is None and blank_at is None
    return [
        State(
            screen.name, screen.audience,
            connected=screen.seen_at is not None and now - screen.seen_at <= SILENT_FOR,
            seconds=None if screen.seen_at is None else max(0, int((now - screen.seen_at).total_seconds())),
            acknowledged=never or (screen.epoch == epoch and screen.acknowledged >= switched),
        )
        for screen in await list_screens(db, event.id)
    ]  # fmt: skip


async def make(db: AsyncSession, event: Event, name: str, audience: str, by: Account, now: datetime) -> Screen:
    """A screen nobody opened yet. Raises BadInput, Conflict."""
    if audience not in AUDIENCES:
        raise BadInput("Choose what it shows.", "audience")
    name = await _free_name(db, event.id, name)
    if len(await list_screens(db, event.id)) >= MOST:
        raise Conflict("There are so many screens already. Remove some first.")
    screen = Screen(event_id=event.id, name=name, audience=audience)
    db.add(screen)
    await db.flush()
    await audit.note(db, event.id, by, Line("screen", detail={"screen": name, "audience": audience}), now)
    return screen


async def rename(db: AsyncSession, event: Event, screen_id: int, name: str, by: Account, now: datetime) -> Screen:
    """Its address changes with it. Raises BadInput, Conflict, NotFound."""
    screen = await _screen_of(db, event.id, screen_id)
    if line(name) == screen.name:
        return screen
    before, screen.name = screen.name, await _free_name(db, event.id, name)
    screen.seen_at, screen.epoch, screen.acknowledged = None, "", 0  # nobody opened it by this name yet
    await audit.note(db, event.id, by, Line("rename screen", detail={"before": before, "screen": screen.name}), now)
    return screen


async def remove(db: AsyncSession, event: Event, screen_id: int, by: Account, now: datetime) -> None:
    """It is forgotten. A browser that still shows it says its name again, and is listed again. Raises NotFound."""
    screen = await _screen_of(db, event.id, screen_id)
    await db.delete(screen)
    await audit.note(db, event.id, by, Line("remove screen", detail={"screen": screen.name}), now)


async def _screen_of(db: AsyncSession, event_id: int, screen_id: int) -> Screen:
    wanted = select(Screen).where(Screen.event_id == event_id, Screen.id == screen_id).with_for_update()
    screen = (await db.scalars(wanted)).one_or_none()
    if screen is None:
        raise NotFound("This screen is not here any more.")
    return screen


async def _free_name(db: AsyncSession, event_id: int, name: str) -> str:
    name = line(name, LONGEST + 1)
    if not name:
        raise BadInput("Give it a name people at the desk know it by, like “Hall, left”.", "name")
    if len(name) > LONGEST:
        raise BadInput("That is too long for a screen's name: {most} letters at most.", "name", most=LONGEST)
    if await find_screen(db, event_id, name) is not None:
        raise Conflict("There is a screen of that name already.")
    return name


async def list_screens(db: AsyncSession, event_id: int) -> Sequence[Screen]:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id).order_by(Screen.name))).all()


async def find_screen(db: AsyncSession, event_id: int, name: str) -> Screen | None:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id, Screen.name == name))).one_or_none()


async def _known(db: AsyncSession, event_id: int, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    wanted = select(Screen.name, Screen.id, Screen.audience)
    rows = await db.execute(wanted.where(Screen.event_id == event_id, Screen.name.in_(names)))
    return {name: (screen_id, audience) for name, screen_id, audience in rows}


def _heard(word: Acknowledgement) -> dict[str, Any]:
    return {"epoch": word.epoch, "acknowledged": word.seq, "seen_at": word.at}


# On tables and not on models: a thousand screens in one statement.
_screen: Any = Screen.__table__
_HEARD = update(_screen).where(_screen.c.id == bindparam("of"))
_HEARD = _HEARD.values(epoch=bindparam("epoch"), acknowledged=bindparam("acknowledged"), seen_at=bindparam("seen_at"))
