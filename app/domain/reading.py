"""What a reader asks of the strand: a stretch of it, narrowed by what they choose; and what there is to choose from.

Which posts have which words and marks is search.py's; who may see them is audience.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import Audience, Surface, standing_clause
from app.domain.view import order
from app.models import Event, Post

Place = tuple[datetime, int]


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
    """A stretch of the strand as the wire says it, oldest first: the newest, or what lies before or after a place."""
    more: list[ColumnElement[bool]] = [standing_clause(surface)]
    more += [] if filters.session is None else [Post.session_id == filters.session]
    more += [] if filters.author is None else [Post.author_id == filters.author]
    return await snapshot.page(db, event, Audience.PUBLIC, limit, before, after, more=more)


async def choices(db: AsyncSession, event: Event) -> Choices:
    return Choices([], [], [])


async def around(db: AsyncSession, event: Event, moment: datetime) -> str:
    """The order key to read on from (`after`) to be at this moment; "" where nothing was said since."""
    later = select(Post.id).join(Post.author).where(
        Post.event_id == event.id, Post.posted_at >= moment, standing_clause(Surface.STRAND)
    )  # fmt: skip
    return "" if await db.scalar(later.limit(1)) is None else order(moment, 0)
