"""What is asked, being answered, and answered, as an audience sees it. Reads; who may see a post is audience.py's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import Audience, clause
from app.domain.questions import order, votes
from app.domain.questions.talk import LASTS, put_to
from app.domain.strand import findable, search
from app.models import Author, Event, Post, Session, Verdict

MOST = 500  # questions looked at: the newest
SHOWN = 60  # of those that are open
REMEMBERED = 30  # of those that are answered

_WHO = func.coalesce(Author.person_id, -Author.id)  # the same for every address of one person
Views = list[dict[str, Any]]
Look = Callable[
    [AsyncSession, Event, Collection[int], Sequence[Audience]], Awaitable[dict[Audience, dict[int, dict[str, Any]]]]
]


@dataclass(frozen=True, slots=True)
class Board:
    now: Views  # being answered, the last to begin first: in each room one
    next: Views  # all that are open, in their order
    unheard: Views  # those of them whose askers were not heard yet; who has waited longest first
    answered: Views  # the newest first

    @property
    def lane(self) -> Views:
        """Not yet heard, and far down by votes alone."""
        kept = order.lane([one["id"] for one in self.next], [one["id"] for one in self.unheard])
        return [one for one in self.unheard if one["id"] in kept]

    @property
    def rest(self) -> Views:
        """What is open and not in the lane."""
        lane = {one["id"] for one in self.lane}
        return [one for one in self.next if one["id"] not in lane]

    @property
    def open_ids(self) -> list[int]:
        return [one["id"] for one in self.next]


@dataclass(frozen=True, slots=True)
class _Asked:
    id: int
    who: int
    shown_at: datetime | None
    posted_at: datetime
    answering_at: datetime | None
    answered_at: datetime | None

    def is_up(self, moment: datetime) -> bool:
        """Being answered; a question whose end somebody forgot to say is not for ever."""
        return self.answering_at is not None and self.answered_at is None and moment - self.answering_at < LASTS


async def read(
    db: AsyncSession, event: Event, audience: Audience, moment: datetime, talk: Session | None = None,
    look: Look = snapshot.look,
) -> Board:  # fmt: skip
    """All questions, or those put to one talk. `look`: how posts are drawn, where somebody keeps what was drawn."""
    asked = await _asked(db, event, audience, talk)
    open_ = [one for one in asked if one.answering_at is None]
    now = sorted((one for one in asked if one.is_up(moment)), key=_since, reverse=True)
    done = sorted((one for one in asked if one.answering_at and one not in now), key=_until, reverse=True)
    if talk is not None:  # in one talk one is answered; what a question of no talk came before is over
        now, done = now[:1], now[1:] + done
    counts = await votes.counted(db, [one.id for one in open_])
    ordered = order.in_order((one.id for one in open_), counts, str(event.id))
    unheard = [one.id for one in await _unheard(db, event, open_)]
    drawn = {*ordered[:SHOWN], *unheard[:SHOWN]}
    shown = [*(one.id for one in now), *drawn, *(one.id for one in done[:REMEMBERED])]
    views = (await look(db, event, shown, [audience]))[audience]

    def told(ids: Sequence[int]) -> Views:
        return [views[id] for id in ids if id in views]

    return Board(
        told([one.id for one in now]), told([id for id in ordered if id in drawn]), told(unheard[:SHOWN]),
        told([one.id for one in done[:REMEMBERED]]),
    )  # fmt: skip


async def waiting(db: AsyncSession, event: Event) -> int:
    """How many questions wait for a person to show them; beyond MOST it is many."""
    wanted = [clause(Audience.DESK), Post.question.is_(True), Post.verdict == Verdict.WAITING]
    return len(await search.match(db, event.id, [], [findable.QUESTION], wanted, MOST))


async def versions(db: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Which words the desk has before it."""
    rows = await db.execute(select(Post.id, Post.version).where(Post.id.in_(ids)))
    return {row.id: row.version for row in rows}


async def _asked(db: AsyncSession, event: Event, audience: Audience, talk: Session | None) -> list[_Asked]:
    wanted = [clause(audience), Post.question.is_(True), *put_to(talk)]
    ids = await search.match(db, event.id, [], [findable.QUESTION], wanted, MOST)
    columns = (Post.id, _WHO, Post.shown_at, Post.posted_at, Post.answering_at, Post.answered_at)
    return [_Asked(*row) for row in await db.execute(select(*columns).join(Post.author).where(Post.id.in_(ids)))]


async def _unheard(db: AsyncSession, event: Event, asked: Collection[_Asked]) -> list[_Asked]:
    """Those that are the first anybody was shown of their askers, none of whose questions came to be answered."""
    people = {one.who for one in asked}
    theirs = or_(Author.person_id.in_(people), Author.id.in_({-who for who in people if who < 0}))
    spoken = select(_WHO, func.min(Post.shown_at), func.max(Post.answering_at)).join(Post.author)
    rows = await db.execute(spoken.where(Post.event_id == event.id, theirs).group_by(_WHO))
    first = {who: shown_at for who, shown_at, answering_at in rows if answering_at is None}
    new = [one for one in asked if one.who in first and one.shown_at == first[one.who]]
    return sorted(new, key=lambda one: (one.posted_at, one.id))


def _since(one: _Asked) -> tuple[datetime, int]:
    return one.answering_at or one.posted_at, one.id


def _until(one: _Asked) -> tuple[datetime, int]:
    return one.answered_at or one.answering_at or one.posted_at, one.id
