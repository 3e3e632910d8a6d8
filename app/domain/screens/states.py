"""How each screen is doing, as the desk sees it: what it is to show, what it shows, and whether it is there at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.screens.wished import says_now
from app.models import Event, Room, Screen

SILENT_FOR = timedelta(seconds=12)  # a wall says that it is there with every heartbeat, and shows its own badge then


@dataclass(frozen=True, slots=True)
class State:
    name: str
    audience: str
    connected: bool
    seconds: int | None  # since it was heard; None: never yet
    acknowledged: bool  # it painted the last freeze, blank or release
    id: int = 0
    seq: int = 0  # the number it painted last
    room: str = ""
    mode: str = "strand"  # what it is to show
    shows: dict[str, Any] | None = None  # what it says it shows: mode, kept, firsts, wait; None: not there
    paused: bool = False
    says: dict[str, Any] | None = None
    made: bool = False  # False: nobody made it, it named itself
    troubles: list[dict[str, Any]] = field(default_factory=list)  # the newest first


async def states(db: AsyncSession, event: Event, now: datetime) -> list[State]:
    """Every screen of an event, by name. Reads the event anew: what is asked is whether the last switch arrived."""
    wanted = select(Event.epoch, Event.switched_seq, Event.frozen_at, Event.blank_at).where(Event.id == event.id)
    epoch, switched, frozen_at, blank_at = (await db.execute(wanted)).one()
    never = not switched and frozen_at is None and blank_at is None
    query = select(Screen, func.coalesce(Room.name, "")).outerjoin(Room, Room.id == Screen.room_id)
    rows = await db.execute(query.where(Screen.event_id == event.id).order_by(Screen.name))
    return [
        _state(screen, room, never or (screen.epoch == epoch and screen.acknowledged >= switched), now)
        for screen, room in rows
    ]


def _state(screen: Screen, room: str, acknowledged: bool, now: datetime) -> State:
    connected = screen.seen_at is not None and now - screen.seen_at <= SILENT_FOR
    return State(
        screen.name, screen.audience, connected,
        None if screen.seen_at is None else max(0, int((now - screen.seen_at).total_seconds())),
        acknowledged, screen.id, screen.acknowledged, room, screen.mode, screen.shows if connected else None,
        screen.paused_at is not None, says_now(screen, now), screen.made_at is not None, screen.troubles[::-1],
    )  # fmt: skip
