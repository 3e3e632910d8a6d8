"""decide(), undo(), freeze(), blank(): what people at the desk do, and what time does in their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import log
from app.errors import Conflict, NotFound
from app.models import Account, Author, Decision, EntryKind, Event, Post, Verdict


async def decide(
    db: AsyncSession, event: Event, post_id: int, version: str, verdict: Verdict, by: Account, now: datetime
) -> Post:
    """A person's verdict on the version they read.

    Raises NotFound where there is no such post, Conflict where it changed since they read it.
    """
    await log.lock(db, [event.id])
    post = await _post(db, event, post_id)
    if post.version != version:
        raise Conflict("The author changed this post while you were reading it. Here are the new words.")
    if post.verdict is verdict and post.decided_by is not None:
        return post  # said twice, or by two people at once: agreed
    await _enact(db, post, verdict, by.id, "person", now)
    return post


async def decide_many(
    db: AsyncSession, event: Event, verdicts: Sequence[tuple[int, str, Verdict]], by: Account, now: datetime
) -> int:
    """One verdict each for many posts, in one transaction: keep the chunks small. What changed meanwhile is left."""
    await log.lock(db, [event.id])
    wanted = select(Post).where(Post.event_id == event.id, Post.id.in_([i for i, _, _ in verdicts]))
    posts = {p.id: p for p in await db.scalars(wanted.where(Post.gone_at.is_(None)))}
    decided = []
    for post_id, version, verdict in verdicts:
        post = posts.get(post_id)
        if post is not None and post.version == version and post.decided_by is None:
            record(db, post, verdict, by.id, "person", now)
            decided.append(post.id)
    await db.flush()
    await log.append_posts(db, event.id, decided, now)
    return len(decided)


async def undo(db: AsyncSession, event: Event, post_id: int, by: Account, now: datetime) -> Post:
    """Take the newest decision on a post back: its verdict becomes what it was before, if the words are the same."""
    await log.lock(db, [event.id])
    post = await _post(db, event, post_id)
    in_order = select(Decision).where(Decision.post_id == post.id).order_by(Decision.id)
    decisions: Sequence[Decision] = (await db.scalars(in_order)).all()
    if not decisions or decisions[-1].account_id is None:
        raise NotFound("Nobody has decided on this post yet, so there is nothing to take back.")
    same_words = len(decisions) > 1 and decisions[-2].version == post.version
    verdict, account_id = standing(decisions[:-1])[-1] if same_words else (Verdict.WAITING, None)
    await _enact(db, post, verdict, account_id, "undo", now, recorded_by=by.id, undoes=decisions[-1].id)
    return post


async def list_lately(db: AsyncSession, event: Event, by: Account, limit: int) -> Sequence[tuple[int, str, Verdict]]:
    """What somebody decided last and can take back, the newest first: post, its author's name, verdict."""
    newest = select(func.max(Decision.id)).where(Decision.post_id == Post.id).correlate(Post).scalar_subquery()
    wanted = (
        select(Post.id, Author.name, Decision.verdict)
        .join(Post.author)
        .join(Decision, Decision.post_id == Post.id)
        .where(Post.event_id == event.id, Post.gone_at.is_(None), Decision.account_id == by.id)
        .where(Decision.undoes_id.is_(None), Decision.id == newest)
    )
    rows = await db.execute(wanted.order_by(Decision.id.desc()).limit(limit))
    return [(post_id, name, verdict) for post_id, name, verdict in rows]


def standing(decisions: Sequence[Decision]) -> list[tuple[Verdict, int | None]]:
    """After each decision: the verdict, and whose it is. Whoever takes something back has not judged the post: it is
    again as it was, and what only a rule let pass is not "read by a person" because somebody corrected a slip."""
    told: list[tuple[Verdict, int | None]] = []
    for i, decision in enumerate(decisions):
        whose = decision.account_id
        if decision.undoes_id is not None:
            whose = told[i - 2][1] if i > 1 and decisions[i - 2].version == decision.version else None
        told.append((decision.verdict, whose))
    return told


async def release_due(db: AsyncSession, event_id: int, now: datetime, limit: int = 100) -> int:
    """Approve waiting posts whose safety delay is over. Called by a job; time acts through this verb alone."""
    await log.lock(db, [event_id])
    due = (
        select(Post)
        .where(Post.event_id == event_id, Post.verdict == Verdict.WAITING, Post.due_at <= now)
        .order_by(Post.due_at)
        .limit(limit)
    )
    posts = (await db.scalars(due)).all()
    for post in posts:
        record(db, post, Verdict.APPROVE, None, "delay", now)
    await log.append_posts(db, event_id, [p.id for p in posts], now)
    return len(posts)


async def freeze(db: AsyncSession, event: Event, frozen: bool, now: datetime) -> None:
    """Every screen goes to its holding card, or comes back from it."""
    await _switch(db, event, "frozen_at", frozen, now)


async def blank(db: AsyncSession, event: Event, blank: bool, now: datetime) -> None:
    """Every screen goes dark, or comes back."""
    await _switch(db, event, "blank_at", blank, now)


async def _switch(db: AsyncSession, event: Event, field: str, on: bool, now: datetime) -> None:
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    setattr(event, field, now if on else None)
    await db.flush()
    event.switched_seq = await log.append(db, event.id, EntryKind.EVENT, [event.id], now)


def record(
    db: AsyncSession, post: Post, verdict: Verdict, account_id: int | None, why: str, now: datetime,
    due_at: datetime | None = None, recorded_by: int | None = None, undoes: int | None = None,
) -> None:  # fmt: skip
    """Write a verdict on the post's present version. Appends no entry: the caller knows what else changed."""
    post.verdict, post.decided_by, post.why, post.due_at = verdict, account_id, why, due_at
    post.stand = (post.stand or 0) + 1
    if verdict is Verdict.APPROVE and post.shown_at is None:
        post.shown_at = now
    db.add(
        Decision(
            post=post, version=post.version, verdict=verdict, why=why, created_at=now,
            account_id=recorded_by if recorded_by is not None else account_id, undoes_id=undoes,
        )
    )  # fmt: skip


async def _enact(
    db: AsyncSession, post: Post, verdict: Verdict, account_id: int | None, why: str, now: datetime,
    recorded_by: int | None = None, undoes: int | None = None,
) -> None:  # fmt: skip
    record(db, post, verdict, account_id, why, now, recorded_by=recorded_by, undoes=undoes)
    await db.flush()
    await log.append_posts(db, post.event_id, [post.id], now)


async def _post(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).where(Post.event_id == event.id, Post.id == post_id, Post.gone_at.is_(None))
    post = (await db.scalars(wanted.options(joinedload(Post.author)))).one_or_none()
    if post is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    return post
