"""save(): an organiser changes an event's rules, live; and what that means for what waits already.

A change never shows what waits. It may stop the clock of what would have shown itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.event import event_settings
from app.domain.event.event_settings import Outcome
from app.domain.rules import fields
from app.models import Account, Event, Policy, Post, Verdict


@dataclass(slots=True)
class Changed:
    outcome: Outcome = field(default_factory=Outcome)
    stopped: int = 0  # posts that would have shown themselves, and wait for a person now
    prolonged: int = 0  # posts that show themselves later than they would have


async def save(
    db: AsyncSession, event: Event, section: str, typed: Mapping[str, str], seen: Mapping[str, str], by: Account,
    now: datetime,
) -> Changed:  # fmt: skip
    await log.lock(db, [event.id])
    stored = await db.get_one(Event, event.id, populate_existing=True)
    policy, seconds, rules = stored.policy, stored.delay_seconds, stored.rules
    outcome = await event_settings.save(db, stored, fields.sections()[section], typed, seen, now, by)
    changed = Changed(outcome)
    if not (outcome.is_saved and outcome.changed):
        return changed
    if (policy, seconds) != (stored.policy, stored.delay_seconds):
        await _settle(db, stored, policy, changed, now)
    told = {"policy": stored.policy.value, "seconds": stored.delay_seconds, "rules": stored.rules, "was": rules}
    await audit.note(db, event.id, by, Line("rules", detail=told | {"was_policy": policy.value}), now)
    return changed


async def waiting(db: AsyncSession, event_id: int) -> int:
    here = select(func.count()).select_from(Post).where(Post.event_id == event_id, Post.verdict == Verdict.WAITING)
    number: int = (await db.execute(here.where(Post.gone_at.is_(None)))).scalar_one()
    return number


async def _settle(db: AsyncSession, event: Event, was: Policy, changed: Changed, now: datetime) -> None:
    """What waits with a clock: it is stopped where people read first now, and prolonged with the delay. Under `open` it
    runs on: those posts were to be shown anyway, and nobody wanted it sooner."""
    ticking = (Post.event_id == event.id, Post.verdict == Verdict.WAITING, Post.due_at.is_not(None))
    if was is Policy.DELAY and event.policy in (Policy.REVIEW, Policy.TRUSTED):
        why = "review" if event.policy is Policy.REVIEW else "untrusted"
        stop = update(Post).where(*ticking).values(due_at=None, why=why).returning(Post.id)
        stopped = sorted(await db.scalars(stop, execution_options={"synchronize_session": False}))
        changed.stopped = len(stopped)
        await log.append_posts(db, event.id, stopped, now)
    elif was is Policy.DELAY and event.policy is Policy.DELAY:
        for post in await db.scalars(select(Post).where(*ticking)):
            later = post.received_at + timedelta(seconds=event.delay_seconds)
            if post.due_at is not None and later > post.due_at:
                post.due_at = later
                changed.prolonged += 1
        await db.flush()
