"""Cards: the codes printed on them, where those lie, and what came by each. Counts openings and posts, never people.

A room has a code of its own. A Card is a table's or a place's and may stand in a room; one with a room's own code only
counts for it, and goes on leading into the room when the room gets another code: old cards still lie there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.schedule.programme import relink
from app.errors import BadInput, Conflict, NotFound
from app.models import Card, Event, Post, Room
from ingest.text.clean import line

MOST = 500  # of an event; nobody has more tables
AT_ONCE = 100
_CODE = re.compile(r"[A-Z0-9]{1,32}")
_TABLE = re.compile(r"T(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Place:
    """One code, where it lies, and what came by it. `card_id` None: a room's own code, printed nowhere else."""

    code: str
    label: str
    card_id: int | None = None
    room_id: int | None = None
    is_room: bool = False
    opened: int = 0
    posts: int = 0
    firsts: int = 0


async def list_places(db: AsyncSession, event_id: int) -> list[Place]:
    """Rooms in their order, then cards: tables by their numbers."""
    rooms = (await db.scalars(select(Room).where(Room.event_id == event_id).order_by(Room.position, Room.name))).all()
    cards = {c.code: c for c in await db.scalars(select(Card).where(Card.event_id == event_id))}
    came = await _came(db, event_id)
    own = {code: room for room in rooms if (code := written(room.card_code or ""))}
    found = [_place(code, room.name, cards.pop(code, None), room.id, True, came) for code, room in own.items()]
    names = {room.id: room.name for room in rooms}
    for code, card in sorted(cards.items(), key=lambda item: _by_number(item[0])):
        found.append(_place(code, card.label or names.get(card.room_id or 0, ""), card, card.room_id, False, came))
    return found


async def find_place(db: AsyncSession, event_id: int, code: str) -> Place:
    """Raises NotFound where no card has this code."""
    wanted = written(code)
    place = next((p for p in await list_places(db, event_id) if p.code == wanted), None) if wanted else None
    if place is None:
        raise NotFound("There is no card with this code.")
    return place


async def make_tables(
    db: AsyncSession, event: Event, count: int, label: Callable[[int], str], now: datetime
) -> list[Card]:  # fmt: skip
    """So many tables more, numbered on from the last. Raises BadInput, Conflict."""
    if not 1 <= count <= AT_ONCE:
        raise BadInput("From 1 to {most} tables at once.", "count", most=AT_ONCE)
    await log.lock(db, [event.id])
    taken = await _taken(db, event.id)
    _check_room_for(len(taken) + count)
    numbers = (int(found[1]) for code in taken if (found := _TABLE.fullmatch(code)))
    start = max(numbers, default=0) + 1
    made = [
        Card(event_id=event.id, code=f"T{n}", label=line(label(n), 200), created_at=now)
        for n in range(start, start + count)
    ]
    db.add_all(made)
    await db.flush()
    return made


async def add_card(db: AsyncSession, event: Event, code: str, label: str, room_id: int | None, now: datetime) -> Card:
    """A place of its own: the bar, the stairs. Raises BadInput, Conflict."""
    await log.lock(db, [event.id])
    taken = await _taken(db, event.id)
    _check_room_for(len(taken) + 1)
    card = Card(event_id=event.id, code=check_code(code, taken), label=line(label, 200), created_at=now)
    card.room_id = await _room_of(db, event.id, room_id)
    db.add(card)
    await db.flush()
    if card.room_id is not None:
        await _place_anew(db, event, now)
    return card


async def change_card(
    db: AsyncSession, event: Event, card_id: int, label: str, room_id: int | None, now: datetime
) -> None:  # fmt: skip
    """Raises NotFound, BadInput."""
    await log.lock(db, [event.id])
    card = await _find(db, event.id, card_id)
    card.label, moved = line(label, 200), await _room_of(db, event.id, room_id)
    if moved != card.room_id:
        card.room_id = moved
        await db.flush()
        await _place_anew(db, event, now)


async def remove_card(db: AsyncSession, event: Event, card_id: int) -> None:
    """What was said by it stays, with its session. Raises NotFound."""
    await log.lock(db, [event.id])
    card = await _find(db, event.id, card_id)
    await db.delete(card)
    await db.flush()


async def note_opened(db: AsyncSession, event_id: int, code: str, now: datetime) -> None:
    """The form was opened by a card. A code nobody gave out is none."""
    wanted = written(code)
    counted = update(Card).where(Card.event_id == event_id, Card.code == wanted).values(opened=Card.opened + 1)
    if not wanted or await db.scalar(counted.returning(Card.id)) is not None:
        return
    rooms = await db.execute(select(Room.id, Room.card_code).where(Room.event_id == event_id))
    room_id = next((id for id, own in rooms if written(own or "") == wanted), None)
    if room_id is not None:
        await log.lock(db, [event_id])  # two phones at once: the second finds what the first made
        if await db.scalar(counted.returning(Card.id)) is None:
            db.add(Card(event_id=event_id, code=wanted, room_id=room_id, opened=1, created_at=now))
            await db.flush()


async def set_room_codes(db: AsyncSession, event_id: int, codes: Mapping[str, str]) -> None:
    """The rooms' own codes, by their ids as a form names them; an empty one takes a room's away. Raises BadInput,
    Conflict."""
    rooms = (await db.scalars(select(Room).where(Room.event_id == event_id).order_by(Room.position, Room.id))).all()
    cards = await db.execute(select(Card.code, Card.room_id).where(Card.event_id == event_id))
    places: dict[str, int | None] = dict(cards.all())
    for room in rooms:
        given = codes.get(str(room.id), room.card_code or "").strip()
        if given != (room.card_code or ""):
            room.card_code = check_code(given, ()) if given else None
        code = written(room.card_code or "")
        if code and places.setdefault(code, room.id) != room.id:
            raise Conflict("{code} is taken already. Choose another code.", code=code)


def written(code: str) -> str:
    """A code as it is printed; empty where this can be none."""
    code = code.strip().upper()
    return code if _CODE.fullmatch(code) else ""


def check_code(code: str, taken: Collection[str]) -> str:
    """Raises BadInput, Conflict."""
    if not (clean := written(code)):
        raise BadInput("A code is made of letters from A to Z and digits, at most 32: T7, BAR.", "code")
    if clean in taken:
        raise Conflict("{code} is taken already. Choose another code.", code=clean)
    return clean


async def _taken(db: AsyncSession, event_id: int) -> set[str]:
    """The codes of rooms and cards alike: a code leads to one place."""
    rooms = await db.scalars(select(Room.card_code).where(Room.event_id == event_id, Room.card_code.is_not(None)))
    cards = await db.scalars(select(Card.code).where(Card.event_id == event_id))
    return {written(code) for code in rooms if code} - {""} | set(cards)


async def _came(db: AsyncSession, event_id: int) -> dict[str, tuple[int, int]]:
    """Posts and first posts by code. What its author took back did not come."""
    code = func.upper(func.trim(Post.card_code))
    first = func.sum(case((Post.first, 1), else_=0))
    wanted = select(code, func.count(), first).where(
        Post.event_id == event_id, Post.card_code.is_not(None), Post.gone_at.is_(None)
    )
    return {row[0]: (row[1], int(row[2] or 0)) for row in await db.execute(wanted.group_by(code))}


def _place(
    code: str, label: str, card: Card | None, room_id: int | None, is_room: bool, came: dict[str, tuple[int, int]]
) -> Place:
    posts, firsts = came.get(code, (0, 0))
    opened = card.opened if card else 0
    return Place(code, label, card.id if card else None, room_id, is_room, opened, posts, firsts)


def _by_number(code: str) -> tuple[str, int, str]:
    found = re.fullmatch(r"(\D*)(\d{1,9})", code)
    return (found[1], int(found[2]), code) if found else (code, 0, code)


def _check_room_for(count: int) -> None:
    if count > MOST:
        raise Conflict("That would be more than {most} codes. Remove some first.", most=MOST)


async def _find(db: AsyncSession, event_id: int, card_id: int) -> Card:
    wanted = select(Card).where(Card.event_id == event_id, Card.id == card_id)
    if (card := (await db.scalars(wanted)).one_or_none()) is None:
        raise NotFound("There is no card with this code.")
    return card


async def _room_of(db: AsyncSession, event_id: int, room_id: int | None) -> int | None:
    if room_id is None:
        return None
    if await db.scalar(select(Room.id).where(Room.event_id == event_id, Room.id == room_id)) is None:
        raise BadInput("There is no such room.", "room")
    return room_id


async def _place_anew(db: AsyncSession, event: Event, now: datetime) -> None:
    await log.append_posts(db, event.id, await relink(db, event), now)
