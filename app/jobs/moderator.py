"""The rehearsal's scripted moderator: approves after 1 to 5 s, hides spam, leaves every sixth post to you."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import Database
from app.domain import moderation, rehearsals
from app.lease import Holder
from app.models import Event, EventState, Post, Verdict
from ingest.rehearsal.script import script_id, unfit_ids

LEFT_TO_YOU = 6
AT_ONCE = 100


class ScriptedModerator:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock

    async def work(self) -> None:
        now = self._clock()
        async with self._database.reading() as db:
            events = (await db.scalars(select(Event).where(Event.state == EventState.REHEARSAL))).all()
        for event in events:
            async with self._database.reading() as db:
                queue = select(Post).where(
                    Post.event_id == event.id, Post.verdict == Verdict.WAITING, Post.gone_at.is_(None)
                )
                waiting = (await db.scalars(queue.order_by(Post.posted_at, Post.id))).all()
            verdicts = [(p, v) for p in waiting if (v := _verdict(p)) and _read(p, event, now)]
            await self._decide(event, verdicts[:AT_ONCE], now)

    async def _decide(self, event: Event, verdicts: Sequence[tuple[Post, Verdict]], now: datetime) -> None:
        if not verdicts:
            return
        async with self._lease.transaction() as db:
            me = await rehearsals.moderator(db, now)
            await moderation.decide_many(db, event, [(p.id, p.version, v) for p, v in verdicts], me, now)


def _verdict(post: Post) -> Verdict | None:
    """None: not mine to decide."""
    line = script_id(post.uri)
    if line is None:
        return None  # somebody real is trying the form out
    if line in unfit_ids():
        return Verdict.HIDE
    return None if int(line[1:]) % LEFT_TO_YOU == 0 else Verdict.APPROVE


def _read(post: Post, event: Event, now: datetime) -> bool:
    """Whether a person would have read it by now. What was said before the doors opened is judged already."""
    if post.posted_at <= datetime.fromisoformat((event.rehearsal or {})["opened_at"]) and post.edited_at is None:
        return True
    thought = 1 + hashlib.sha256(f"{post.uri}{post.version}".encode()).digest()[0] / 64
    return now - max(post.received_at, post.edited_at or post.received_at) >= timedelta(seconds=thought)
