"""Quiet windows: when a screen shows no more than the programme and the spotlight. By times, or by a session's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import N_, BadInput
from app.models import Screen, Session

MOST = 40
LONGEST = timedelta(days=3)
TOO_MANY = N_("A screen has {most} quiet windows at most.")
NO_WINDOW = N_("A quiet window is a session, or begins and ends at some time.")
NO_ORDER = N_("A quiet window ends after it begins, and within three days.")
NO_SESSION = N_("There is no such session here.")


async def checked(db: AsyncSession, event_id: int, windows: object) -> list[dict[str, Any]]:
    """The windows as they are kept. Raises BadInput."""
    if not isinstance(windows, Sequence) or isinstance(windows, str):
        raise BadInput(NO_WINDOW, "quiet")
    if len(windows) > MOST:
        raise BadInput(TOO_MANY, "quiet", most=MOST)
    kept = [_window(one) for one in windows]
    named = {one["session"] for one in kept if "session" in one}
    if named - (await _times(db, event_id, named)).keys():
        raise BadInput(NO_SESSION, "quiet")
    return kept


async def in_times(db: AsyncSession, screen: Screen) -> list[dict[str, str]]:
    """The windows of a screen as times, those of sessions by where these are in the schedule now."""
    named = {one["session"] for one in screen.quiet if "session" in one}
    times = await _times(db, screen.event_id, named) if named else {}
    spans: Iterable[tuple[str, str] | None] = (
        times.get(one["session"]) if "session" in one else (one["from"], one["to"]) for one in screen.quiet
    )
    return [{"from": span[0], "to": span[1]} for span in spans if span]


def moment(said: object) -> datetime | None:
    """A moment as a page says it, or None where that is none. Without a zone it is none either."""
    try:
        parsed = datetime.fromisoformat(said) if isinstance(said, str) else None
        return parsed.astimezone(UTC) if parsed and parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _window(one: object) -> dict[str, Any]:
    if isinstance(one, Mapping) and one.keys() == {"session"} and type(one["session"]) is int:
        return {"session": one["session"]}
    if not isinstance(one, Mapping) or one.keys() != {"from", "to"}:
        raise BadInput(NO_WINDOW, "quiet")
    start, end = moment(one["from"]), moment(one["to"])
    if start is None or end is None:
        raise BadInput(NO_WINDOW, "quiet")
    if not timedelta() < end - start <= LONGEST:
        raise BadInput(NO_ORDER, "quiet")
    return {"from": told(start), "to": told(end)}


async def _times(db: AsyncSession, event_id: int, ids: Iterable[int]) -> dict[int, tuple[str, str] | None]:
    """When these sessions are; one that was cancelled is known, but at no time."""
    wanted = select(Session.id, Session.starts_at, Session.ends_at, Session.cancelled_at)
    rows = await db.execute(wanted.where(Session.event_id == event_id, Session.id.in_(ids)))
    return {row.id: None if row.cancelled_at else (told(row.starts_at), told(row.ends_at)) for row in rows}
