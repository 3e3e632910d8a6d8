"""What others asked of the desk and wait for: reports and removals, with the posts they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.domain.audience import Audience
from app.domain.control import removals, reports, telling
from app.domain.snapshot import DRAWN
from app.domain.view import post_view
from app.models import Author, Event, Post, Removal, RemovalState

MOST = 50
BURST = 3  # whole authors
SAMPLE = 2  # posts of a whole author that are drawn


@dataclass(frozen=True, slots=True)
class Reported:
    post: dict[str, Any]
    reasons: list[tuple[str, int]]  # a key of reports.REASONS, how often
    words: list[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A removal: of one post, or of all an author said here."""

    id: int
    posts: list[dict[str, Any]]  # the one, or the newest of them
    who: str
    handle: str
    count: int  # posts that are out of sight for it
    whole_author: bool
    hidden: bool  # out of sight until the answer; else many were asked at once, and it stands
    urgent: bool
    words: str
    since: datetime


async def count(db: AsyncSession, event_id: int) -> int:
    """How many things wait for an answer."""
    return await reports.count_open(db, event_id) + await removals.count_open(db, event_id)


async def reported(db: AsyncSession, event: Event) -> list[Reported]:
    found = await reports.list_open(db, event.id, MOST)
    views = await _views(db, event, [post_id for post_id, _ in found])
    told = []
    for post_id, each in found:
        reasons = dict.fromkeys(report.reason for report in each)
        counted = [(reason, sum(report.reason == reason for report in each)) for reason in reasons]
        words = [report.words for report in each if report.words]
        told.append(Reported(views[post_id], counted, words, each[0].created_at))
    return told


async def asked(db: AsyncSession, event: Event) -> list[Asked]:
    """Whole authors with much to say first: they left the largest hole."""
    wanted = select(Removal).where(Removal.event_id == event.id, Removal.state.in_(removals.WAITING))
    rows = (await db.scalars(wanted.order_by(Removal.asked_at, Removal.id).limit(MOST))).all()
    told = [await _asked(db, event, removal) for removal in rows]
    return sorted(told, key=lambda one: not one.urgent)


def burst(told: Collection[Asked]) -> int:
    """The newest of many whole authors asked for at once, who can come back together; 0 where there are not many."""
    whole = [one for one in told if one.whole_author]
    return max(whole, key=lambda one: one.id).id if len(whole) >= BURST else 0


async def _asked(db: AsyncSession, event: Event, removal: Removal) -> Asked:
    covered = Post.id == removal.post_id if removal.post_id is not None else Post.author_id == removal.author_id
    query = select(Post.id, Post.author_id).where(Post.event_id == event.id, Post.gone_at.is_(None), covered)
    rows = (await db.execute(query.order_by(Post.posted_at.desc(), Post.id.desc()).limit(SAMPLE))).all()
    views = await _views(db, event, [row.id for row in rows])
    author_id = removal.author_id or (rows[0].author_id if rows else None)
    author = await db.get(Author, author_id) if author_id is not None else None
    all_of_it = select(func.count()).where(Post.event_id == event.id, Post.gone_at.is_(None), covered)
    number = (await db.execute(all_of_it)).scalar_one()
    whole = removal.author_id is not None
    return Asked(
        removal.id, [views[row.id] for row in rows], author.name if author else "", author.handle if author else "",
        number, whole, removal.state is RemovalState.ASKED, whole and number > telling.MANY, removal.words,
        removal.asked_at,
    )  # fmt: skip


async def _views(db: AsyncSession, event: Event, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Not through `may_see`: what is withheld is out of everybody's sight but of those who decide about it here."""
    wanted = select(Post).join(Post.author).where(Post.event_id == event.id, Post.id.in_(ids))
    rows = (await db.scalars(wanted.options(contains_eager(Post.author), *DRAWN))).unique()
    return {post.id: post_view(post, event, Audience.DESK) for post in rows}
