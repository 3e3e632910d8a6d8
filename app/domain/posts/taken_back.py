"""Whether a post that is gone was taken back by its author: only then a page may say so.

What nobody was ever shown is emptied after a while, and what the desk took away was not its author's doing.
"""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, selectinload

from app.domain.posts.departure import is_over
from app.models import Post, Removal
from app.models.author import Standing


async def is_taken_back(db: AsyncSession, event_id: int, post_id: int) -> bool:
    """Deleted or withdrawn, with their account or alone, or removed by whoever proved that it is theirs."""
    wanted = select(Post).join(Post.author).where(
        Post.id == post_id, Post.event_id == event_id, Post.gone_at.is_not(None)
    )  # fmt: skip
    loaded = wanted.options(contains_eager(Post.author), selectinload(Post.copies))
    post = (await db.scalars(loaded)).one_or_none()
    if post is None:
        return False
    if is_over(post.copies) or post.author.standing is Standing.DELETED:
        return True
    proved = select(Removal.id).where(
        Removal.event_id == event_id, Removal.proved,
        or_(Removal.post_id == post.id, Removal.author_id == post.author_id),
    )  # fmt: skip
    return await db.scalar(proved.limit(1)) is not None
