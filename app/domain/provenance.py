"""What stays of a post and is not on the wire: its global address, when it was changed, whether all in it consent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from app.domain.audience import Surface, may_stand
from app.models import Post


@dataclass(frozen=True, slots=True)
class Provenance:
    uri: str
    edited_at: datetime | None
    answers: str | None  # the uri of what it answers
    may_be_found: bool  # its author, whoever it answers and whoever it quotes agree to search engines


async def provenance(db: AsyncSession, event_id: int, ids: Collection[int]) -> dict[int, Provenance]:
    wanted = select(Post).join(Post.author).where(Post.event_id == event_id, Post.id.in_(ids))
    loaded = wanted.options(contains_eager(Post.author), joinedload(Post.reply_to).joinedload(Post.author))
    return {post.id: _of(post) for post in await db.scalars(loaded)}


def _of(post: Post) -> Provenance:
    """Somebody quoted may be nobody we know: what nobody said is no."""
    parent = post.reply_to
    found = may_stand(post, Surface.INDEX) and (parent is None or may_stand(parent, Surface.INDEX))
    return Provenance(post.uri, post.edited_at, parent.uri if parent else None, found and post.quote is None)
