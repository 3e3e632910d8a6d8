"""Posts that nobody here had before, on their way into the store: as many statements as there are tables.

They do without the unit of work, which costs more than everything else an arrival needs. So they are no part of the
session, neither now nor later: whoever wants to change one in the same act reads it first, as `rounds` sees to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from app.domain.posts.known import reply_key
from app.models import Attachment, Copy, Decision, Post
from ingest.types import Incoming, IncomingDeletion, IncomingMarks, IncomingPost


@dataclass(slots=True)
class Newcomers:
    """In the order they came. `copies` are the rows of their copies, one for each."""

    posts: list[Post] = field(default_factory=list)
    copies: list[dict[str, Any]] = field(default_factory=list)

    def add(self, post: Post, copy: dict[str, Any]) -> None:
        self.posts.append(post)
        self.copies.append(copy)


def rounds(items: Sequence[Incoming]) -> Iterator[Sequence[Incoming]]:
    """The batch in parts: whatever is about a post that came earlier in the same batch, or answers it, begins a new
    part, and so finds it in the store."""
    start = 0
    came: set[str | None] = set()
    for place, item in enumerate(items):
        names = _names(item)
        if not came.isdisjoint(names) or (came and isinstance(item, IncomingMarks)):  # marks concern its quotes, too
            yield items[start:place]
            start, came = place, set()
        if isinstance(item, IncomingPost):
            came |= names - {None, *_answered(item)}
    yield items[start:]


async def store(db: AsyncSession, new: Newcomers, now: datetime) -> None:
    """Write them, with the verdict they were given; from now on they have their numbers."""
    if not new.posts:
        return
    db.add_all({post.author for post in new.posts if post.author.id is None})
    await db.flush()
    ids = await db.scalars(_POST, [_row(post) for post in new.posts])
    for post, number in zip(new.posts, ids, strict=True):
        post.id = number
    await db.execute(_COPY, [row | {"post_id": post.id} for post, row in zip(new.posts, new.copies, strict=True)])
    await db.execute(_DECISION, [_decision(post, now) for post in new.posts])
    if pictures := [_picture(post, a) for post in new.posts for a in post.every_attachment]:
        await db.execute(_ATTACHMENT, pictures)


def _names(item: Incoming) -> set[str | None]:
    """Of every post that it is about or answers."""
    if isinstance(item, IncomingPost):
        return {item.uri, item.url, item.bridge_of, reply_key(item.address), *_answered(item)}
    if isinstance(item, IncomingDeletion):
        return {item.uri, reply_key(item.address) if item.address else None}
    return set()


def _answered(item: IncomingPost) -> tuple[str | None, ...]:
    return item.reply_to_uri, reply_key(item.reply_to) if item.reply_to else None


def _row(post: Post) -> dict[str, Any]:
    parent = post.reply_to.id if post.reply_to is not None else None
    return _filled(_BLANK_POST, post) | {"author_id": post.author.id, "reply_to_id": parent}


def _decision(post: Post, now: datetime) -> dict[str, Any]:
    given = {"version": post.version, "verdict": post.verdict, "why": post.why, "account_id": post.decided_by}
    return given | {"post_id": post.id, "created_at": now}


def _picture(post: Post, attachment: Attachment) -> dict[str, Any]:
    return _filled(_BLANK_ATTACHMENT, attachment) | {"post_id": post.id}


def _filled(blank: dict[str, Any], one: Any) -> dict[str, Any]:
    state = one.__dict__
    return {name: state.get(name, otherwise) for name, otherwise in blank.items()}


def _blank(table: Table) -> dict[str, Any]:
    """A row of which nothing was said: what the columns are without a word."""
    columns = [c for c in table.columns if not c.primary_key]
    return {c.name: c.default.arg if isinstance(c.default, ScalarElementColumnDefault) else None for c in columns}


_post, _copy, _decided, _attachment = (cast(Table, m.__table__) for m in (Post, Copy, Decision, Attachment))
_BLANK_POST, _BLANK_ATTACHMENT = _blank(_post), _blank(_attachment)
_POST = insert(_post).returning(_post.c.id, sort_by_parameter_order=True)
_COPY, _DECISION, _ATTACHMENT = insert(_copy), insert(_decided), insert(_attachment)
