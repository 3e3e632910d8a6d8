"""A post somebody gave us by its address goes through the one door, or is refused with the reason.

A stream that does not have it simply goes on; a person who asked is owed an answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import intake
from app.domain.control import refusals
from app.domain.posts.arrival import skip_reason
from app.errors import N_, BadInput, Conflict
from app.models import Copy, Event
from ingest.types import Batch, IncomingPost

REFUSALS = {
    refusals.REASON: N_("Its author asked us not to collect it, so we do not."),
    "not public": N_("This post is not public, so it is not taken."),
    "its author asks not to be collected (#nobot)": N_("Its author asks not to be collected (#nobot), so we do not."),
    "its author is limited or suspended on their server": N_(
        "Its author is limited or suspended on a server, so it is not taken."
    ),
    "without the event's tag": N_("It has none of this event's hashtags. Its author could add one."),
}
_OTHERWISE = N_("This post cannot be taken.")


async def submit(db: AsyncSession, event: Event, post: IncomingPost, upstream: str, now: datetime) -> bool:
    """Whether it is new here. Raises BadInput with the reason where it is not taken."""
    known = select(Copy.id).where(Copy.event_id == event.id, Copy.uri == post.uri)
    if await db.scalar(known.limit(1)) is not None:
        return False
    if not event.collects:
        raise Conflict("This event takes no posts now.")
    bars = await refusals.bars(db, event.id, [post])
    reason = refusals.REASON if bars.bar(post) else skip_reason(post, event)
    if reason is not None:
        raise BadInput(REFUSALS.get(reason, _OTHERWISE), "address")
    await intake.receive(db, Batch(upstream, (post,), seen=1), now)
    if await db.scalar(known.limit(1)) is None:
        raise BadInput("Its author deleted it, or it was taken back here. It is not taken.", "address")
    return True
