"""receive(): the one door for every post, from any network, the form or an import. One batch, one transaction.

The source's cursor is stored with what it stands for, so a kill between the two is impossible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.control import refusals
from app.domain.posts import authors as author_verbs
from app.domain.posts import departure, marks, quotes, rechecks
from app.domain.posts.arrival import Outcome, arrive
from app.domain.posts.known import Known, grave, is_overtaken, know, know_authors
from app.domain.posts.newcomers import Newcomers, rounds, store
from app.domain.rules import standing
from app.domain.schedule.programme import programme
from app.domain.schedule.sessions import inherit, place
from app.domain.strand import search
from app.models import Author, Event, EventState, Post, Source
from app.models.source import Tally
from ingest.types import (
    Batch,
    Incoming,
    IncomingAuthorChange,
    IncomingDeletion,
    IncomingMarks,
    IncomingPost,
    Network,
)


async def receive(db: AsyncSession, batch: Batch, now: datetime) -> None:
    """Take a batch in for every event that reads this upstream, with its cursor."""
    readers = await _readers(db, batch.upstream)
    known_authors = await know_authors(db, batch.items)
    known_before = set(known_authors)
    await _author_changes(db, batch.items, known_authors, now)
    await rechecks.note_checked(db, batch.upstream, batch.checked, now)
    for source, event in readers:
        if event.state is EventState.DRAFT:
            continue
        skipped = Counter(batch.skipped)
        taken = await take(db, event, batch.items, batch.upstream, known_authors, skipped, now)
        if event.collects:  # one that is over takes nothing new, but loses what its authors take back
            await _account_for(db, source, batch, taken, skipped, now)
    newcomers = {uri: who for uri, who in known_authors.items() if uri not in known_before and who.id is not None}
    await _author_changes(db, batch.items, newcomers, now)  # said after their first post, in the same breath


async def take(
    db: AsyncSession, event: Event, items: Sequence[Incoming], upstream: str, authors: dict[str, Author],
    skipped: Counter[str], now: datetime,
) -> int:  # fmt: skip
    """Posts and deletions into one event; returns how many posts are new. `skipped` gains the reasons of the others."""
    changed: dict[int, None] = {}
    fresh: set[int] = set()
    renamed: dict[Author, Sequence[str]] = {}
    for part in rounds(items):
        new, touched = await _take(db, event, part, upstream, authors, skipped, renamed, now)
        fresh |= {post.id for post in new}
        changed |= dict.fromkeys(touched)
    if changed:
        await log.append_posts(db, event.id, changed, now, unanswered=fresh)
    for author, labels in renamed.items():
        await author_verbs.touch(db, author, labels, now)
    return len(fresh)


async def _take(
    db: AsyncSession, event: Event, items: Sequence[Incoming], upstream: str, authors: dict[str, Author],
    skipped: Counter[str], renamed: dict[Author, Sequence[str]], now: datetime,
) -> tuple[Sequence[Post], list[int]]:  # fmt: skip
    """(the new posts, the ids of all that look different now), after one round."""
    known = await know(db, event.id, items, authors, now)
    known.bars = await refusals.bars(db, event.id, items)
    known.programme = await programme(db, event, items, set(known.posts.values()), known.has_rooms, now)
    known.standing = await standing.know(db, event, items, authors, now)
    changed: dict[Post, None] = {}
    new = Newcomers()
    orphan_keys: set[str] = set()
    for item in items:
        if isinstance(item, IncomingDeletion):
            if post := await departure.depart(db, known, item, now):
                changed[post] = None
            elif item.address is None or item.address not in known.copies:
                await departure.bury(db, item, now)
                known.graves |= {grave(item.address): item.rev} if item.address and item.may_precede else {}
        elif isinstance(item, IncomingMarks):
            changed |= dict.fromkeys(await marks.note(db, event, known, item, now))
        elif isinstance(item, IncomingPost):
            if is_overtaken(item, known.graves):
                skipped["deleted before it reached us"] += 1
                continue
            if known.bars.bar(item):
                skipped[refusals.REASON] += 1
                continue
            author = _author(authors, item, renamed, now)
            arrival = await arrive(db, event, known, new, author, item, upstream, now)
            if arrival.outcome is Outcome.SKIPPED:
                skipped[arrival.reason] += 1
            elif arrival.outcome is not Outcome.SAME and arrival.post is not None:
                place(arrival.post, known.programme)
                changed[arrival.post] = None
            orphan_keys |= _orphan_keys(item) if arrival.orphans else set()
    await db.flush()
    await store(db, new, now)
    await search.index(db, new.posts, new=True)
    await search.renew(db, [post.id for post in changed.keys() - {*new.posts}])
    adopted = await _adopt(db, event, known, orphan_keys & known.awaited)
    quoting = await quotes.blank(db, event.id, [post.uri for post in changed if post.gone_at])
    return new.posts, [*(post.id for post in changed), *adopted, *quoting]


def _author(
    authors: dict[str, Author], item: IncomingPost, renamed: dict[Author, Sequence[str]], now: datetime
) -> Author:
    """The author's row, brought up to date; a new one is stored only once a post of theirs is.

    `renamed` gains those who look different now, with the labels they had.
    """
    author = authors.get(item.author.uri)
    if author is None:
        author = authors[item.author.uri] = author_verbs.new_author(item.author, now)
        return author
    labels = author.labels
    if author_verbs.update_author(author, item.author, _is_home(item)) and author.id is not None:
        renamed.setdefault(author, labels)
    return author


def _is_home(item: IncomingPost) -> bool:
    """Whether it was told by its author's own server. Bluesky and the form have but one voice."""
    return item.address.network is not Network.MASTODON or urlsplit(item.author.uri).netloc == item.address.server


def _orphan_keys(item: IncomingPost) -> set[str]:
    return {item.uri, f"{item.address.server}/{item.address.local_id}"}


async def _adopt(db: AsyncSession, event: Event, known: Known, keys: set[str]) -> list[int]:
    """Answers that came before what they answer find it now."""
    if not keys:
        return []
    waiting = select(Post).where(Post.event_id == event.id, Post.reply_key.in_(keys), Post.reply_to_id.is_(None))
    children = [c for c in await db.scalars(waiting) if known.posts[c.reply_key or ""].id != c.id]
    for child in children:
        parent = known.posts[child.reply_key or ""]
        child.reply_to_id = parent.id
        inherit(child, parent)
    await db.flush()
    return [c.id for c in children]


async def _author_changes(db: AsyncSession, items: Sequence[Incoming], known: dict[str, Author], now: datetime) -> None:
    for item in items:
        if isinstance(item, IncomingAuthorChange) and (author := known.get(item.uri)):
            touched = await author_verbs.change(db, author, item, now)
            await db.flush()
            for event_id in sorted({event for event, _ in touched}):
                await log.append_posts(db, event_id, sorted(p for e, p in touched if e == event_id), now)


async def _readers(db: AsyncSession, upstream: str) -> Sequence[Row[Source, Event]]:
    """Whoever reads this upstream, with the event it is for, whose row is locked now: see log.lock."""
    return (await db.execute(_READERS, {"upstream": upstream})).all()


async def _account_for(
    db: AsyncSession, source: Source, batch: Batch, taken: int, skipped: Counter[str], now: datetime
) -> None:
    """The cursor, and what an organiser can read of this batch."""
    seen = batch.seen or len(batch.items)
    told = {"source": source.id, "more_seen": seen, "more_taken": taken, "at": now, "after": batch.cursor}
    await db.execute(_ACCOUNT, told)
    for reason, count in skipped.items():
        raised = update(Tally).where(Tally.source_id == source.id, Tally.reason == reason[:120])
        if not (await db.execute(raised.values(count=Tally.count + count))).rowcount:  # type: ignore[attr-defined]
            db.add(Tally(source_id=source.id, reason=reason[:120], count=count))
            await db.flush()


_READERS = (
    select(Source, Event)
    .join(Event, Event.id == Source.event_id)
    .where(Source.upstream == bindparam("upstream"), Source.enabled)
    .order_by(Source.event_id, Source.id)
    .with_for_update(of=Event)
    .execution_options(populate_existing=True)
)
_source: Any = Source.__table__
_ACCOUNT = (
    update(_source)
    .where(_source.c.id == bindparam("source"))
    .values(
        seen=_source.c.seen + bindparam("more_seen"),
        taken=_source.c.taken + bindparam("more_taken"),
        succeeded_at=bindparam("at"),
        cursor=func.coalesce(bindparam("after"), _source.c.cursor),
    )
)
