"""Whether everything that a page shows may stand on a surface: its posts, whom they name, whom they quote."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audience import Surface, standing_clause
from app.models import Copy, Event, Post


async def all_stand(db: AsyncSession, event: Event, posts: Collection[dict[str, Any]], surface: Surface) -> bool:
    """Of posts as the wire says them, which everybody may see. Words of somebody unknown, quoted, do not stand."""
    ids = {post["id"] for post in posts} | {post["reply_to"]["id"] for post in posts if post["reply_to"]}
    found = select(func.count()).select_from(Post).where(Post.id.in_(ids))
    if ids and await db.scalar(_standing(found, event, surface)) != len(ids):
        return False
    quoted = {post["quote"]["url"] for post in posts if post["quote"] and post["quote"]["url"]}
    known = select(func.count(Copy.uri.distinct())).select_from(Post).join(Post.copies).where(Copy.uri.in_(quoted))
    return not quoted or await db.scalar(_standing(known, event, surface)) == len(quoted)


def _standing(wanted: Select[int], event: Event, surface: Surface) -> Select[int]:
    return wanted.join(Post.author).where(Post.event_id == event.id, standing_clause(surface))
