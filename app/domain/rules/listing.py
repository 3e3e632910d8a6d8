"""add(), remove(), take_in(): an event's block and trust lists change; search() and everything(): they are read.

Every change raises Event.lists_version in its own transaction, so that each process makes its lists anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.rules import named
from app.domain.rules.importing import Offered
from app.errors import BadInput, Conflict, NotFound
from app.models import Account, Event, Listed
from app.models.listed import Kind, Side

MOST = 250_000  # lines of one event
FOR_TRUST = (Kind.AUTHOR, Kind.DOMAIN)
_CHUNK = 1_000
_listed: Any = Listed.__table__


@dataclass(frozen=True, slots=True)
class TakenIn:
    new: int
    known: int  # were there already, or stood in the file twice


async def add(
    db: AsyncSession, event: Event, side: Side, kind: Kind, typed: str, by: Account, now: datetime, key: str = ""
) -> Listed:
    """One line. What is there already is that line. `key`: where it is known better than can be typed.
    Raises BadInput."""
    check(side, kind)
    value, compared = (typed[: named.LONGEST], key) if key else named.key_of(kind, typed)
    await log.lock(db, [event.id])
    here = select(Listed).where(
        Listed.event_id == event.id, Listed.side == side, Listed.kind == kind, Listed.key == compared
    )
    if (found := (await db.scalars(here)).one_or_none()) is not None:
        return found
    await _check_room(db, event.id, 1)
    listed = Listed(
        event_id=event.id, side=side, kind=kind, value=value, key=compared, added_by=by.id, created_at=now
    )  # fmt: skip
    db.add(listed)
    await _changed(db, event.id)
    await audit.note(db, event.id, by, Line("list", detail=_told(side, kind, value, listed.id)), now)
    return listed


async def remove(db: AsyncSession, event: Event, ids: Sequence[int], by: Account, now: datetime) -> int:
    """What was held stays held: a person decides on it. Raises NotFound where none of the lines is there any more."""
    await log.lock(db, [event.id])
    gone = delete(Listed).where(Listed.event_id == event.id, Listed.id.in_(list(ids)[:_CHUNK]))
    rows = (await db.execute(gone.returning(Listed.id, Listed.side, Listed.kind, Listed.value))).all()
    if not rows:
        raise NotFound("This line is not on the list any more.")
    await _changed(db, event.id)
    lines = [Line("unlist", detail=_told(side, kind, value, id)) for id, side, kind, value in rows]
    await audit.note(db, event.id, by, lines, now)
    return len(rows)


async def clear(db: AsyncSession, event: Event, side: Side, kind: Kind, by: Account, now: datetime) -> int:
    """A whole list."""
    await log.lock(db, [event.id])
    whole = delete(Listed).where(Listed.event_id == event.id, Listed.side == side, Listed.kind == kind)
    count: int = (await db.execute(whole)).rowcount  # type: ignore[attr-defined]
    if count:
        await _changed(db, event.id)
        detail = {"side": side.value, "kind": kind.value, "lines": count}
        await audit.note(db, event.id, by, Line("clear list", detail=detail), now)
    return count


async def take_in(
    db: AsyncSession, event: Event, side: Side, kind: Kind, offered: Offered, by: Account, now: datetime
) -> TakenIn:
    """What importing.py understood of a file; all of it in one transaction. Raises Conflict."""
    check(side, kind)
    await log.lock(db, [event.id])
    known = set(
        await db.scalars(
            select(Listed.key).where(Listed.event_id == event.id, Listed.side == side, Listed.kind == kind)
        )
    )
    fresh = [(key, value) for key, value in offered.lines.items() if key not in known]
    await _check_room(db, event.id, len(fresh))
    base = {"event_id": event.id, "side": side, "kind": kind, "added_by": by.id, "created_at": now}
    for start in range(0, len(fresh), _CHUNK):
        rows = [base | {"key": key, "value": value} for key, value in fresh[start : start + _CHUNK]]
        await db.execute(insert(_listed), rows)
    if fresh:
        await _changed(db, event.id)
        detail = {"side": side.value, "kind": kind.value, "lines": len(fresh)}
        await audit.note(db, event.id, by, Line("import list", detail=detail), now)
    return TakenIn(len(fresh), offered.found - len(fresh))


async def counts(db: AsyncSession, event_id: int) -> dict[tuple[Side, Kind], int]:
    grouped = select(Listed.side, Listed.kind, func.count()).where(Listed.event_id == event_id)
    return {(side, kind): n for side, kind, n in await db.execute(grouped.group_by(Listed.side, Listed.kind))}


async def search(
    db: AsyncSession, event_id: int, side: Side, kind: Kind, words: str, limit: int, after: int = 0
) -> Sequence[Listed]:
    """The newest first, those that have `words` in them. `after`: the last line of the page before."""
    found = select(Listed).where(Listed.event_id == event_id, Listed.side == side, Listed.kind == kind)
    if after:
        found = found.where(Listed.id < after)
    if words:
        folded = named.searched(words)
        found = found.where(
            Listed.key.contains(folded, autoescape=True) | Listed.value.icontains(words, autoescape=True)
        )
    return (await db.scalars(found.order_by(Listed.id.desc()).limit(limit))).all()


async def everything(db: AsyncSession, event_id: int, side: Side, kind: Kind) -> Sequence[str]:
    """As it was typed, the oldest first. People from the form have no name outside this house: not for export."""
    wanted = select(Listed.value).where(Listed.event_id == event_id, Listed.side == side, Listed.kind == kind)
    return (await db.scalars(wanted.where(~Listed.key.startswith("strand:")).order_by(Listed.id))).all()


def check(side: Side, kind: Kind) -> None:
    if side is Side.TRUST and kind not in FOR_TRUST:
        raise BadInput("People and servers can be trusted, words and links cannot.", "kind")


def _told(side: Side, kind: Kind, value: str, number: int) -> dict[str, Any]:
    """For the audit log, which is never erased: so nobody is named there, only the line that named them."""
    shown = f"№ {number}" if kind is Kind.AUTHOR else value
    return {"side": side.value, "kind": kind.value, "line": number, "value": shown}


async def _check_room(db: AsyncSession, event_id: int, more: int) -> None:
    here: int = (
        await db.execute(select(func.count()).select_from(Listed).where(Listed.event_id == event_id))
    ).scalar_one()
    if here + more > MOST:
        raise Conflict("That would be more than {n} lines. Nothing was added.", n=MOST)


async def _changed(db: AsyncSession, event_id: int) -> None:
    await db.flush()
    await db.execute(update(Event).where(Event.id == event_id).values(lists_version=Event.lists_version + 1))
