"""Freeze and blank, whoever asks and by whatever way; and the link that freezes without a sign-in.

The link is signed, not stored: it names the event and the nonce that a new link replaces.
"""

from __future__ import annotations

import secrets as chance
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain import audit, moderation
from app.domain.audit import Line
from app.errors import N_, NotFound
from app.models import Account, Event

KEPT_AFTER = timedelta(days=30)  # after the event's end
UNDATED = timedelta(days=365)  # where nobody said when it ends: after the link was made
OVER = N_("This link does not work any more: it is too old, or a newer one was made.")
_PURPOSE = "freeze"


async def switch(
    db: AsyncSession, event: Event, *, on: bool, blank: bool, by: Account | None, now: datetime, way: str = "desk"
) -> None:
    """Every screen to its holding card or into the dark, or back. `way`: desk, phone, link or command."""
    act = moderation.blank if blank else moderation.freeze
    await act(db, event, on, now)
    name = ("blank" if on else "unblank") if blank else ("freeze" if on else "release")
    await audit.note(db, event.id, by, Line(name, detail={"way": way}), now)


async def renew_link(db: AsyncSession, event: Event, key: str, by: Account, now: datetime) -> str:
    """The word of a new link; those before end."""
    kept = await db.get_one(Event, event.id, with_for_update=True, populate_existing=True)
    kept.freeze_nonce = chance.token_hex(16)
    await audit.note(db, event.id, by, Line("link"), now)
    return secrets.sign(key, _PURPOSE, [event.id, kept.freeze_nonce, int(now.timestamp())])


async def end_link(db: AsyncSession, event: Event, by: Account, now: datetime) -> None:
    kept = await db.get_one(Event, event.id, with_for_update=True, populate_existing=True)
    kept.freeze_nonce = ""
    await audit.note(db, event.id, by, Line("end link"), now)


async def find_by_link(db: AsyncSession, key: str, token: str, now: datetime) -> Event:
    """The event a link freezes. Raises NotFound: one sentence for forged, torn, too old and replaced."""
    match secrets.signed_value(key, _PURPOSE, token, max_age=10 * 365 * 24 * 3600):
        case [int(event_id), str(nonce), int(made)] if nonce:
            event = (await db.scalars(select(Event).where(Event.id == event_id))).one_or_none()
            if event is not None and event.freeze_nonce == nonce and now.timestamp() < _ends(event, made):
                return event
    raise NotFound(OVER)


def _ends(event: Event, made: int) -> float:
    """Asked anew each time: the event may end later than was said when the link was made."""
    if event.ends_at is not None:
        return (event.ends_at + KEPT_AFTER).timestamp()
    return made + UNDATED.total_seconds()
