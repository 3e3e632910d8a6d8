"""What an audience sees now, and at which number of the log: one consistent view, read in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.domain.audience import Audience, clause, may_see
from app.domain.desk.attached import attached_to
from app.domain.posts.quotes import withheld_uris
from app.domain.schedule.programme import sealed_uris
from app.domain.view import NOTHING, event_view, order, post_view
from app.models import Attachment, Author, Event, Post, Verdict
from app.models.base import Moment

# Of what a post answers only whom it was said by, and whether it may be seen.
_ANSWERED = joinedload(Post.reply_to).load_only(
    Post.gone_at, Post.untagged_at, Post.unpublic_at, Post.withheld_at, Post.labels, Post.verdict, Post.decided_by,
    raiseload=True,
)  # fmt: skip
DRAWN = (
    selectinload(Post.copies),
    selectinload(Post.every_attachment).joinedload(Attachment.media),
    _ANSWERED.joinedload(Post.author),
    joinedload(Post.decider),
    joinedload(Post.session),
)
WINDOW = 200  # how many posts a screen or a follower starts with
DESK_WINDOW = 1_000  # the desk sees further down, to the oldest that waits


@dataclass(frozen=True, slots=True)
class Snapshot:
    epoch: str
    seq: int
    floor: str  # order key of the oldest post it reaches down to; "" where nothing is older
    posts: list[dict[str, Any]]  # oldest first
    event: dict[str, Any]


async def take(db: AsyncSession, event_id: int, audience: Audience) -> Snapshot:
    """The newest posts an audience may see. Call inside `reading()`: number and posts must be of one moment."""
    event = await db.get_one(Event, event_id)
    window = DESK_WINDOW if audience is Audience.DESK else WINDOW
    rows = (await db.scalars(drawn(event_id, audience).order_by(*_newest_first()).limit(window))).unique().all()
    floor = order(rows[-1].posted_at, rows[-1].id) if len(rows) == window else ""
    posts = await views(db, event, rows[::-1], audience)
    return Snapshot(event.epoch, event.seq, floor, posts, event_view(event, audience))


async def look(
    db: AsyncSession, event: Event, ids: Collection[int], audiences: Sequence[Audience]
) -> dict[Audience, dict[int, dict[str, Any]]]:
    """These posts as each audience sees them now; a post that is missing from an audience's answer is not for it."""
    wanted = select(Post).join(Post.author).where(Post.id.in_(ids), Post.event_id == event.id)
    rows = (await db.scalars(wanted.options(contains_eager(Post.author), *DRAWN))).unique().all()
    return {a: {view["id"]: view for view in await views(db, event, rows, a)} for a in audiences}


def drawn(event_id: int, audience: Audience, *more: ColumnElement[bool]) -> Select[Post]:
    """A query for posts of one event, ready to be drawn. Filter what it gives through `may_see`."""
    # The sum changes nothing but the plan: SQLite would go from author to author and sort all they ever said.
    wanted = select(Post).join(Author, Author.id == Post.author_id + 0)
    wanted = wanted.where(Post.event_id == event_id, clause(audience), *more)
    return wanted.options(contains_eager(Post.author), *DRAWN)


async def page(
    db: AsyncSession, event: Event, audience: Audience, limit: int,
    before: tuple[datetime, int] | None = None, after: tuple[datetime, int] | None = None,
    session: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A stretch of the strand, or of one session's, oldest first: the newest, or what lies before or after a place."""
    wanted = beside(before, after)
    wanted += [] if session is None else [Post.session_id == session]
    forward = after is not None and before is None
    return await views(db, event, await rows(db, event.id, audience, wanted, limit, forward), audience)


async def rows(
    db: AsyncSession, event_id: int, audience: Audience, wanted: Sequence[ColumnElement[bool]], limit: int,
    forward: bool,
) -> Sequence[Post]:  # fmt: skip
    """The last of these posts, or the first where one reads forward; oldest first, ready to be drawn."""
    ordered = drawn(event_id, audience, *wanted).order_by(*((Post.posted_at, Post.id) if forward else _newest_first()))
    found = (await db.scalars(ordered.limit(limit))).unique().all()
    return found if forward else found[::-1]


async def one(db: AsyncSession, event: Event, post_id: int, audience: Audience) -> dict[str, Any] | None:
    """A single post as this audience sees it."""
    return (await look(db, event, [post_id], [audience]))[audience].get(post_id)


async def answers(db: AsyncSession, event: Event, post_id: int, audience: Audience) -> list[dict[str, Any]]:
    """What answers a post, in order."""
    query = drawn(event.id, audience, Post.reply_to_id == post_id).order_by(Post.posted_at, Post.id)
    return await views(db, event, (await db.scalars(query.limit(WINDOW))).unique().all(), audience)


async def uri_of(db: AsyncSession, event: Event, post_id: int) -> str | None:
    return await db.scalar(select(Post.uri).where(Post.id == post_id, Post.event_id == event.id))


async def waiting(db: AsyncSession, event_id: int) -> int:
    """How many posts wait for a person."""
    query = select(func.count()).select_from(Post).join(Post.author)
    found = query.where(Post.event_id == event_id, clause(Audience.DESK), Post.verdict == Verdict.WAITING)
    return (await db.execute(found)).scalar_one()


async def views(
    db: AsyncSession, event: Event, rows: Sequence[Post], audience: Audience
) -> list[dict[str, Any]]:  # fmt: skip
    """Those of the rows that this audience may see, in its form."""
    rows = [post for post in rows if may_see(post, audience)]
    quoted = {str(post.quote["uri"]) for post in rows if post.quote} if audience is not Audience.DESK else set()
    sealed = await sealed_uris(db, event.id, quoted) | await withheld_uris(db, event.id, quoted) if quoted else set()
    attached = await attached_to(db, [post.id for post in rows]) if audience is Audience.DESK else {}
    return [post_view(post, event, audience, sealed, attached.get(post.id, NOTHING)) for post in rows]


def beside(before: tuple[datetime, int] | None, after: tuple[datetime, int] | None) -> list[ColumnElement[bool]]:
    """Before a place on the strand, else after one, else anywhere."""
    here = tuple_(Post.posted_at, Post.id)
    place = before or after
    if place is None:
        return []
    there = tuple_(literal(place[0], Moment), literal(place[1]))
    return [here < there if before else here > there]


def _newest_first() -> tuple[Any, Any]:
    return Post.posted_at.desc(), Post.id.desc()
