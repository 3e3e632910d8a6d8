"""What a screen is to show, as its wall is told it: in the page, and by /{event}/wall/screen.json."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.event.sponsors import list_sponsors, sponsor_view
from app.domain.screens import quiet
from app.domain.screens.looks import look_of
from app.models import Event, Room, Screen


async def wished(db: AsyncSession, event: Event, screen: Screen | None, name: str, now: datetime) -> dict[str, Any]:
    """`screen` None: nobody knows a screen of this name; it shows the strand, to everybody."""
    its = screen or Screen(name=name, audience="public", mode="strand", programme=[], look={}, quiet=[])
    room = await db.scalar(select(Room.name).where(Room.id == its.room_id)) if its.room_id else None
    return {
        "name": its.name,
        "audience": its.audience,
        "room": room or "",
        "mode": its.mode,
        "programme": its.programme,
        "look": look_of(its.look),
        "quiet": await quiet.in_times(db, its) if its.quiet else [],
        "says": says_now(its, now),
        "paused": its.paused_at is not None,
        "sponsors": [sponsor_view(one) for one in await list_sponsors(db, event.id)],
        "now": quiet.told(now),
    }


def says_now(screen: Screen, now: datetime) -> dict[str, Any] | None:
    """What it is to say, unless that is over."""
    until = quiet.moment(screen.says["until"]) if screen.says else None
    return None if until is not None and until <= now else screen.says
