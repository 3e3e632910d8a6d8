"""What is in an event's queues, kept in this process and brought up to date by the log.

Counting and sorting ten thousand posts anew with every question would cost a tenth of a second each time. Whatever
makes a post look different at the desk is an entry, so that reading the changed ones again is enough.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.audience import Audience, clause
from app.domain.desk import servers
from app.domain.strand.findable import base_language
from app.models import Attachment, Author, Copy, Entry, EntryKind, Event, Post, Verdict
from app.models.post import EMOJI

EVENTS = 8  # kept; the one asked of longest ago goes first
BEHIND = 5_000  # entries; whoever missed more reads everything
PART = 2_000
CHUNK = 500


class Line(NamedTuple):
    """One post, as far as queues ask."""

    at: datetime
    id: int
    verdict: Verdict
    pictures_wait: bool  # though its words are shown
    why: str
    language: str
    session: int
    cluster: int
    author: int
    domain: str
    pictured: bool
    sources: tuple[str, ...]


@dataclass(slots=True)
class Ledger:
    """`facets`: what was counted out of the lines as they are, until they change."""

    epoch: str
    seq: int
    lines: dict[int, Line]
    counted: dict[Any, Any] = field(default_factory=dict)


_kept: OrderedDict[tuple[int, str], Ledger] = OrderedDict()


async def read(db: AsyncSession, event: Event) -> Ledger:
    """As far as this reading sees, or further where another was faster. Call inside `reading()`."""
    epoch, seq = await log.head(db, event.id)
    had = _kept.get((event.id, epoch))
    if had is None or seq - had.seq > BEHIND:
        return _keep(event.id, Ledger(epoch, seq, await _everything(db, event.id)))
    if seq > had.seq:
        await _catch_up(db, event.id, had, seq)
    _kept.move_to_end((event.id, epoch))
    return had


async def _everything(db: AsyncSession, event_id: int) -> dict[int, Line]:
    """In parts, so that others get a turn in between."""
    ids = (await db.scalars(select(Post.id).where(Post.event_id == event_id).order_by(Post.id))).all()
    lines: dict[int, Line] = {}
    for start in range(0, len(ids), PART):
        first, last = ids[start], ids[min(start + PART, len(ids)) - 1]
        # The sum changes nothing but the plan: SQLite would go through all of the event for each part.
        of_post = and_(Post.event_id + 0 == event_id, Post.id.between(first, last))
        lines |= await _lines(db, of_post, Copy.post_id.between(first, last))
    return lines


async def _catch_up(db: AsyncSession, event_id: int, had: Ledger, seq: int) -> None:
    new = Entry.event_id == event_id, Entry.seq > had.seq, Entry.kind == EntryKind.POST
    changed = (await db.scalars(select(Entry.subject_id).where(*new).distinct())).all()
    lines: dict[int, Line] = {}
    for start in range(0, len(changed), CHUNK):
        part = changed[start : start + CHUNK]
        lines |= await _lines(db, (Post.id.in_(part)) & (Post.event_id == event_id), Copy.post_id.in_(part))
    if seq <= had.seq:  # while we read, another came further: what we have is older
        return
    for post_id in changed:
        had.lines.pop(post_id, None)
    had.lines.update(lines)
    had.seq = seq
    had.counted.clear()


def _keep(event_id: int, ledger: Ledger) -> Ledger:
    known = _kept.get((event_id, ledger.epoch))
    if known is not None and known.seq >= ledger.seq:
        return known
    _kept[event_id, ledger.epoch] = ledger
    while len(_kept) > EVENTS:
        _kept.popitem(last=False)
    return ledger


async def _lines(db: AsyncSession, of_post: ColumnElement[bool], of_copy: ColumnElement[bool]) -> dict[int, Line]:
    """Of those the desk may see."""
    asked = select(
        Post.id, Post.posted_at, Post.verdict, Post.media_verdict, Post.why, Post.lang, Post.session_id,
        Post.cluster_id, Post.author_id, Author.network, Author.handle,
    ).join(Author, Author.id == Post.author_id)  # fmt: skip
    rows = (await db.execute(asked.where(of_post, clause(Audience.DESK)))).all()
    with_pictures = (
        select(Attachment.post_id).join(Post, Post.id == Attachment.post_id).where(of_post, Attachment.kind != EMOJI)
    )
    pictured = set(await db.scalars(with_pictures))
    sources = await _sources(db, of_copy)
    return {row.id: _line(row, row.id in pictured, sources.get(row.id, ())) for row in rows}


async def _sources(db: AsyncSession, of_copy: ColumnElement[bool]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    query = select(Copy.post_id, Copy.upstream).where(of_copy, Copy.gone_at.is_(None)).order_by(Copy.id)
    for post_id, upstream in await db.execute(query):
        had = found.get(post_id, ())
        found[post_id] = had if upstream in had else (*had, sys.intern(upstream))
    return found


def _line(row: Any, pictured: bool, sources: Collection[str]) -> Line:
    waits = row.verdict is Verdict.APPROVE and row.media_verdict is Verdict.WAITING
    return Line(
        row.posted_at, row.id, row.verdict, waits, sys.intern(row.why),
        sys.intern(base_language(row.lang)) if row.lang else "", row.session_id or 0, row.cluster_id or 0,
        row.author_id, sys.intern(servers.named(row.network, row.handle)), pictured, tuple(sources),
    )  # fmt: skip
