"""The programme on the strand page: what is on beside it, and a mark on the line where a talk began."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.schedule import programme
from app.domain.schedule.session_view import session_view
from app.domain.view import place
from app.models import Event

JUST_OVER, TODAY = timedelta(hours=3), timedelta(hours=18)
PAST, COMING = 2, 6  # on the rail
MARKS = 200  # on one page


async def rail(db: AsyncSession, event: Event, now: datetime) -> list[dict[str, Any]]:
    """The last two, what is on, and what comes today; nothing where nothing comes any more."""
    found = await programme.between(db, event.id, now - JUST_OVER, now + TODAY, 60)
    views = [session_view(s, event, now) for s in found]
    past = [view for view in views if view["when"] == "past"]
    coming = [view for view in views if view["when"] != "past"]
    return past[-PAST:] + coming[:COMING] if coming else []


async def marks(
    db: AsyncSession, event: Event, posts: list[dict[str, Any]], open_end: bool, now: datetime
) -> list[dict[str, Any]]:  # fmt: skip
    """A mark for every moment at which talks began between these posts (oldest first), or since the last of them."""
    if not posts:
        return []
    start, end = place(posts[0]["order"])[0], now if open_end else place(posts[-1]["order"])[0]
    found = await programme.starting(db, event.id, start, end, MARKS)
    views = [session_view(s, event, now) for s in found]
    return [_mark(list(together)) for _, together in groupby(views, key=lambda view: view["order"])]


def tied_in(posts: list[dict[str, Any]], marks: list[dict[str, Any]], newest_first: bool) -> list[dict[str, Any]]:
    """Posts and marks in the order of the page."""
    return sorted([*posts, *marks], key=lambda item: str(item["order"]), reverse=newest_first)


def _mark(together: list[dict[str, Any]]) -> dict[str, Any]:
    first = together[0]
    return {key: first[key] for key in ("order", "day", "at", "time")} | {"sessions": together}
