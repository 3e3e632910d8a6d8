"""Posts, counted by the store: when they came and from where, what became of them and why, how long they waited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audience import Audience, clause
from app.models import Author, Event, Post, Verdict

QUARTER = 900  # seconds: no time zone is off by less, so that days can be told from quarters

Day = dict[str, int]  # posts of one day, by network


@dataclass(frozen=True, slots=True)
class Waits:
    """From coming in to being shown, in seconds. None where nothing was shown."""

    median: int | None
    most: int | None  # of nine in ten


async def by_day(db: AsyncSession, event: Event) -> dict[date, Day]:
    """What people said, on the day of the event's own place, by network. In order."""
    quarter = (_seconds(Post.posted_at) // literal_column(str(QUARTER))).label("quarter")
    counted = select(quarter, Post.network, func.count()).where(*of_people(event)).group_by("quarter", Post.network)
    days: dict[date, Day] = {}
    for quarters, network, n in sorted((await db.execute(counted)).all()):
        day = datetime.fromtimestamp(quarters * QUARTER, UTC).astimezone(event.zone).date()
        found = days.setdefault(day, {})
        found[network.value] = found.get(network.value, 0) + n
    return days


async def fates(db: AsyncSession, event: Event) -> Mapping[tuple[str, str], int]:
    """(what became of it, a reason's key): how many. See `_fate`; the reason is "person" where a person decided."""
    fate, why = _fate().label("fate"), case((Post.decided_by.is_not(None), "person"), else_=Post.why).label("reason")
    counted = select(fate, why, func.count()).select_from(Post).join(Author, Author.id == Post.author_id)
    found: Counter[tuple[str, str]] = Counter()
    for became, reason, n in await db.execute(counted.where(*of_people(event)).group_by("fate", "reason")):
        found[became, reason] += n
    return found


async def waits(db: AsyncSession, event: Event) -> Waits:
    """Of everything that is or was shown."""
    waited = (_seconds(Post.shown_at) - _seconds(Post.received_at)).label("waited")
    counted = select(waited, func.count()).where(*of_people(event), Post.shown_at.is_not(None)).group_by("waited")
    rows = sorted((max(0, seconds), n) for seconds, n in (await db.execute(counted)).all())
    return Waits(_at(rows, 0.5), _at(rows, 0.9))


def of_people(event: Event) -> list[ColumnElement[bool]]:
    """Not what the event said itself."""
    return [Post.event_id == event.id, Post.author_id.not_in(select(Author.id).where(Author.voice_of == event.id))]


def _fate() -> ColumnElement[str]:
    """shown, waiting, hold, hide; or out of sight whatever the verdict: gone, left (by its author), withheld, wish."""
    return case(
        (Post.gone_at.is_not(None), "gone"),
        (Post.untagged_at.is_not(None) | Post.unpublic_at.is_not(None), "left"),
        (Post.withheld_at.is_not(None), "withheld"),
        (and_(Post.verdict == Verdict.APPROVE, clause(Audience.PUBLIC)), "shown"),
        (Post.verdict == Verdict.APPROVE, "wish"),
        (Post.verdict == Verdict.LATER, Verdict.WAITING.value),  # nobody outside needs to know that it was looked at
        else_=cast(Post.verdict, Text),
    )


def _seconds(moment: SQLColumnExpression[Any]) -> ColumnElement[int]:
    return cast(extract("epoch", moment), BigInteger)


def _at(rows: list[tuple[int, int]], share: float) -> int | None:
    """The value below which this share of all lies."""
    left = share * sum(n for _, n in rows)
    for seconds, n in rows:
        left -= n
        if left <= 0:
            return seconds
    return None
