"""The people of an event: who is here, in the order in which they came, and whom each of them met. Counts nothing.

One person may have proved that several addresses are theirs (Author.person_id): here they are one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, and_, cast, func, not_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from app.domain import snapshot
from app.domain.audience import HIDING_LABELS, Audience, Surface, clause, may_stand, standing_clause
from app.errors import NotFound
from app.models import Author, Event, Post
from app.models.person import Claim, ClaimState
from ingest.types import Network

MOST = 200  # names of those somebody met

_ONE = func.coalesce(Author.person_id, -Author.id)  # the same for every address of one person
NAMELESS = and_(Author.network == Network.FORM, Author.name == "")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody, and the first that everybody may read of them."""

    post: Post  # with its author and session
    addresses: Sequence[Author]  # where they have spoken here, this post's first


@dataclass(frozen=True, slots=True)
class Page:
    arrivals: Sequence[Arrival]  # the first to come first
    earlier: bool  # whether somebody came before them
    later: bool


@dataclass(frozen=True, slots=True)
class Met:
    """People in the order in which it happened; several addresses of one are one."""

    people: Sequence[Author] = field(default_factory=tuple)
    nameless: bool = False  # and somebody who gave no name


async def page(
    db: AsyncSession, event_id: int, limit: int,
    before: tuple[datetime, int] | None = None, after: tuple[datetime, int] | None = None,
    audience: Audience = Audience.PUBLIC,
) -> Page:  # fmt: skip
    """Who came first, or who came before or after a place. `after` wins over `before`."""
    came = _came(event_id, audience).cte("came")
    wanted = select(came.c.id).where(came.c.nth == 1)
    place, back = tuple_(came.c.posted_at, came.c.id), after is None and before is not None
    if after is not None:
        wanted = wanted.where(place > after)
    elif before is not None:
        wanted = wanted.where(place < before)
    ordered = (came.c.posted_at.desc(), came.c.id.desc()) if back else (came.c.posted_at, came.c.id)
    ids = (await db.scalars(wanted.order_by(*ordered).limit(limit + 1))).all()
    more = len(ids) > limit
    arrivals = await _arrivals(db, event_id, ids[:limit])
    return Page(arrivals, more if back else after is not None, back or more)


async def has_nameless(db: AsyncSession, event_id: int, audience: Audience = Audience.PUBLIC) -> bool:
    """Whether somebody spoke who gave no name."""
    return await db.scalar(select(Author.id).where(NAMELESS, _spoke(event_id, audience)).limit(1)) is not None


async def find_person(db: AsyncSession, event_id: int, author_id: int) -> Sequence[Author]:
    """All addresses of one person that have spoken here, the first to speak first. Raises NotFound.

    Whoever gave no name has no page: what they said without a name is not theirs to be gathered.
    """
    asked = select(Author.person_id).where(Author.id == author_id).scalar_subquery()
    firsts = _firsts(event_id, or_(Author.id == author_id, Author.person_id == asked)).cte("firsts")
    wanted = select(Author).join(firsts, firsts.c.author_id == Author.id).join(Post, Post.id == firsts.c.post_id)
    found = (await db.scalars(wanted.order_by(Post.posted_at, Post.id))).all()
    if author_id not in {author.id for author in found}:
        raise NotFound("There is nobody by that address here.")
    return found


async def said(
    db: AsyncSession, event: Event, person: Iterable[Author], limit: int,
    after: tuple[datetime, int] | None = None, surface: Surface = Surface.PEOPLE,
) -> list[dict[str, Any]]:  # fmt: skip
    """What this person said as the wire says it, oldest first: the newest, or what lies after a place."""
    wanted = [standing_clause(surface), _of(person), *snapshot.beside(None, after)]
    posts = await snapshot.rows(db, event.id, Audience.PUBLIC, wanted, limit, after is not None)
    return await snapshot.views(db, event, [post for post in posts if may_stand(post, surface)], Audience.PUBLIC)


async def whom_they_answered(db: AsyncSession, event_id: int, person: Sequence[Author]) -> Met:
    """Whom this person answered."""
    mine = _visible(event_id, _of(person)).subquery()
    others = select(Author).join(Post, Post.author_id == Author.id).join(mine, mine.c.reply_to_id == Post.id)
    return await _met(db, others, event_id, person, mine.c.posted_at)


async def who_answered(db: AsyncSession, event_id: int, person: Sequence[Author]) -> Met:
    """Who answered this person."""
    mine = _visible(event_id, _of(person)).subquery()
    others = select(Author).join(Post, Post.author_id == Author.id).join(mine, Post.reply_to_id == mine.c.id)
    return await _met(db, others, event_id, person, Post.posted_at)


async def proofs(db: AsyncSession) -> str:
    """Changes whenever an address is proved or let go: the log says nothing of that."""
    proved = select(func.count(), func.max(Claim.proved_at)).where(Claim.state == ClaimState.PROVED)
    return str((await db.execute(proved)).one())


def _standing(audience: Audience = Audience.PUBLIC) -> ColumnElement[bool]:
    """As `standing_clause`, and labels too: the first to be seen is asked for, so none may be missed in between."""
    unlabelled = (_unlabelled(column) for column in (Post.labels, Author.labels))
    return and_(standing_clause(Surface.PEOPLE), clause(audience), *unlabelled)


def _unlabelled(labels: SQLColumnExpression[list[str]]) -> ColumnElement[bool]:
    words = cast(labels, Text)
    return not_(or_(*(words.contains(f'"{label}"', autoescape=True) for label in sorted(HIDING_LABELS))))


def _visible(event_id: int, *more: ColumnElement[bool]) -> Select[int, int | None, datetime]:
    columns = select(Post.id, Post.reply_to_id, Post.posted_at).join(Post.author)
    return columns.where(Post.event_id == event_id, _standing(), *more)


def _of(person: Iterable[Author]) -> ColumnElement[bool]:
    return Post.author_id.in_([author.id for author in person])


def _first_of_author(event_id: int, audience: Audience) -> Select[int]:
    """The first visible post of the author of the query around it: one step into the index, however much they said."""
    mine = select(Post.id).where(Post.event_id == event_id, Post.author_id == Author.id, _standing(audience))
    return mine.order_by(Post.posted_at, Post.id).limit(1).correlate(Author)


def _spoke(event_id: int, audience: Audience = Audience.PUBLIC) -> ColumnElement[bool]:
    return _first_of_author(event_id, audience).exists()


def _firsts(
    event_id: int, *who: ColumnElement[bool], audience: Audience = Audience.PUBLIC
) -> Select[int, int, int]:  # fmt: skip
    """Addresses of people with a name, which person each belongs to, and its first visible post here (or none)."""
    first = _first_of_author(event_id, audience).scalar_subquery().label("post_id")
    return select(Author.id.label("author_id"), _ONE.label("who"), first).where(not_(NAMELESS), *who)


def _came(event_id: int, audience: Audience) -> Select[int, datetime, int]:
    """The first visible posts, numbered within each person: the one numbered 1 is when they came."""
    candidates = select(Post.author_id).where(Post.event_id == event_id).distinct()  # read off the index alone
    # The event's own voice is nobody who came.
    wanted = (Author.id.in_(candidates), Author.voice_of.is_(None))
    firsts = _firsts(event_id, *wanted, audience=audience).cte("firsts")
    nth = func.row_number().over(partition_by=firsts.c.who, order_by=(Post.posted_at, Post.id)).label("nth")
    return select(Post.id, Post.posted_at, nth).join(firsts, firsts.c.post_id == Post.id)


async def _arrivals(db: AsyncSession, event_id: int, ids: Collection[int]) -> list[Arrival]:
    wanted = select(Post).join(Post.author).where(Post.id.in_(ids)).order_by(Post.posted_at, Post.id)
    loaded = wanted.options(contains_eager(Post.author), joinedload(Post.session))
    posts = [post for post in await db.scalars(loaded) if may_stand(post, Surface.PEOPLE)]
    people = {post.author.person_id for post in posts} - {None}
    others = select(Author).where(Author.person_id.in_(people), _spoke(event_id)).order_by(Author.id)
    also = (await db.scalars(others)).all() if people else []
    return [Arrival(post, [post.author, *_further(post.author, also)]) for post in posts]


def _further(author: Author, also: Iterable[Author]) -> list[Author]:
    return [a for a in also if a.person_id == author.person_id and a is not author and author.person_id is not None]


async def _met(
    db: AsyncSession, others: Select[Author], event_id: int, person: Sequence[Author],
    when: SQLColumnExpression[datetime],
) -> Met:  # fmt: skip
    mine = [author.id for author in person]
    wanted = others.where(Post.event_id == event_id, _standing(), Author.id.not_in(mine))
    found = (await db.scalars(wanted.group_by(Author.id).order_by(func.min(when), Author.id).limit(MOST))).all()
    named: dict[int, Author] = {}
    for author in found:
        if not is_nameless(author):
            named.setdefault(author.person_id or -author.id, author)
    return Met(list(named.values()), any(is_nameless(a) for a in found))


def is_nameless(author: Author) -> bool:
    return author.network is Network.FORM and not author.name
