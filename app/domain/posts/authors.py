"""Authors come and change: who they are, what they wish, how they stand with their own service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.posts import departure, marks, quotes
from app.domain.strand import search
from app.models import Author, Post
from app.models.author import Standing
from ingest.types import IncomingAuthor, IncomingAuthorChange

# What is found, copied and kept by search engines hangs on the last two: pages that are held somewhere must hear of it.
_SHOWN = ("name", "handle", "url", "nobot", "no_unauthenticated", "limited", "labels", "indexable", "noindex")
_KEPT = ("avatar_url", "bot", "discoverable")
# Wishes that not every server passes on, with what each allows if it is so. Not told is not a change of mind.
_ALLOWS = {"indexable": True, "noindex": False, "discoverable": True}


def new_author(incoming: IncomingAuthor, now: datetime) -> Author:
    author = Author(uri=incoming.uri, network=incoming.network, standing=Standing.ACTIVE, first_seen_at=now)
    update_author(author, incoming)
    return author


def update_author(author: Author, incoming: IncomingAuthor, at_home: bool = True) -> bool:
    """Take the profile over. True where something changed that a page shows or a wish depends on.

    `at_home`: their own server told it. Another one's word may be old: it can ask for more care, never for less. Else
    two servers that say different things would change their mind for them with every post, and all they wrote with it.
    """
    new = {name: getattr(incoming, name) for name in (*_SHOWN, *_KEPT)} | {"labels": list(incoming.labels)}
    for wish, allowing in _ALLOWS.items():
        known = getattr(author, wish)
        if new[wish] is None or (not at_home and known is not None and new[wish] is allowing):
            new[wish] = known
    new["since"] = _since(author.since, incoming.since)
    changed = [name for name, value in new.items() if getattr(author, name) != value]
    for name in changed:
        setattr(author, name, new[name])
    return any(name in _SHOWN for name in changed)


def _since(known: datetime | None, told: datetime | None) -> datetime | None:
    """A server that does not know when another's account was made says when it first met it: the earlier is true."""
    return min((moment for moment in (known, told) if moment is not None), default=None)


async def posts_of(db: AsyncSession, author: Author) -> Sequence[Post]:
    """Their living posts, in every event."""
    return (await db.scalars(select(Post).where(Post.author_id == author.id, Post.gone_at.is_(None)))).all()


async def change(
    db: AsyncSession, author: Author, incoming: IncomingAuthorChange, now: datetime
) -> set[tuple[int, int]]:
    """Their service told us something. Returns (event id, post id) of everything that looks different now.

    Deactivated and suspended hide, active brings back what was approved, deleted purges.
    """
    labels = author.labels
    different = update_author(author, incoming.author) if incoming.author else False
    if incoming.state is not None and author.standing is not Standing(incoming.state):
        author.standing, different = Standing(incoming.state), True
    if not different:
        return set()
    posts = await posts_of(db, author)
    if author.standing is Standing.DELETED:
        for post in posts:
            await departure.purge(db, post, now)
    await _weigh(db, author, posts, labels, now)
    await search.renew(db, [post.id for post in posts])
    touched = {(post.event_id, post.id) for post in posts}
    for event_id in {post.event_id for post in posts if post.gone_at is not None}:
        uris = [post.uri for post in posts if post.event_id == event_id]
        touched |= {(event_id, other) for other in await quotes.blank(db, event_id, uris)}
    return touched


async def touch(db: AsyncSession, author: Author, labels: Collection[str], now: datetime) -> None:
    """Entries for everything they wrote, after a change of name, wish or labels. `labels`: those they had."""
    posts = await posts_of(db, author)
    await _weigh(db, author, posts, labels, now)
    await search.renew(db, [post.id for post in posts])
    for event_id in sorted({p.event_id for p in posts}):
        await log.append_posts(db, event_id, [p.id for p in posts if p.event_id == event_id], now)


async def _weigh(
    db: AsyncSession, author: Author, posts: Sequence[Post], before: Collection[str], now: datetime
) -> None:
    if set(before) == set(author.labels):
        return
    for post in posts:
        if post.gone_at is None:
            await marks.weigh(db, post, (*before, *post.labels), (*author.labels, *post.labels), now)
