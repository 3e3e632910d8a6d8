"""What each screen painted last, written in batches; a screen that was never heard of is known from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Screen

MOST = 2_000  # names of one event: anybody can open a wall and give it one


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    event_id: int
    name: str
    audience: str
    epoch: str
    seq: int
    at: datetime


async def acknowledge(db: AsyncSession, said: Iterable[Acknowledgement]) -> None:
    """Note the newest word of each screen; a screen that was never heard of is known from now on.

    Which audience a known screen has is for the organisers to say, and a word of another is not its own: somebody's
    browser names itself like it, or its page is older than what it should show.
    """
    words = sorted(said, key=lambda word: (word.event_id, word.name))  # one order for all processes: no deadlock
    for event_id in sorted({word.event_id for word in words}):
        its = [word for word in words if word.event_id == event_id]
        known = await known_names(db, event_id, [word.name for word in its])
        theirs = [word for word in its if word.name in known and known[word.name][1] == word.audience]
        if heard := [_heard(word) | {"of": known[word.name][0]} for word in theirs]:
            await db.execute(_HEARD, heard)
        if new := [word for word in its if word.name not in known]:
            room = MOST - (await db.scalar(select(func.count()).where(Screen.event_id == event_id)) or 0)
            if room > 0:
                await db.execute(insert(_screen), [_first_heard(word) for word in new[:room]])


async def known_names(db: AsyncSession, event_id: int, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Id and audience of those of these names that are screens."""
    wanted = select(Screen.name, Screen.id, Screen.audience)
    rows = await db.execute(wanted.where(Screen.event_id == event_id, Screen.name.in_(names)))
    return {name: (screen_id, audience) for name, screen_id, audience in rows}


def _heard(word: Acknowledgement) -> dict[str, Any]:
    return {"epoch": word.epoch, "acknowledged": word.seq, "seen_at": word.at}


def _first_heard(word: Acknowledgement) -> dict[str, Any]:
    return _heard(word) | {"event_id": word.event_id, "name": word.name, "audience": word.audience}


# On tables and not on models: a thousand screens in one statement.
_screen: Any = Screen.__table__
_HEARD = update(_screen).where(_screen.c.id == bindparam("of"))
_HEARD = _HEARD.values(epoch=bindparam("epoch"), acknowledged=bindparam("acknowledged"), seen_at=bindparam("seen_at"))
