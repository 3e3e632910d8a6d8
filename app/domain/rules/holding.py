"""hold_here(): somebody was put on a block list, and what is here of theirs is held too, a chunk at a time.

A person's act, and one act: its decisions share a `bulk`, and can be taken back together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log, moderation
from app.domain.audit import Line
from app.domain.desk import bulk as bulks
from app.domain.rules.judging import Hit
from app.domain.rules.lists import Lists, Row, made_ready
from app.models import Account, Author, Event, Post, Verdict
from app.models.listed import Kind, Side

OPEN = (Verdict.WAITING, Verdict.APPROVE)


@dataclass(frozen=True, slots=True)
class Held:
    bulk: str
    held: int
    rest: int  # still to come


async def hold_here(
    db: AsyncSession, event: Event, lines: Sequence[Row], by: Account, now: datetime, *, bulk: str = "",
    unread: bool = False,
) -> Held:  # fmt: skip
    """The next chunk. `unread`: only what no person has let pass: a long list that was imported was not about them."""
    await log.lock(db, [event.id])
    bulk = bulk or bulks.new_bulk()
    blocking = made_ready(row for row in lines if row.side is Side.BLOCK and row.kind in (Kind.AUTHOR, Kind.DOMAIN))
    hits = await _authors(db, event, blocking, unread) if blocking.authors or blocking.domains else {}
    theirs = select(Post).where(*_held_back(event, unread), Post.author_id.in_(list(hits)[:500]))
    posts = (await db.scalars(theirs.order_by(Post.id).limit(bulks.CHUNK))).all()
    for post in posts:
        hit = hits[post.author_id]
        moderation.record(db, post, Verdict.HOLD, by.id, hit.key, now, bulk=bulk)
        post.fired = [hit.kept(), *(one for one in post.fired if one["key"] != hit.key)]
    await db.flush()
    await log.append_posts(db, event.id, [post.id for post in posts], now)
    told = [Line("decide", post.id, "hold", post.why, {"bulk": bulk}) for post in posts]
    await audit.note(db, event.id, by, told, now)
    rest = await _authors(db, event, blocking, unread) if len(posts) == bulks.CHUNK or len(hits) > 500 else {}
    return Held(bulk, len(posts), len(rest))


def _held_back(event: Event, unread: bool) -> list[ColumnElement[bool]]:
    found = [Post.event_id == event.id, Post.gone_at.is_(None), Post.verdict.in_(OPEN)]
    return [*found, Post.decided_by.is_(None)] if unread else found


async def _authors(db: AsyncSession, event: Event, blocking: Lists, unread: bool) -> dict[int, Hit]:
    """Who has something here that is not held yet, and why it will be."""
    theirs = exists().where(Post.author_id == Author.id, *_held_back(event, unread))
    authors = await db.scalars(select(Author).where(theirs).order_by(Author.id))
    return {author.id: hit for author in authors if (hit := blocking.blocks(author))}
