"""What a raid left behind, in heaps: posts that say the same, one decision each; and what slipped through before it.

A heap is wider than a cluster: of people who came with the raid also the shortest words count, since a person reads
them here before deciding.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audience import Audience, clause
from app.domain.desk import bulk as bulks
from app.domain.desk.bulk import Chosen, Done, Wish
from app.domain.raids import modes
from app.domain.raids.clusters import Clusters
from app.domain.raids.guard import Mode
from app.domain.raids.likeness import Likeness, likeness
from app.domain.raids.window import SPAN
from app.errors import Conflict
from app.models import Account, AuditLine, Author, Event, Post, Verdict

ALIKE_WORDS, THEIRS = "words", "people"
HEAP = 3  # fewer are read one by one
LOOKED_BACK = timedelta(hours=2)  # where there was no raid
SHORTEST = 8  # letters: what is shorter is in no heap
ALIKE = 0.5
MOST = 1_000  # posts that stand alone and are looked through at once
CLUSTERS = 300
BREATH = 25  # posts between two moments in which others may go on


@dataclass(slots=True)
class Heap:
    """`clusters` and `posts` together say what is in it."""

    example: int  # a post to show
    clusters: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    size: int = 0
    authors: int = 0
    shown: int = 0  # of them are on public pages now
    kind: str = ALIKE_WORDS


async def since(db: AsyncSession, event: Event, now: datetime) -> datetime:
    """When the last raid began, two minutes before somebody acted; else two hours ago."""
    if event.raid:
        return datetime.fromisoformat(event.raid["at"]) - SPAN
    lines = select(AuditLine.at, AuditLine.detail).where(AuditLine.chain_id == event.id, AuditLine.act == modes.ACT)
    began: datetime | None = None
    ended = False
    for at, detail in await db.execute(lines.order_by(AuditLine.number.desc()).limit(50)):
        mode = detail.get("mode")
        if mode == "off" and ended:
            break
        ended |= mode == "off"
        if ended and mode in list(Mode):
            began = at
    return (began or now - LOOKED_BACK + SPAN) - SPAN


async def heaps(db: AsyncSession, event: Event, now: datetime) -> list[Heap]:
    """The largest first. Nothing that a person has decided on, and nothing that is hidden."""
    start = await since(db, event, now)
    grouped = await _clusters(db, event, start)
    alone = await _alone(db, event, start, grouped.keys())
    wide, found = Clusters(need=_need), dict[int, Heap]()
    pieces = {heap.example: heap for heap in grouped.values()} | {heap.example: heap for heap in alone}
    likes = await _likes(db, pieces)
    for turn, number in enumerate(sorted(pieces)):
        wide.place(number, likes.get(number))
        if turn % BREATH == 0:
            await asyncio.sleep(0)  # walls and desks go on meanwhile
    for number, piece in sorted(pieces.items()):
        _pour(piece, found.setdefault(wide.of(number) or number, Heap(number)))
    large = sorted((heap for heap in found.values() if heap.size >= HEAP), key=lambda h: (-h.size, h.example))
    return [*large, *await _rest_of_them(db, event, start, {post for heap in large for post in heap.posts})]


async def decide(
    db: AsyncSession, event: Event, clusters: Collection[int], posts: Collection[int], verdict: Verdict, by: Account,
    now: datetime, bulk: str = "",
) -> Done:  # fmt: skip
    """The next chunk of a heap."""
    here = or_(Post.cluster_id.in_(clusters), Post.id.in_(posts))
    return await _next(db, event, and_(here, _open()), verdict, by, now, bulk)


async def slipped(db: AsyncSession, event: Event) -> int:
    """How many posts a rule let pass in the two minutes before the event was guarded."""
    if not event.raid:
        return 0
    wanted = select(func.count()).select_from(Post).join(Author, Author.id == Post.author_id)
    return (await db.execute(wanted.where(clause(Audience.DESK), _slipped(event)))).scalar_one()


async def hold_back(db: AsyncSession, event: Event, by: Account, now: datetime, bulk: str = "") -> Done:
    """The next chunk of those. Taken back as one act, like any other on many. Raises Conflict where it is over."""
    if not event.raid:
        raise Conflict("The event is not guarded any more. What is shown can be hidden in the queue.")
    return await _next(db, event, _slipped(event), Verdict.HOLD, by, now, bulk)


async def _next(
    db: AsyncSession, event: Event, wanted: ColumnElement[bool], verdict: Verdict, by: Account, now: datetime, bulk: str
) -> Done:
    query = select(Post.id, Post.version).join(Author, Author.id == Post.author_id)
    query = query.where(Post.event_id == event.id, clause(Audience.DESK), wanted).order_by(Post.id)
    named = [(post, version) for post, version in await db.execute(query.limit(bulks.CHUNK))]
    done = await bulks.decide(db, event, Chosen(named), Wish(verdict), by, now, bulk)
    more = bool(done.decided) and (await db.execute(query.limit(1))).first() is not None
    return Done(done.bulk, done.decided, done.left, int(more))


def _open() -> ColumnElement[bool]:
    return and_(Post.gone_at.is_(None), Post.decided_by.is_(None), Post.verdict != Verdict.HIDE)


def _slipped(event: Event) -> ColumnElement[bool]:
    began = datetime.fromisoformat((event.raid or {})["at"])
    passed = and_(Post.verdict == Verdict.APPROVE, Post.decided_by.is_(None))
    then = and_(Post.shown_at >= began - SPAN, Post.shown_at <= began + timedelta(seconds=1))  # kept to the second
    return and_(Post.event_id == event.id, Post.gone_at.is_(None), passed, then)


async def _clusters(db: AsyncSession, event: Event, start: datetime) -> dict[int, Heap]:
    shown = func.count(case((Post.verdict == Verdict.APPROVE, 1)))
    told = select(Post.cluster_id, func.min(Post.id), func.count(), func.count(Post.author_id.distinct()), shown)
    told = told.join(Author, Author.id == Post.author_id).where(Post.event_id == event.id, Post.received_at >= start)
    told = told.where(Post.cluster_id.is_not(None), _open(), clause(Audience.DESK)).group_by(Post.cluster_id)
    rows = await db.execute(told.order_by(func.count().desc()).limit(CLUSTERS))
    return {c: Heap(first, [c], [], size, who, seen) for c, first, size, who, seen in rows if c is not None}


async def _alone(db: AsyncSession, event: Event, start: datetime, known: Collection[int]) -> Sequence[Heap]:
    """Of people who had never spoken here before it began."""
    spoke = select(Post.author_id).where(Post.event_id == event.id, Post.received_at < start)
    wanted = select(Post.id, Post.verdict).join(Author, Author.id == Post.author_id)
    wanted = wanted.where(Post.event_id == event.id, Post.received_at >= start, Post.cluster_id.is_(None), _open())
    wanted = wanted.where(clause(Audience.DESK), Post.author_id.not_in(spoke)).order_by(Post.id).limit(MOST)
    return [Heap(post, [], [post], 1, 1, int(verdict is Verdict.APPROVE)) for post, verdict in await db.execute(wanted)]


async def _rest_of_them(db: AsyncSession, event: Event, start: datetime, others: Collection[int]) -> list[Heap]:
    """What else came with the raid from people of whom a person has hidden something and shown nothing."""
    judged = select(Post.author_id).where(Post.event_id == event.id, Post.decided_by.is_not(None))
    hidden, shown = judged.where(Post.verdict == Verdict.HIDE), judged.where(Post.verdict == Verdict.APPROVE)
    theirs = select(Post.id, Post.author_id, Post.verdict).join(Author, Author.id == Post.author_id)
    theirs = theirs.where(Post.event_id == event.id, Post.received_at >= start, Post.cluster_id.is_(None), _open())
    theirs = theirs.where(clause(Audience.DESK), Post.author_id.in_(hidden), Post.author_id.not_in(shown))
    rows = [row for row in await db.execute(theirs.order_by(Post.id).limit(MOST)) if row.id not in others]
    if not rows:
        return []
    seen = sum(1 for row in rows if row.verdict is Verdict.APPROVE)
    people = len({row.author_id for row in rows})
    return [Heap(rows[0].id, [], [row.id for row in rows], len(rows), people, seen, kind=THEIRS)]


async def _likes(db: AsyncSession, ids: Collection[int]) -> dict[int, Likeness | None]:
    found: dict[int, Likeness | None] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), BREATH):
        part = Post.id.in_(wanted[start : start + BREATH])
        for post, segments, author in await db.execute(select(Post.id, Post.segments, Post.author_id).where(part)):
            found[post] = likeness(segments, author)
        await asyncio.sleep(0)
    return found


def _need(one: Likeness, other: Likeness) -> float:
    return ALIKE if min(one.letters, other.letters) >= SHORTEST else 1.0


def _pour(piece: Heap, into: Heap) -> None:
    into.clusters += piece.clusters
    into.posts += piece.posts
    into.size, into.authors, into.shown = into.size + piece.size, into.authors + piece.authors, into.shown + piece.shown
