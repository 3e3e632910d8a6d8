"""Whose turn it is to be looked at again: does a post still stand, in the words we have, without a new label?

A stream can lose a deletion. What a screen or the newest page shows is asked for every minute, the rest of a live
event every quarter of an hour, what is over once a day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.snapshot import WINDOW
from app.models import Author, Copy, Event, EventState, Post, Source, Verdict
from app.models.author import Standing
from ingest.types import Address

SHOWN = timedelta(seconds=50)  # with the pace of readers, nothing shown was looked at more than a minute ago
LIVE = timedelta(minutes=14)
OVER = timedelta(hours=23)

_asked = func.coalesce(Copy.checked_at, Post.received_at)


async def due(db: AsyncSession, upstream: str, now: datetime, limit: int) -> Sequence[Copy]:
    """At most `limit` copies from this upstream, what is shown first, then the one that has waited longest."""
    found: dict[int, Copy] = {}
    live, over = await _reading(db, upstream)
    for event_id in live:
        shown = _alive(upstream).where(Copy.post_id.in_(_newest(event_id)), _asked < now - SHOWN)
        found |= {copy.id: copy for copy in await db.scalars(shown.limit(limit - len(found)))}
    waited = or_(
        and_(Copy.event_id.in_(live), _asked < now - LIVE), and_(Copy.event_id.in_(over), _asked < now - OVER)
    )  # fmt: skip
    rest = _alive(upstream).where(waited, Copy.id.not_in(list(found)))
    return [*found.values(), *(await db.scalars(rest.limit(limit - len(found))))]


async def note_checked(db: AsyncSession, upstream: str, addresses: Collection[Address], now: datetime) -> None:
    """Remember that these were asked for, whatever the answer was."""
    if not addresses:
        return
    ids = [address.local_id for address in addresses]
    asked = update(Copy).where(Copy.upstream == upstream, Copy.local_id.in_(ids)).values(checked_at=now)
    await db.execute(asked.execution_options(synchronize_session=False))


async def _reading(db: AsyncSession, upstream: str) -> tuple[Sequence[int], Sequence[int]]:
    """The events for which an answer would be heard: those that go on, and those that are over."""
    here = select(Event.id, Event.state).join(Source, Source.event_id == Event.id).where(Source.upstream == upstream)
    rows = (await db.execute(here.where(Source.enabled, Event.state != EventState.DRAFT).order_by(Event.id))).all()
    over = [event_id for event_id, state in rows if state is EventState.ARCHIVED]
    return [event_id for event_id, state in rows if state is not EventState.ARCHIVED], over


def _alive(upstream: str) -> Select[Copy]:
    wanted = select(Copy).join(Copy.post).join(Post.author)
    here = wanted.where(Copy.upstream == upstream, Copy.gone_at.is_(None), Post.gone_at.is_(None))
    return here.where(Author.standing == Standing.ACTIVE).order_by(_asked, Copy.id)


def _newest(event_id: int) -> Any:
    approved = select(Post.id).where(Post.event_id == event_id, Post.verdict == Verdict.APPROVE, Post.gone_at.is_(None))
    return approved.order_by(Post.posted_at.desc(), Post.id.desc()).limit(WINDOW)
