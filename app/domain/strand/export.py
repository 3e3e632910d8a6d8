"""All of a strand that may be copied as a whole, a stretch at a time. Asks for its authors' consent; writes no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from app.domain import snapshot
from app.domain.audience import Audience, Surface, may_stand, standing_clause
from app.domain.view import post_view
from app.models import Copy, Event, Post

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Row:
    post: Post
    view: dict[str, Any]  # the wire's, without whoever else did not consent


@dataclass(frozen=True, slots=True)
class Stretch:
    rows: Sequence[Row]  # oldest first
    end: Place | None  # where the next begins; None: there is no more


async def stretch(db: AsyncSession, event: Event, limit: int, after: Place | None = None) -> Stretch:
    """What stands among the next so many from a place on."""
    further = [tuple_(Post.posted_at, Post.id) > after] if after else []
    # First the places, off one index and nothing else: asked together with authors, SQLite begins with the authors.
    places = select(Post.posted_at, Post.id).where(Post.event_id == event.id, *further)
    found = (await db.execute(places.order_by(Post.posted_at, Post.id).limit(limit))).all()
    # Consent is asked of what was read: a second clause on authors makes PostgreSQL believe that hardly any are left.
    wanted = snapshot.drawn(event.id, Audience.PUBLIC, Post.id.in_([id for _, id in found]))
    query = wanted.order_by(Post.posted_at, Post.id)
    read = (await db.scalars(query)).unique().all()
    posts = [post for post in read if may_stand(post, Surface.EXPORT)]
    quotable = await _quotable(db, event.id, {str(post.quote["uri"]) for post in posts if post.quote})
    end = (found[-1].posted_at, found[-1].id) if len(found) == limit else None
    return Stretch([Row(post, _view(post, event, quotable)) for post in posts], end)


async def _quotable(db: AsyncSession, event_id: int, uris: set[str]) -> set[str]:
    """Those of these that may be copied in somebody else's words: posts of this event, by authors who consent."""
    if not uris:
        return set()
    wanted = select(Copy.uri, Post).join(Copy.post).join(Post.author).where(
        Copy.event_id == event_id, Copy.uri.in_(uris), standing_clause(Surface.EXPORT)
    )  # fmt: skip
    loaded = wanted.options(contains_eager(Post.author), joinedload(Post.session))
    return {
        uri for uri, post in await db.execute(loaded)
        if may_stand(post, Surface.EXPORT) and not (post.session and post.session.closed)
    }  # fmt: skip


def _view(post: Post, event: Event, quotable: set[str]) -> dict[str, Any]:
    view = post_view(post, event, Audience.PUBLIC)
    if post.quote and post.quote["uri"] not in quotable:
        view["quote"] = None
    if post.reply_to and not may_stand(post.reply_to, Surface.EXPORT):
        view["reply_to"] = None
    return view
