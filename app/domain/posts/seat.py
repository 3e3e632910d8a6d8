"""Where somebody sits who opens the form: the card before them, what runs now, and the session it is probably about.

Reads; what they choose in the end is saying.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.event.cards import find_place
from app.domain.schedule.programme import between
from app.domain.schedule.sessions import AFTER, EARLY
from app.errors import NotFound
from app.models import Event, Session

MOST = 12  # sessions to choose from


@dataclass(frozen=True, slots=True)
class Seat:
    code: str = ""  # of a card there is
    label: str = ""  # "Table 7"
    sessions: Sequence[Session] = ()  # what runs now, has just ended or is about to begin
    guess: int | None = None  # the one in the room of the card


async def find_seat(db: AsyncSession, event: Event, code: str, now: datetime) -> Seat:
    """A code nobody gave out is none."""
    sessions = await between(db, event.id, now - AFTER, now + EARLY, MOST)
    try:
        place = await find_place(db, event.id, code)
    except NotFound:
        return Seat(sessions=sessions)
    here = [s for s in sessions if place.room_id is not None and s.room_id == place.room_id]
    best = min(here, key=lambda s: (not s.starts_at <= now < s.ends_at, s.starts_at), default=None)
    return Seat(place.code, place.label, sessions, best.id if best else None)
