"""switch(), propose(), dismiss(): an event is guarded, and is not any more. Each an act with an entry, each noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log, moderation
from app.domain.audit import Line
from app.domain.raids import guard
from app.domain.raids.guard import Mode
from app.domain.rules.options import options_of
from app.errors import BadInput
from app.models import Account, EntryKind, Event, Post, Verdict

ACT = "raid"


async def switch(
    db: AsyncSession, event: Event, mode: Mode | None, by: Account, now: datetime, spare: bool | None = None
) -> Event:
    """Guard the event in this way, or (None) no more. `spare`: tell people to go on at the spare tag, or no more.

    Going from one mode to another is one raid: its beginning stays. Raises BadInput where there is no spare tag.
    """
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    was = guard.mode(event)
    await _thaw_or_freeze(db, event, was, mode, now)
    told = _announce(event, spare, now)
    event.raid = _raid(event, mode, by, now)
    if mode is not None or was is not None:
        event.raid_proposal = None  # it has been answered
    await db.flush()
    stopped = await _stop_clocks(db, event, mode) if mode is not None else []
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)
    await log.append_posts(db, event.id, stopped, now)
    detail: dict[str, Any] = {"mode": mode.value if mode else "off", "stopped": len(stopped)}
    await audit.note(db, event.id, by, Line(ACT, detail=detail | ({"spare": told} if told is not None else {})), now)
    return event


async def announce(db: AsyncSession, event: Event, spare: bool, by: Account, now: datetime) -> Event:
    """Tell people to go on at the spare tag, or no more; guarded or not. Raises BadInput."""
    event = await _locked(db, event.id)
    if _announce(event, spare, now) is not None:
        await _tell(db, event, now)
        await audit.note(db, event.id, by, Line(ACT, detail={"mode": "spare", "spare": spare}), now)
    return event


async def dismiss(db: AsyncSession, event: Event, by: Account, now: datetime) -> Event:
    """Somebody has looked, and it is none: quiet for ten minutes."""
    event = await _locked(db, event.id)
    event.raid_proposal = {"quiet_until": (now + guard.QUIET).isoformat()}
    await _tell(db, event, now)
    await audit.note(db, event.id, by, Line(ACT, detail={"mode": "dismiss"}), now)
    return event


async def propose(db: AsyncSession, event_id: int, told: Mapping[str, Any], now: datetime) -> bool:
    """What looks like a raid, with its figures; also new figures of the same. False where nobody wants to hear it."""
    event = await _locked(db, event_id)
    if event.raid or guard.is_quiet(event, now):
        return False
    standing = guard.proposal(event)
    event.raid_proposal = {**told, "at": standing["at"] if standing else _moment(now)}
    await _tell(db, event, now)
    if standing is None:
        await audit.note(db, event_id, None, Line(ACT, detail={"mode": "propose", "reasons": told["reasons"]}), now)
    return True


async def withdraw(db: AsyncSession, event_id: int, now: datetime) -> bool:
    """It is over, and nobody had to do anything."""
    event = await _locked(db, event_id)
    if guard.proposal(event) is None:
        return False
    event.raid_proposal = None
    await _tell(db, event, now)
    await audit.note(db, event_id, None, Line(ACT, detail={"mode": "withdraw"}), now)
    return True


async def _locked(db: AsyncSession, event_id: int) -> Event:
    await log.lock(db, [event_id])
    return await db.get_one(Event, event_id, populate_existing=True)


async def _tell(db: AsyncSession, event: Event, now: datetime) -> None:
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)


async def _thaw_or_freeze(db: AsyncSession, event: Event, was: Mode | None, mode: Mode | None, now: datetime) -> None:
    """Screens rest while the mode says so. Those that somebody froze before stay as they are when it is over."""
    if mode is Mode.FREEZE and event.frozen_at is None:
        await moderation.freeze(db, event, True, now)
    elif was is Mode.FREEZE and mode is not Mode.FREEZE and (event.raid or {}).get("froze"):
        await moderation.freeze(db, event, False, now)


def _raid(event: Event, mode: Mode | None, by: Account, now: datetime) -> dict[str, Any] | None:
    if mode is None:
        return None
    before = event.raid or {}
    froze = mode is Mode.FREEZE and (bool(before.get("froze")) or event.frozen_at == now)
    return {"mode": mode.value, "at": before.get("at") or _moment(now), "by": by.name, "froze": froze}


def _announce(event: Event, spare: bool | None, now: datetime) -> bool | None:
    if spare is None or spare is (event.spare_announced_at is not None):
        return None
    if spare and not event.spare_tag:
        raise BadInput("This event has no spare tag. Its organiser can set one.", "spare")
    event.spare_announced_at = now if spare else None
    return spare


async def _stop_clocks(db: AsyncSession, event: Event, mode: Mode) -> list[int]:
    """What would have shown itself after its delay waits for a person now."""
    if mode is Mode.TEXT_ONLY:
        return []
    waits = update(Post).where(Post.event_id == event.id, Post.verdict == Verdict.WAITING, Post.due_at.is_not(None))
    if mode is Mode.TRUSTED_ONLY:
        waits = waits.where(Post.trust.not_in(options_of(event).passes))
    return sorted(await db.scalars(waits.values(due_at=None, why="raid").returning(Post.id)))


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
