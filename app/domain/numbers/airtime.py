"""Time on screens, shared between people: how unequally, beside their posts; how soon a first post was seen; by screen.

Of nobody: what leaves here are sums, and shares of the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.domain.audience import Audience, clause
from app.domain.numbers.posts import of_people
from app.domain.strand.people import NAMELESS
from app.models import Author, Event, Post, Screen, Showing

LEAST = 8.0  # seconds in which a post can be read from the back row
SOON = timedelta(minutes=10)  # until then every first post should have had them


class Seconds(FunctionElement[float]):
    """A point in time as seconds, with what lies behind the dot: pieces of a showing are short."""

    type = Float()
    inherit_cache = True


@compiles(Seconds, "sqlite")
def _julian(element: Seconds, compiler: Any, **more: Any) -> str:
    return f"(julianday({compiler.process(element.clauses, **more)}) * 86400.0)"


@compiles(Seconds, "postgresql")
def _epoch(element: Seconds, compiler: Any, **more: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **more)}) AS double precision)"


@dataclass(frozen=True, slots=True)
class Firsts:
    """First posts that are shown to everybody."""

    soon: int = 0  # had their eight seconds on one screen within ten minutes of being approved
    later: int = 0
    not_yet: int = 0  # though the ten minutes are over
    longest: float | None = None  # seconds until the slowest of them had its eight


@dataclass(frozen=True, slots=True)
class Airtime:
    people: int = 0  # who said something that is shown, whether or not a screen ever showed it
    of_time: float = 0.0  # Gini of the seconds each of them had: 0 all the same, towards 1 one has it all
    of_posts: float = 0.0  # and of their posts
    firsts: Firsts = Firsts()
    screens: Mapping[str, float] = field(default_factory=dict)  # seconds by name; "": all that nobody made


async def airtime(db: AsyncSession, event: Event, now: datetime) -> Airtime:
    screens = await _by_screen(db, event)
    if not screens:
        return Airtime()
    people = await _by_person(db, event)
    return Airtime(
        len(people), gini([time for _, time in people]), gini([n for n, _ in people]),
        await _firsts(db, event, now), screens,
    )  # fmt: skip


def gini(shares: Collection[float]) -> float:
    """Half the mean difference between two of them, beside the mean. Pure."""
    total, n = sum(shares), len(shares)
    if not total:
        return 0.0
    ranked = sum(place * share for place, share in enumerate(sorted(shares), 1))
    return max(0.0, 2 * ranked / (n * total) - (n + 1) / n)


async def _by_person(db: AsyncSession, event: Event) -> list[tuple[int, float]]:
    """(posts, seconds) of each. Whoever gave no name is somebody new with every post."""
    lasted = func.sum(Seconds(Showing.ended_at) - Seconds(Showing.began_at)).label("lasted")
    shown = select(Showing.post_id, lasted).where(Showing.event_id == event.id).group_by(Showing.post_id).subquery()
    who = (func.coalesce(-Author.person_id, Author.id), case((NAMELESS, Post.id), else_=0))
    counted = select(func.count(), func.coalesce(func.sum(shown.c.lasted), 0.0)).select_from(Post).join(Post.author)
    counted = counted.outerjoin(shown, shown.c.post_id == Post.id).where(*of_people(event), clause(Audience.PUBLIC))
    return [(n, float(time)) for n, time in await db.execute(counted.group_by(*who))]


async def _by_screen(db: AsyncSession, event: Event) -> dict[str, float]:
    """A name that nobody at a desk gave is a stranger's word, and is not repeated."""
    name = case((Screen.made_at.is_not(None), Screen.name), else_="").label("called")
    lit = func.sum(Seconds(Showing.ended_at) - Seconds(Showing.began_at))
    counted = select(name, lit).select_from(Showing).outerjoin(Screen, Screen.id == Showing.screen_id)
    rows = await db.execute(counted.where(Showing.event_id == event.id).group_by("called").order_by("called"))
    return {name or "": float(seconds) for name, seconds in rows}


async def _firsts(db: AsyncSession, event: Event, now: datetime) -> Firsts:
    read = _read(event).subquery()
    waits = (func.min(read.c.at) - Seconds(Post.shown_at)).label("wait")
    wanted = select(waits, Post.shown_at).join(Post.author).outerjoin(read, read.c.post_id == Post.id)
    is_first = [*of_people(event), Post.first.is_(True), Post.shown_at.is_not(None), clause(Audience.PUBLIC)]
    rows = (await db.execute(wanted.where(*is_first).group_by(Post.id))).all()
    waited = [max(wait, 0.0) for wait, _ in rows if wait is not None]
    soon = sum(wait <= SOON.total_seconds() for wait in waited)
    not_yet = sum(wait is None and shown_at < now - SOON for wait, shown_at in rows)
    return Firsts(soon, len(waited) - soon, not_yet, max(waited, default=None))


def _read(event: Event) -> Select[int, float]:
    """When a first post had its eight seconds on a screen: there, its pieces so far add up to them."""
    lasted = Seconds(Showing.ended_at) - Seconds(Showing.began_at)
    on_one = (Showing.post_id, Showing.screen_id)
    so_far = func.sum(lasted).over(partition_by=on_one, order_by=(Showing.began_at, Showing.id)).label("so_far")
    of_firsts = and_(Post.id == Showing.post_id, Post.first.is_(True))
    pieces = select(Showing.post_id, Showing.ended_at, so_far).join(Post, of_firsts).where(Showing.event_id == event.id)
    piece = pieces.subquery()
    at: ColumnElement[float] = Seconds(piece.c.ended_at) - (piece.c.so_far - LEAST)
    return select(piece.c.post_id, at.label("at")).where(piece.c.so_far >= LEAST - 1e-3)
