"""A stretch of the queue: the posts of one state, narrowed and in its order; what is nearly the same as one row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log, snapshot
from app.domain.audience import Audience
from app.domain.control import reports
from app.domain.desk import ledger, sieve
from app.domain.desk.counts import counts, facets
from app.domain.desk.ledger import Ledger, Line
from app.domain.desk.sieve import REPORTED, Sieve
from app.domain.strand.findable import base_language
from app.domain.view import place
from app.models import Author, Event, Post, Verdict

PAGE = 100


async def read(db: AsyncSession, event: Event, asked: Sieve, fold: bool = False, after: str = "") -> dict[str, Any]:
    """The answer of queue.json. Call inside `reading()`: the number and the posts must be of one moment."""
    start = place(after) if after else None
    epoch, seq = await log.head(db, event.id)
    found = await ledger.read(db, event)
    here = await _in_state(db, event, found, asked)
    mine = await _narrowed(db, event, here, asked)
    listed = _folded(mine) if fold and asked.cluster is None else mine
    rest = _behind(listed, start, asked.newest_first)
    views = await _views(db, event, [line.id for line in rest[:PAGE]])
    return {
        "epoch": epoch,
        "seq": seq,
        "posts": views,
        "next": views[-1]["order"] if len(rest) > PAGE and views else None,
        "total": len(listed),
        "clusters": _sizes(mine, {view["cluster"] for view in views} - {None}),
        "counts": await counts(db, event),
        "facets": await facets(db, event, found, asked.state, here),
    }


async def _in_state(db: AsyncSession, event: Event, found: Ledger, asked: Sieve) -> Sequence[Line]:
    """Oldest first."""
    if asked.state == REPORTED:
        reported = set(await db.scalars(reports.open_posts(event.id)))
        return sorted(line for line in found.lines.values() if line.id in reported)
    key = "lines", asked.state
    if key not in found.counted:
        found.counted[key] = sorted(line for line in found.lines.values() if _is_in(line, asked.state))
    lines: Sequence[Line] = found.counted[key]
    return lines


def _is_in(line: Line, state: str) -> bool:
    """`sieve.in_state`, for a line."""
    if state == sieve.ANY:
        return True
    return line.verdict.value == state or (line.pictures_wait and state == Verdict.WAITING.value)


async def _narrowed(db: AsyncSession, event: Event, here: Sequence[Line], asked: Sieve) -> Sequence[Line]:
    mine = here if asked == Sieve(asked.state) else [line for line in here if _fits(line, asked)]
    if not asked.q:
        return mine
    words = select(Post.id).join(Author, Author.id == Post.author_id).where(*sieve.said(asked.q))
    said = set(await db.scalars(words.where(Post.event_id == event.id, sieve.in_state(event.id, asked.state))))
    return [line for line in mine if line.id in said]


def _fits(line: Line, asked: Sieve) -> bool:
    """`sieve.clauses`, for a line, without the words."""
    return (
        (not asked.source or asked.source in line.sources)
        and (asked.session is None or asked.session == line.session)
        and (asked.author is None or asked.author == line.author)
        and (not asked.domain or asked.domain.lower().lstrip("@") == line.domain)
        and (not asked.language or base_language(asked.language) == line.language)
        and (not asked.media or (asked.media == "with") is line.pictured)
        and (not asked.reason or asked.reason == line.why)
        and (asked.cluster is None or asked.cluster in (line.cluster, line.id))
    )


def _folded(mine: Sequence[Line]) -> Sequence[Line]:
    """Who is alone, and the first of each cluster."""
    firsts: dict[int, Line] = {}
    for line in mine:
        firsts.setdefault(line.cluster or -line.id, line)
    return list(firsts.values())


def _behind(listed: Sequence[Line], start: tuple[datetime, int] | None, newest_first: bool) -> Sequence[Line]:
    """In the queue's order, from a place on."""
    if newest_first:
        return listed[: bisect_left(listed, start, key=_place) if start else len(listed)][::-1]
    return listed[bisect_right(listed, start, key=_place) :] if start else listed


def _place(line: Line) -> tuple[datetime, int]:
    return line.at, line.id


def _sizes(mine: Sequence[Line], clusters: set[int]) -> dict[str, dict[str, int]]:
    sizes = Counter(line.cluster for line in mine if line.cluster in clusters)
    return {str(cluster): {"size": size} for cluster, size in sizes.items()}


async def _views(db: AsyncSession, event: Event, ids: list[int]) -> list[dict[str, Any]]:
    seen = (await snapshot.look(db, event, ids, [Audience.DESK]))[Audience.DESK]
    return [seen[i] for i in ids if i in seen]
