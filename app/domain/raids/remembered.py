"""Posts as clusters and the burst detector need them, out of the store; and the clusters back into it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.raids.clusters import Changes
from app.domain.raids.likeness import Likeness, likeness
from app.domain.raids.window import YOUNG, Seen
from app.domain.rules.judging import LISTED_HITS
from app.models import Author, Entry, EntryKind, Event, EventState, Post
from ingest.types import Network

LATE = timedelta(minutes=3)  # on its way: a network is seconds behind, not minutes
_HITS = LISTED_HITS | {"label"}  # the organiser's own lists, and what a network warns of


@dataclass(frozen=True, slots=True)
class Remembered:
    id: int
    version: str
    cluster: int | None
    gone: bool
    like: Likeness | None
    seen: Seen


async def guarded_events(db: AsyncSession) -> Sequence[Event]:
    """Those that something new can come into."""
    collecting = Event.state.in_([EventState.LIVE, EventState.REHEARSAL])
    return (await db.scalars(select(Event).where(collecting).order_by(Event.id))).all()


async def newest(db: AsyncSession, event_id: int, most: int) -> list[int]:
    """The ids to begin with, oldest first."""
    wanted = select(Post.id).where(Post.event_id == event_id, Post.gone_at.is_(None))
    return (await db.scalars(wanted.order_by(Post.id.desc()).limit(most))).all()[::-1]  # type: ignore[return-value]


async def touched(db: AsyncSession, event_id: int, after: int, limit: int) -> tuple[int, list[int]]:
    """(how far the log was read, the posts it names since a number)."""
    rows = select(Entry.seq, Entry.kind, Entry.subject_id).where(Entry.event_id == event_id, Entry.seq > after)
    entries = (await db.execute(rows.order_by(Entry.seq).limit(limit))).all()
    posts = dict.fromkeys(subject for _, kind, subject in entries if kind is EntryKind.POST)
    return (entries[-1].seq if entries else after), list(posts)


async def versions(db: AsyncSession, ids: Collection[int]) -> dict[int, tuple[str, bool]]:
    """Version, and whether it is gone: enough to know whether a post need be looked at again."""
    rows = await db.execute(select(Post.id, Post.version, Post.gone_at).where(Post.id.in_(ids)))
    return {post: (version, gone is not None) for post, version, gone in rows}


async def remember(db: AsyncSession, ids: Collection[int]) -> list[Remembered]:
    """In the order of their numbers."""
    return [_remembered(row) for row in await db.execute(_wanted(ids))]


async def acquaintances(db: AsyncSession, event_id: int) -> list[tuple[int, str, datetime]]:
    """Everybody who has spoken here, their server, and since when."""
    first = select(Author.id, Author.uri, Author.network, func.min(Post.received_at))
    first = first.join(Post, Post.author_id == Author.id).where(Post.event_id == event_id)
    rows = await db.execute(first.group_by(Author.id, Author.uri, Author.network))
    return [(author, _domain(uri, network), at) for author, uri, network, at in rows]


async def write(db: AsyncSession, event_id: int, changes: Changes, now: datetime) -> int:
    """Which cluster each belongs to; the desks hear of it. Gives how many are there to be told of."""
    await log.lock(db, [event_id])
    by_cluster: dict[int | None, list[int]] = {}
    for post, cluster in changes.items():
        by_cluster.setdefault(cluster, []).append(post)
    told: list[int] = []
    for cluster, posts in by_cluster.items():
        differs = Post.cluster_id.is_distinct_from(cluster)
        here = update(Post).where(Post.event_id == event_id, Post.id.in_(posts), Post.gone_at.is_(None), differs)
        told += await db.scalars(here.values(cluster_id=cluster).returning(Post.id))
    if told:
        await log.append(db, event_id, EntryKind.POST, sorted(told), now)
    return len(told)


def _wanted(ids: Collection[int]) -> Select[tuple[object, ...]]:
    columns = select(
        Post.id, Post.version, Post.cluster_id, Post.gone_at, Post.segments, Post.author_id, Post.received_at,
        Post.posted_at, Post.fired, Author.uri, Author.network, Author.since,
    )  # fmt: skip
    return columns.join(Author, Author.id == Post.author_id).where(Post.id.in_(ids)).order_by(Post.id)


def _remembered(row: Row[tuple[object, ...]]) -> Remembered:
    seen = Seen(
        row.received_at, row.author_id, _domain(row.uri, row.network),
        hit=any(one.get("key") in _HITS for one in row.fired or ()),
        young=row.since is not None and row.received_at - row.since <= YOUNG,
        late=row.received_at - row.posted_at > LATE,
    )  # fmt: skip
    like = likeness(row.segments, row.author_id)
    return Remembered(row.id, row.version, row.cluster_id, row.gone_at is not None, like, seen)


def _domain(uri: str, network: Network) -> str:
    return (urlsplit(uri).hostname or "") if network is Network.MASTODON else ""
