"""What the pictures show: the rehearsal in the middle of two talks, and what it asks put to the one in the hall."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.domain import rehearsals
from app.domain.audience import Audience, may_see
from app.domain.questions import answering, votes
from app.domain.questions.talk import current
from app.domain.strand import search
from app.models import Event, Post
from ingest.rehearsal.rehearsal import LONGEST_WAIT, PRELUDE
from ingest.rehearsal.script import conference
from ingest.rehearsal.timeline import Timeline

TALKING = 5_000  # seconds into the script: two talks run, and much has been said
MANY = 8
ANSWERED = 2


async def open_earlier(db: AsyncSession, event: Event, now: datetime) -> None:
    """As if the house had been started again after a while: what is due by now is said at once."""
    told = dict(event.rehearsal or {})
    script = [line.t for line in conference().lines]
    times = Timeline(script, now, speed=float(told["speed"]), prelude=PRELUDE, longest_wait=LONGEST_WAIT)
    event.rehearsal = {**told, "opened_at": (now - (times.moment(TALKING) - now)).isoformat()}


async def ask(db: AsyncSession, event: Event, room: int | None, now: datetime) -> None:
    """Two were answered, one is being answered, the others wait, with votes. Whatever asks something is a question."""
    talk = await current(db, event, room, now)
    asked = [post for post in await _visible(db, event) if _asks(post)][-MANY:]
    for post in asked:
        post.question, post.answering_at, post.answered_at = True, None, None
        post.session_id = talk.id if talk else None
    await db.flush()
    await search.renew(db, [post.id for post in asked])
    by = await rehearsals.moderator(db, now)
    for post in asked[:ANSWERED]:
        await answering.answered(db, event, post.id, by, now)
    for post in asked[ANSWERED : ANSWERED + 1]:
        await answering.answer_now(db, event, post.id, by, now, talk=talk)
    for n, post in enumerate(asked[ANSWERED + 1 :]):
        for voter in range(n * 3):
            await votes.vote(db, event, post.id, f"picture {voter}", True, now)


async def _visible(db: AsyncSession, event: Event) -> list[Post]:
    wanted = select(Post).where(Post.event_id == event.id).options(joinedload(Post.author))
    posts = (await db.scalars(wanted.order_by(Post.posted_at, Post.id))).all()
    return [post for post in posts if may_see(post, Audience.PUBLIC)]


def _asks(post: Post) -> bool:
    return "?" in post.text
