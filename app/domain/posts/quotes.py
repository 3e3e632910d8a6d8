"""What becomes of quotes when the quoted post leaves: its words must not live on inside of others' posts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Copy, Post


def taken_back(uri: str) -> dict[str, Any]:
    """A quote without its words."""
    return {"uri": uri, "state": "gone", "name": "", "words": []}


async def quoting(db: AsyncSession, event_id: int, uris: Collection[str]) -> list[Post]:
    """The living posts that have one of these inside."""
    if not uris:
        return []
    inside = select(Post).where(
        Post.event_id == event_id, Post.quote.is_not(None), Post.gone_at.is_(None),
        Post.quote["uri"].as_string().in_(uris),
    )  # fmt: skip
    return list(await db.scalars(inside.order_by(Post.id)))


async def blank(db: AsyncSession, event_id: int, uris: Collection[str]) -> list[int]:
    """Take the words of these out of the posts that quote them, for good. Gives the posts that look different now."""
    posts = [p for p in await quoting(db, event_id, uris) if p.quote and p.quote["state"] != "gone"]
    for post in posts:
        post.quote = taken_back(post.quote["uri"] if post.quote else "")
    await db.flush()
    return [post.id for post in posts]


async def withheld_uris(db: AsyncSession, event_id: int, uris: Collection[str]) -> set[str]:
    """Those of these posts that are out of sight until the desk has answered, or that are gone."""
    away = Post.withheld_at.is_not(None) | Post.gone_at.is_not(None)
    wanted = select(Copy.uri).join(Copy.post).where(Copy.event_id == event_id, Copy.uri.in_(uris), away)
    return set(await db.scalars(wanted))
