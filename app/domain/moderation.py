"""decide(), undo(), freeze(), blank(): what people at the desk do, and what time does in their place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import audit, log, spotlight
from app.domain.audit import Line
from app.domain.desk import collisions, reported, standing
from app.domain.desk.standing import Aim, Standing
from app.domain.strand import search
from app.errors import Conflict, NotFound
from app.models import Account, Attachment, Decision, EntryKind, Event, Part, Post, Verdict
from app.models.post import EMOJI


async def decide(
    db: AsyncSession, event: Event, post_id: int, version: str, verdict: Verdict, by: Account, now: datetime, *,
    part: Part = Part.POST, media: Verdict | None = None, stand: int | None = None, over: bool = False,
) -> Post:  # fmt: skip
    """A person's verdict on the version they read. `media`: of its pictures, where that is another; `stand`: what they
    saw of others' decisions; `over`: they know of them and mean it all the same.

    Raises NotFound where there is no such post, Conflict where it changed since they read it, Collision where somebody
    else decided otherwise meanwhile.
    """
    await log.lock(db, [event.id])
    post = await _post(db, event, post_id)
    if post.version != version:
        raise Conflict("The author changed this post while you were reading it. Here are the new words.")
    aim = standing.aim(verdict, part, media)
    seen_to = await reported.close(db, [post.id], by, now) if _sees_to_reports(verdict) else set()
    if aim.is_met(post):  # said twice, or by two people at once: agreed
        if seen_to:
            await log.append_posts(db, event.id, [post.id], now)
        return post
    if not over:
        await collisions.check(db, post, aim, stand, by, now)
    await enact(db, [post], aim, by, now)
    await db.flush()
    await log.append_posts(db, event.id, [post.id], now)
    await spotlight.take_down(db, event.id, now)
    await audit.note(db, event.id, by, line(post, verdict, aim, part, over=over), now)
    return post


async def decide_many(
    db: AsyncSession, event: Event, verdicts: Sequence[tuple[int, str, Verdict]], by: Account, now: datetime
) -> int:
    """The verdicts of a rehearsal's script, in one transaction: keep the chunks small. What changed meanwhile is left.

    No person speaks here, so the audit log does not hear of it: a rehearsal leaves no trace.
    """
    await log.lock(db, [event.id])
    wanted = select(Post).where(Post.event_id == event.id, Post.id.in_([i for i, _, _ in verdicts]))
    posts = {p.id: p for p in await db.scalars(wanted.where(Post.gone_at.is_(None)))}
    decided = []
    for post_id, version, verdict in verdicts:
        post = posts.get(post_id)
        if post is not None and post.version == version and post.decided_by is None:
            await enact(db, [post], standing.aim(verdict), by, now)
            decided.append(post.id)
    await db.flush()
    await log.append_posts(db, event.id, decided, now)
    return len(decided)


async def enact(
    db: AsyncSession, posts: Collection[Post], aim: Aim, by: Account, now: datetime, bulk: str | None = None
) -> None:
    """Write one aim down for each of these. Appends no entry and notes nothing: the caller knows how many they are."""
    turned = [post for post in posts if aim.media not in (None, post.media_verdict)]
    await _write_down_overruled(db, turned, now)
    for post in posts:
        if aim.verdict is not None:
            record(db, post, aim.verdict, by.id, "person", now, bulk=bulk)
        if aim.said and aim.media is not None:
            judge_media(db, post, aim.media, by.id, "person", now, bulk=bulk)
        elif aim.media is not None:
            post.media_verdict = aim.media
    await find_anew(db, turned)


async def find_anew(db: AsyncSession, posts: Collection[Post]) -> None:
    """Of pictures that readers may not see nothing is found either; and again, once they may."""
    theirs = Attachment.post_id.in_([post.id for post in posts]), Attachment.kind != EMOJI
    with_pictures = select(Attachment.post_id).where(*theirs).distinct()
    if posts and (ids := (await db.scalars(with_pictures)).all()):
        await search.renew(db, ids)


def line(post: Post, verdict: Verdict, aim: Aim, part: Part, **detail: Any) -> Line:
    """An act of a person on a post, for the audit log."""
    told = {"part": part.value} if part is Part.MEDIA else {}
    told |= {"media": aim.media.value} if aim.said and part is Part.POST and aim.media else {}
    return Line("decide", post.id, verdict.value, "person", told | {k: v for k, v in detail.items() if v})


async def undo(db: AsyncSession, event: Event, post_id: int, by: Account, now: datetime) -> Post:
    """Take the newest act on a post back: its verdict becomes what it was before, if the words are the same."""
    await log.lock(db, [event.id])
    post = await _post(db, event, post_id)
    in_order = select(Decision).where(Decision.post_id == post.id).order_by(Decision.id)
    decisions: Sequence[Decision] = (await db.scalars(in_order)).all()
    if not decisions or decisions[-1].account_id is None:
        raise NotFound("Nobody has decided on this post yet, so there is nothing to take back.")
    undone = take_back(db, post, decisions, by, now)
    await db.flush()
    await find_anew(db, [post])
    await reported.reopen(db, [undone])
    await log.append_posts(db, event.id, [post.id], now)
    await spotlight.take_down(db, event.id, now)
    await audit.note(db, event.id, by, undo_line(post, undone), now)
    return post


def take_back(db: AsyncSession, post: Post, decisions: Sequence[Decision], by: Account, now: datetime) -> Decision:
    """Make a post what it was before the newest act on it, and return that."""
    undone = standing.last_act(decisions)
    was = standing.before(decisions, undone)
    if undone.part is Part.MEDIA:
        media = was.media if was else Verdict.WAITING
        judge_media(db, post, media, by.id, "undo", now, undoes=undone.id)
        return undone
    was = was or Standing(Verdict.WAITING, None, post.media_verdict)
    record(db, post, was.verdict, was.whose, "undo", now, recorded_by=by.id, undoes=undone.id)
    post.media_verdict = was.media
    return undone


def undo_line(post: Post, undone: Decision, **detail: Any) -> Line:
    became = post.media_verdict if undone.part is Part.MEDIA else post.verdict
    told = {"part": undone.part.value} if undone.part is Part.MEDIA else {}
    return Line("undo", post.id, became.value, "undo", told | {"was": undone.verdict.value} | detail)


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
    media: Verdict | None = None, bulk: str | None = None,
) -> None:  # fmt: skip
    """Write a verdict on the post's present version; `media`: one on its pictures beside it. Appends no entry: the
    caller knows what else changed."""
    post.verdict, post.decided_by, post.why, post.due_at = verdict, account_id, why, due_at
    post.stand = (post.stand or 0) + 1
    if verdict is Verdict.APPROVE and post.shown_at is None:
        post.shown_at = now
    db.add(
        Decision(
            post=post, version=post.version, verdict=verdict, why=why, created_at=now, part=Part.POST, bulk=bulk,
            account_id=recorded_by if recorded_by is not None else account_id, undoes_id=undoes,
        )
    )  # fmt: skip
    if media is not None and media is not post.media_verdict:
        judge_media(db, post, media, account_id, why, now)


def judge_media(
    db: AsyncSession, post: Post, media: Verdict, account_id: int | None, why: str, now: datetime,
    undoes: int | None = None, bulk: str | None = None,
) -> None:  # fmt: skip
    """Write a verdict on the pictures alone."""
    post.media_verdict, post.stand = media, (post.stand or 0) + 1
    db.add(
        Decision(
            post=post, version=post.version, part=Part.MEDIA, verdict=media, account_id=account_id, why=why,
            undoes_id=undoes, bulk=bulk, created_at=now,
        )
    )  # fmt: skip


def _sees_to_reports(verdict: Verdict) -> bool:
    return verdict not in (Verdict.LATER, Verdict.WAITING)


async def _write_down_overruled(db: AsyncSession, posts: Collection[Post], now: datetime) -> None:
    """What a rule said of the pictures stands only in the post. Before a person says otherwise it becomes a decision,
    so that theirs can be taken back."""
    kept_back = [post for post in posts if post.media_verdict is not Verdict.APPROVE]
    if not kept_back:
        return
    said = select(Decision.post_id).where(Decision.post_id.in_([post.id for post in kept_back]))
    known = set(await db.scalars(said.where(Decision.part == Part.MEDIA)))
    for post in kept_back:
        if post.id not in known:
            db.add(
                Decision(
                    post=post, version=post.version, part=Part.MEDIA, verdict=post.media_verdict, account_id=None,
                    why=post.why, created_at=now,
                )
            )  # fmt: skip


async def _post(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).where(Post.event_id == event.id, Post.id == post_id, Post.gone_at.is_(None))
    post = (await db.scalars(wanted.options(joinedload(Post.author)))).one_or_none()
    if post is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    return post
