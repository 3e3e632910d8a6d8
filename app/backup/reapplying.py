"""What left after the backup was taken leaves the restored house too, before anybody sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.backup import ledger
from app.backup.ledger import Leavings, Left
from app.domain import log, moderation
from app.domain.posts import departure, quotes
from app.models import Event, EventState, Post, Refusal, Report, Verdict

STRETCH = 500
SKEW = timedelta(minutes=5)  # by which the clocks of two machines may differ
WHY = "restored"  # the reason's key


@dataclass(slots=True)
class Applied:
    gone: int = 0
    held: int = 0


async def apply(db: AsyncSession, leavings: Leavings, taken_at: datetime, now: datetime) -> Applied:
    """`leavings`: the newest word of each thing. What the backup is newer than, it knows better."""
    applied = Applied()
    if not leavings:
        return applied
    for event in (await db.scalars(select(Event).order_by(Event.id))).all():
        event_print = ledger.event_print(event.id, event.created_at)
        await _refuse(db, event, event_print, leavings, now)
        if _said(leavings, event_print) == ledger.ERASED and event.erased_at is None:
            event.keep_until = min(event.keep_until or now, now)
            event.state = EventState.ARCHIVED
        touched: list[int] = []
        async for posts in _posts(db, event.id):
            for post in posts:
                left = leavings.get(ledger.post_print(event_print, post.uri))
                if left is not None and await _apply(db, post, left, left.at >= taken_at - SKEW, applied, now):
                    touched.append(post.id)
            await db.flush()
        await log.append_posts(db, event.id, touched, now)
    return applied


async def _apply(db: AsyncSession, post: Post, left: Left, newer: bool, applied: Applied, now: datetime) -> bool:
    """True where the post is another one now. A deletion counts whenever it was noted: that errs to the safe side."""
    if post.gone_at is not None:
        return False
    if left.state == ledger.GONE:
        await departure.purge(db, post, now)
        await db.execute(delete(Report).where(Report.post_id == post.id))
        await quotes.blank(db, post.event_id, {post.uri, *(copy.uri for copy in post.copies)})
        applied.gone += 1
        return True
    if not newer:
        return False
    if left.state == ledger.BARE:
        changed = post.media_verdict is Verdict.APPROVE
        post.media_verdict = Verdict.HOLD if changed else post.media_verdict
    else:
        edited = left.state.startswith(ledger.EDITED) and left.state != ledger.version_print(post.version)
        changed = (edited or left.state == ledger.AWAY) and post.verdict in (Verdict.APPROVE, Verdict.WAITING)
        if changed:
            moderation.record(db, post, Verdict.HOLD, None, WHY, now)
    applied.held += changed
    return changed


async def _refuse(db: AsyncSession, event: Event, event_print: str, leavings: Leavings, now: datetime) -> None:
    """Whoever asked not to be collected is not collected again."""
    wanted = set(_refused(leavings, event_print))
    there = set(await db.scalars(select(Refusal.fingerprint).where(Refusal.event_id == event.id)))
    db.add_all(Refusal(event_id=event.id, fingerprint=one, created_at=now) for one in sorted(wanted - there))
    await db.flush()


def _refused(leavings: Leavings, event_print: str) -> Iterator[str]:
    return (one.partition(":")[2] for one in leavings if one.startswith(f"{event_print}:"))


def _said(leavings: Leavings, print_: str) -> str:
    return leavings[print_].state if print_ in leavings else ""


async def _posts(db: AsyncSession, event_id: int) -> AsyncIterator[Sequence[Post]]:
    last = 0
    wanted = select(Post).where(Post.event_id == event_id).options(selectinload(Post.copies)).order_by(Post.id)
    while posts := (await db.scalars(wanted.where(Post.id > last).limit(STRETCH))).all():
        yield posts
        last = posts[-1].id
