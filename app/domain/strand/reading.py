"""What a reader asks of the strand: a stretch of it, narrowed by what they choose; and what there is to choose from.

Which posts have which words and marks is search.py's; who may see them is audience.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Subquery, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import HIDING_LABELS, Audience, Surface, may_stand, standing_clause
from app.domain.strand import findable, search
from app.domain.strand.query import parse
from app.models import Author, Copy, Event, Post, Verdict
from ingest.types import Network

Place = tuple[datetime, int]
WINDOW = 1_000  # posts from which the choices are taken
TAGS = 60  # as many as a person looks through
# What somebody said without a name is not theirs to be gathered.
_HAS_NAME = or_(Author.name != "", Author.network != Network.FORM)


@dataclass(frozen=True, slots=True)
class Filters:
    """All that is set must be so."""

    q: str = ""  # words to search
    tag: str = ""  # normalised, without '#'
    lang: str = ""  # "de"; matches de-AT too
    network: str = ""  # mastodon, bluesky, form: by any of its copies
    pictures: bool = False
    questions: bool = False
    session: int | None = None
    author: int | None = None  # everything one author said
    addresses: tuple[int, ...] = ()  # or one person by any of these; empty: by `author` alone

    @property
    def any(self) -> bool:
        """Whether anything narrows the strand."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader can choose from, in alphabetical order. Never with counts."""

    tags: list[str]  # normalised, without '#'
    languages: list[str]
    networks: list[str]


async def page(
    db: AsyncSession, event: Event, filters: Filters, limit: int,
    before: Place | None = None, after: Place | None = None, surface: Surface = Surface.STRAND,
) -> list[dict[str, Any]]:  # fmt: skip
    """A stretch of the strand as the wire says it, oldest first: the newest, or what lies before or after a place.

    As many statements whatever is asked for, and however much was said.
    """
    clauses = [standing_clause(surface), *snapshot.beside(before, after)]
    clauses += [] if filters.session is None else [Post.session_id == filters.session]
    authors = filters.addresses or (() if filters.author is None else (filters.author,))
    clauses += [Post.author_id.in_(authors), _HAS_NAME] if authors else []
    terms, marks = parse(filters.q), _marks(filters)
    if filters.q.strip() and not terms:
        return []
    forward = after is not None and before is None
    if terms or marks:
        clauses += [standing_clause(Surface.SEARCH)] if terms else []
        marks += [findable.author_mark(authors[0])] if len(authors) == 1 else []
        start = (before or after or (None,))[0]
        ids = await search.match(db, event.id, terms, marks, clauses, limit, start, forward)
        clauses = [Post.id.in_(ids)]
    rows = await snapshot.rows(db, event.id, Audience.PUBLIC, clauses, limit, forward)
    needed = [surface, *([Surface.SEARCH] if terms else [])]
    standing = [post for post in rows if all(may_stand(post, where) for where in needed)]
    views = await snapshot.views(db, event, standing, Audience.PUBLIC)
    return [view for view in views if view["media"]] if filters.pictures else views


def _marks(filters: Filters) -> list[str]:
    found = [findable.tag_mark(filters.tag)] if filters.tag else []
    found += [findable.language_mark(filters.lang)] if filters.lang else []
    found += [findable.network_mark(filters.network)] if filters.network else []
    found += [findable.PICTURES] if filters.pictures else []
    return found + ([findable.QUESTION] if filters.questions else [])


async def choices(db: AsyncSession, event: Event) -> Choices:
    """Of what stands among the newest: a tag that was not said for long is found by its word."""
    newest = _newest(event)
    said = newest.c.network, newest.c.lang, newest.c.tags, newest.c.labels, newest.c.of_author
    found = await db.execute(select(*said).group_by(*said).order_by(func.max(newest.c.id).desc()))
    rows = [row for row in found if HIDING_LABELS.isdisjoint(orjson.loads(row.labels) + orjson.loads(row.of_author))]
    also = select(Copy.network).join(newest, newest.c.id == Copy.post_id).where(Copy.gone_at.is_(None)).distinct()
    tags = list(dict.fromkeys(tag for row in rows for tag in sorted(orjson.loads(row.tags))))[:TAGS]
    languages = {findable.base_language(row.lang) for row in rows if row.lang}
    networks = {network.value for network in (*(row.network for row in rows), *(await db.scalars(also)))}
    return Choices(sorted(tags), sorted(languages), sorted(networks))


def _newest(event: Event) -> Subquery:
    """The newest first, and of those what stands: all in one, PostgreSQL would look at every post of the event."""
    recent = select(Post.id).where(Post.event_id == event.id, Post.verdict == Verdict.APPROVE)
    recent_ids = recent.order_by(Post.posted_at.desc(), Post.id.desc()).limit(WINDOW).subquery()
    lists = {"tags": Post.tags, "labels": Post.labels, "of_author": Author.labels}  # as text: most are the same
    said = select(Post.id, Post.network, Post.lang, *(cast(one, Text).label(name) for name, one in lists.items()))
    said = said.join(Post.author).join(recent_ids, recent_ids.c.id == Post.id)
    return said.where(standing_clause(Surface.STRAND)).subquery()
