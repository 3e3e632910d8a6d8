"""How long posts and people were on one screen, so that its wall can give the others their turn; and who waits.

A person is "a" and the number of the author; where somebody gave no name, "p" and that of the post.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.numbers.airtime import LEAST, Seconds
from app.domain.strand.people import is_nameless
from app.models import Author, Event, Post, Screen, Showing

SINCE = timedelta(minutes=30)  # first posts that were approved longer ago are for the rotation
MOST_FIRSTS = 100
_LASTED = func.sum(Seconds(Showing.ended_at) - Seconds(Showing.began_at))


async def airtime(
    db: AsyncSession, event: Event, screen: Screen | None, audience: Audience, now: datetime
) -> dict[str, Any]:
    """As /{event}/wall/airtime.json says it. `screen` None: it has shown nothing yet."""
    posts = await _per_post(db, screen) if screen else {}
    same = await _same(db, event.id)
    people = await _people(db, posts, same)
    return {
        "posts": {str(post_id): round(seconds, 1) for post_id, seconds in posts.items()},
        "people": {key: round(seconds, 1) for key, seconds in people.items()},
        "same": same,
        "firsts": await _firsts(db, event, audience, now),
    }


async def _per_post(db: AsyncSession, screen: Screen) -> dict[int, float]:
    wanted = select(Showing.post_id, _LASTED).where(Showing.event_id == screen.event_id, Showing.screen_id == screen.id)
    return {post_id: float(seconds) for post_id, seconds in await db.execute(wanted.group_by(Showing.post_id))}


async def _same(db: AsyncSession, event_id: int) -> dict[str, str]:
    """Several addresses of one person: under which key the others are told."""
    spoke = select(Post.author_id).where(Post.event_id == event_id)
    wanted = select(Author.id, Author.person_id).where(Author.person_id.is_not(None), Author.id.in_(spoke))
    first: dict[int, int] = {}
    told: dict[str, str] = {}
    for author_id, person_id in await db.execute(wanted.order_by(Author.id)):
        mine = first.setdefault(person_id or 0, author_id)
        if mine != author_id:
            told[f"a{author_id}"] = f"a{mine}"
    return told


async def _people(db: AsyncSession, posts: dict[int, float], same: dict[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for ids in _chunks(list(posts)):
        wanted = select(Post.id, Author).join(Author, Author.id == Post.author_id).where(Post.id.in_(ids))
        for post_id, author in await db.execute(wanted):
            key = f"p{post_id}" if is_nameless(author) else f"a{author.id}"
            key = same.get(key, key)
            found[key] = found.get(key, 0.0) + posts[post_id]
    return found


async def _firsts(db: AsyncSession, event: Event, audience: Audience, now: datetime) -> list[dict[str, Any]]:
    """Approved first posts that no screen has shown long enough, the one that waits longest first."""
    on_one = select(Showing.post_id).where(Showing.event_id == event.id)
    seen = on_one.group_by(Showing.post_id, Showing.screen_id).having(_LASTED >= LEAST - 1e-3)
    waiting = snapshot.drawn(
        event.id, audience, Post.first.is_(True), Post.shown_at >= now - SINCE, Post.id.not_in(seen)
    )
    rows = (await db.scalars(waiting.order_by(Post.shown_at, Post.id).limit(MOST_FIRSTS))).unique().all()
    since = {post.id: post.shown_at or now for post in rows}
    return [
        {"id": view["id"], "waited": max(0, round((now - since[view["id"]]).total_seconds())), "post": view}
        for view in await snapshot.views(db, event, rows, audience)
    ]


def _chunks(ids: list[int], size: int = 5_000) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
