"""A post leaves: deleted upstream, or withdrawn by whoever said it. Nothing of its words stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.posts.known import Known, grave
from app.domain.strand import search
from app.models import Attachment, Copy, Post, Tombstone
from ingest.types import IncomingDeletion

REMEMBERED = timedelta(hours=48)


async def depart(db: AsyncSession, known: Known, deletion: IncomingDeletion, now: datetime) -> Post | None:
    """The post this deletion is about, if something of ours changed.

    The original's deletion takes the post and all its copies along. A copy's deletion takes only the copy, unless it
    was the last one standing.
    """
    copy = known.copies.get(deletion.address) if deletion.address else None
    post = copy.post if copy is not None else known.posts.get(deletion.uri or "")
    if post is None or post.gone_at is not None:
        return None
    dead = [copy] if copy is not None else [c for c in post.copies if c.uri == deletion.uri]
    for one in dead:
        one.gone_at = one.gone_at or now
    if is_over(post.copies):
        await purge(db, post, now)
    return post


def is_over(copies: Sequence[Copy]) -> bool:
    """A bridge's copy or a second posting may go while the post stands; anybody else is believed at once."""
    gone = [c for c in copies if c.gone_at is not None]
    return any(c.bridge_of is None and not c.crosspost for c in gone) or len(gone) == len(copies)


async def purge(db: AsyncSession, post: Post, now: datetime) -> None:
    """Gone from every surface, and out of the store: only the addresses stay, so that a replay cannot bring it back."""
    await db.flush()  # a post that came in this very transaction has no number yet
    post.gone_at = post.gone_at or now
    post.segments, post.text, post.content_warning = [], "", ""
    post.card = post.poll = post.quote = None
    post.tags, post.mentions, post.labels = [], [], []
    await db.execute(delete(Attachment).where(Attachment.post_id == post.id))
    await search.forget(db, [post.id])


async def bury(db: AsyncSession, deletion: IncomingDeletion, now: datetime) -> None:
    """Remember a deletion nobody knows, where the upstream may tell it before the post itself."""
    if deletion.address is None or not deletion.may_precede:
        return
    await db.merge(Tombstone(fingerprint=grave(deletion.address), rev=deletion.rev, expires_at=now + REMEMBERED))


async def forget_graves(db: AsyncSession, now: datetime) -> None:
    await db.execute(delete(Tombstone).where(Tombstone.expires_at < now))
