"""What stays of a post and is not on the wire: its global address, and when it was changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import Post


@dataclass(frozen=True, slots=True)
class Provenance:
    uri: str
    edited_at: datetime | None
    answers: str | None  # the uri of what it answers


async def provenance(db: AsyncSession, event_id: int, ids: Collection[int]) -> dict[int, Provenance]:
    parent = aliased(Post)
    wanted = select(Post.id, Post.uri, Post.edited_at, parent.uri).outerjoin(parent, parent.id == Post.reply_to_id)
    rows = await db.execute(wanted.where(Post.event_id == event_id, Post.id.in_(ids)))
    return {id: Provenance(uri, edited_at, answers) for id, uri, edited_at, answers in rows}
