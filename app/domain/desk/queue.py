"""A stretch of the queue: the posts of one state, narrowed and in its order; what is nearly the same as one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log, snapshot
from app.domain.audience import Audience
from app.domain.desk.counts import counts, facets
from app.domain.desk.sieve import Sieve, clauses
from app.domain.view import place
from app.models import Author, Event, Post
from app.models.base import Moment

PAGE = 100
Columns = TypeVarTuple("Columns")


async def read(db: AsyncSession, event: Event, asked: Sieve, fold: bool = False, after: str = "") -> dict[str, Any]:
    """The answer of queue.json. Call inside `reading()`: the number and the posts must be of one moment."""
    epoch, seq = await log.head(db, event.id)
    mine = clauses(event.id, asked)
    listed = [*mine, _folded(mine)] if fold and asked.cluster is None else mine
    ids = await _ids(db, asked, [*listed, *_behind(asked, after)])
    views = await _views(db, event, ids[:PAGE])
    return {
        "epoch": epoch,
        "seq": seq,
        "posts": views,
        "next": views[-1]["order"] if len(ids) > PAGE and views else None,
        "total": await _number(db, listed),
        "clusters": await _sizes(db, mine, {view["cluster"] for view in views} - {None}),
        "counts": await counts(db, event),
        "facets": await facets(db, event, asked.state),
    }


async def _ids(db: AsyncSession, asked: Sieve, wanted: Sequence[ColumnElement[bool]]) -> list[int]:
    """One more than a page, so that one knows whether there is a next."""
    here = (Post.posted_at.desc(), Post.id.desc()) if asked.newest_first else (Post.posted_at, Post.id)
    return list(await db.scalars(_of(select(Post.id), wanted).order_by(*here).limit(PAGE + 1)))


async def _views(db: AsyncSession, event: Event, ids: list[int]) -> list[dict[str, Any]]:
    seen = (await snapshot.look(db, event, ids, [Audience.DESK]))[Audience.DESK]
    return [seen[i] for i in ids if i in seen]


async def _number(db: AsyncSession, wanted: Sequence[ColumnElement[bool]]) -> int:
    number: int = (await db.execute(_of(select(func.count()).select_from(Post), wanted))).scalar_one()
    return number


async def _sizes(
    db: AsyncSession, mine: Sequence[ColumnElement[bool]], clusters: set[int]
) -> dict[str, dict[str, int]]:
    if not clusters:
        return {}
    query = _of(select(Post.cluster_id, func.count()), [*mine, Post.cluster_id.in_(clusters)]).group_by(Post.cluster_id)
    return {str(cluster): {"size": size} for cluster, size in await db.execute(query)}


def _of(query: Select[*Columns], wanted: Sequence[ColumnElement[bool]]) -> Select[*Columns]:
    # The sum changes nothing but the plan: SQLite would go from author to author.
    return query.join(Author, Author.id == Post.author_id + 0).where(*wanted)


def _folded(mine: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Alone, or the first of its cluster that is in this queue."""
    firsts = _of(select(func.min(Post.id)), [*mine, Post.cluster_id.is_not(None)]).group_by(Post.cluster_id)
    return or_(Post.cluster_id.is_(None), Post.id.in_(firsts))


def _behind(asked: Sieve, after: str) -> list[ColumnElement[bool]]:
    if not after:
        return []
    here, there = tuple_(Post.posted_at, Post.id), place(after)
    marked = tuple_(literal(there[0], Moment), literal(there[1]))
    return [here < marked if asked.newest_first else here > marked]
