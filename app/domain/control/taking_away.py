"""What a removal covers leaves every surface, or comes back, a chunk at a time, so that desk and walls stay alive.

`go_on` makes the posts as their removal's state says, and can be called again at any time: a job does, after a crash
or when something arrived meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import log
from app.domain.posts import departure, quotes
from app.models import Author, Copy, Post, Removal, RemovalState, Report

CHUNK = 100
LOOKED_AFTER = timedelta(days=1)  # since something was asked or answered


async def go_on(db: AsyncSession, removal_id: int, now: datetime, limit: int = CHUNK) -> int:
    """The next posts of it. Gives how many; 0 where all is as it should be."""
    event_id = await db.scalar(select(Removal.event_id).where(Removal.id == removal_id))
    if event_id is None:
        return 0
    await log.lock(db, [event_id])
    removal = await db.get_one(Removal, removal_id, populate_existing=True)
    posts = (await db.scalars(_left(await _covered(db, removal), removal).order_by(Post.id.desc()).limit(limit))).all()
    if posts:
        await _make_so(db, removal, posts, now)
    elif removal.state is RemovalState.REMOVED and removal.author_id is not None:
        await _forget(db, removal.author_id)
    return len(posts)


async def finish(database: Database, removal_id: int, clock: Callable[[], datetime]) -> None:
    """All of it, each chunk an act of its own. Should this stop half-way, a job goes on."""
    while True:
        async with database.transaction() as db:
            if not await go_on(db, removal_id, clock()):
                return


async def unfinished(db: AsyncSession, now: datetime) -> list[int]:
    """Removals of the last day whose posts are not all as they should be."""
    recent = select(Removal).where(or_(
        Removal.state == RemovalState.ASKED, Removal.asked_at > now - LOOKED_AFTER,
        Removal.closed_at > now - LOOKED_AFTER,
    ))  # fmt: skip
    left = []
    for removal in (await db.scalars(recent.order_by(Removal.id))).all():
        if (await db.scalars(_left(await _covered(db, removal), removal).limit(1))).first() is not None:
            left.append(removal.id)
    return left


async def _make_so(db: AsyncSession, removal: Removal, posts: Sequence[Post], now: datetime) -> None:
    for post in posts:
        if removal.state is RemovalState.REMOVED:
            await departure.purge(db, post, now)
        else:
            post.withheld_at = now if removal.state is RemovalState.ASKED else None
    await db.flush()
    names = [*(p.uri for p in posts), *await db.scalars(select(Copy.uri).where(Copy.post_id.in_(p.id for p in posts)))]
    if removal.state is RemovalState.REMOVED:
        await db.execute(delete(Report).where(Report.post_id.in_([p.id for p in posts])))
        others = await quotes.blank(db, removal.event_id, names)
    else:
        others = [post.id for post in await quotes.quoting(db, removal.event_id, names)]
    await log.append_posts(db, removal.event_id, [*(p.id for p in posts), *others], now)


def _left(covered: ColumnElement[bool], removal: Removal) -> Select[Post]:
    """Those that are not yet as the removal's state says."""
    wanted = select(Post).where(Post.event_id == removal.event_id, Post.gone_at.is_(None), covered)
    if removal.state is RemovalState.REMOVED:
        return wanted
    if removal.state is RemovalState.ASKED:
        return wanted.where(Post.withheld_at.is_(None))
    if removal.state is RemovalState.QUEUED:
        return wanted.where(false())
    still = select(Removal.id).where(
        Removal.event_id == removal.event_id, Removal.id != removal.id,
        Removal.state.in_((RemovalState.ASKED, RemovalState.REMOVED)),
        or_(Removal.post_id == Post.id, Removal.author_id == Post.author_id),
    )  # fmt: skip
    return wanted.where(Post.withheld_at.is_not(None), ~still.exists())


async def _covered(db: AsyncSession, removal: Removal) -> ColumnElement[bool]:
    """On Post: the one, or all an author said, also where their second saying of it was put with another's first."""
    if removal.post_id is not None:
        return Post.id == removal.post_id
    author = await db.get(Author, removal.author_id) if removal.author_id is not None else None
    if author is None:
        return false()
    own = and_(Copy.event_id == removal.event_id, Copy.author_uri == author.uri, Copy.crosspost)
    return or_(Post.author_id == author.id, Post.id.in_(select(Copy.post_id).where(own)))


async def _forget(db: AsyncSession, author_id: int) -> None:
    """Once nothing of theirs is left in any event, their profile goes too. The address stays: it is on the list."""
    left = select(Post.id).where(Post.author_id == author_id, Post.gone_at.is_(None)).limit(1)
    if await db.scalar(left) is None:
        author = await db.get_one(Author, author_id)
        author.name, author.handle, author.url, author.avatar_url = "", "", None, None
