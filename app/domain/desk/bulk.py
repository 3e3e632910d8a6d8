"""One verdict for many posts, and its taking back: in chunks, each a transaction, so that the desk stays alive."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager

from app.domain import audit, log, moderation, spotlight
from app.domain.audience import Audience, clause
from app.domain.desk import reported, standing
from app.domain.desk.sieve import ANY, Sieve, clauses
from app.domain.desk.standing import Aim
from app.errors import Conflict
from app.models import Account, Author, Decision, Event, Part, Post, Verdict

CHUNK = 200
MOST = 500  # posts that are named one by one


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which posts an act is about: those named, with the version that was read; or all that a sieve lets through."""

    named: Sequence[tuple[int, str]] = ()
    sieve: Sieve | None = None
    since: datetime | None = None  # said from then
    until: datetime | None = None  # to then


@dataclass(frozen=True, slots=True)
class Wish:
    verdict: Verdict
    part: Part = Part.POST
    media: Verdict | None = None
    over: bool = False  # also what a person decided otherwise

    @property
    def aim(self) -> Aim:
        return standing.aim(self.verdict, self.part, self.media)


@dataclass(frozen=True, slots=True)
class Done:
    bulk: str
    decided: int  # now
    left: int  # of all: changed, gone, or decided otherwise by a person
    rest: int  # still to come


def new_bulk() -> str:
    return secrets.token_hex(8)


async def decide(
    db: AsyncSession, event: Event, chosen: Chosen, wish: Wish, by: Account, now: datetime, bulk: str = ""
) -> Done:
    """The next chunk of an act; `bulk`: the act that goes on. Raises Conflict."""
    await log.lock(db, [event.id])
    await _check(db, bulk, by)
    bulk = bulk or new_bulk()
    if chosen.sieve is None:
        posts, left, rest = await _named(db, event, chosen.named, wish, bulk)
    else:
        posts, left, rest = await _sieved(db, event, chosen, wish, bulk)
    await _enact(db, event, posts, chosen, wish, by, now, bulk)
    return Done(bulk, len(posts), left, rest)


async def undo(db: AsyncSession, event: Event, bulk: str, by: Account, now: datetime) -> tuple[int, int]:
    """Take the next chunk of an act back, where nobody decided since: (how many, how many are still to come)."""
    await log.lock(db, [event.id])
    later = aliased(Decision)
    newer = exists().where(later.post_id == Decision.post_id, later.id > Decision.id)
    newer = newer.where(or_(later.bulk.is_(None), later.bulk != bulk))
    theirs = select(Decision.post_id).distinct().join(Post, Post.id == Decision.post_id)
    open_ = theirs.where(Decision.bulk == bulk, Post.event_id == event.id, Post.gone_at.is_(None), ~newer)
    ids = (await db.scalars(open_.order_by(Decision.post_id))).all()
    posts = (await db.scalars(select(Post).where(Post.id.in_(ids[:CHUNK])).order_by(Post.id))).all()
    history: dict[int, list[Decision]] = {post.id: [] for post in posts}
    for each in await db.scalars(select(Decision).where(Decision.post_id.in_(history)).order_by(Decision.id)):
        history[each.post_id].append(each)
    undone = [moderation.take_back(db, post, history[post.id], by, now) for post in posts]
    await db.flush()
    await moderation.find_anew(db, posts)
    await reported.reopen(db, undone)
    await log.append_posts(db, event.id, [post.id for post in posts], now)
    await spotlight.take_down(db, event.id, now)
    pairs = zip(posts, undone, strict=True)
    await audit.note(db, event.id, by, [moderation.undo_line(post, d, bulk=bulk) for post, d in pairs], now)
    return len(posts), max(0, len(ids) - CHUNK)


async def _check(db: AsyncSession, bulk: str, by: Account) -> None:
    others = select(Decision.id).where(Decision.bulk == bulk, Decision.account_id != by.id)
    if bulk and await db.scalar(others.limit(1)) is not None:
        raise Conflict("That act is somebody else's. Begin one of your own.")


async def _named(
    db: AsyncSession, event: Event, named: Sequence[tuple[int, str]], wish: Wish, bulk: str
) -> tuple[list[Post], int, int]:
    versions = dict(named)
    ids = list(versions)
    wanted = select(Post).join(Post.author).where(Post.id.in_(ids), Post.event_id == event.id, clause(Audience.DESK))
    found = {post.id: post for post in await db.scalars(wanted.options(contains_eager(Post.author)))}
    mine = set(await db.scalars(select(Decision.post_id).where(Decision.bulk == bulk, Decision.post_id.in_(ids))))
    open_, left = [], 0
    for post_id in ids:
        post = found.get(post_id)
        if post_id in mine or (post is not None and wish.aim.is_met(post) and post.version == versions[post_id]):
            continue
        if post is None or post.version != versions[post_id] or (not wish.over and _decided_otherwise(post, wish)):
            left += 1
        else:
            open_.append(post)
    return open_[:CHUNK], left, max(0, len(open_) - CHUNK)


async def _sieved(db: AsyncSession, event: Event, chosen: Chosen, wish: Wish, bulk: str) -> tuple[list[Post], int, int]:
    assert chosen.sieve is not None
    asked = [*clauses(event.id, chosen.sieve), *_between(chosen)]
    mine = exists().where(Decision.bulk == bulk, Decision.post_id == Post.id)
    asked += [not_(mine), not_(_is_met(wish, chosen.sieve))]
    kept = _kept(wish) if chosen.sieve.state == ANY and not wish.over else None
    free = asked if kept is None else [*asked, not_(kept)]
    query = select(Post).join(Post.author).where(*free).options(contains_eager(Post.author))
    posts = list((await db.scalars(query.order_by(Post.posted_at, Post.id).limit(CHUNK))).all())
    left = 0 if kept is None else await _number(db, [*asked, kept])
    return posts, left, await _number(db, free) - len(posts)


async def _enact(
    db: AsyncSession, event: Event, posts: Sequence[Post], chosen: Chosen, wish: Wish, by: Account, now: datetime,
    bulk: str,
) -> None:  # fmt: skip
    """Of a post that is shown and whose pictures wait, what waits is judged: the pictures."""
    waiting = chosen.sieve is not None and chosen.sieve.state == "waiting" and wish.part is Part.POST
    pictures = [post for post in posts if waiting and post.verdict is Verdict.APPROVE]
    whole = [post for post in posts if post not in pictures]
    of_media = Wish(wish.media or wish.verdict, Part.MEDIA)
    await moderation.enact(db, whole, wish.aim, by, now, bulk)
    await moderation.enact(db, pictures, of_media.aim, by, now, bulk)
    await db.flush()
    ids = [post.id for post in posts]
    if wish.verdict not in (Verdict.LATER, Verdict.WAITING):
        await reported.close(db, ids, by, now)
    await log.append_posts(db, event.id, ids, now)
    await spotlight.take_down(db, event.id, now)
    lines = [moderation.line(post, wish.verdict, wish.aim, wish.part, bulk=bulk) for post in whole]
    lines += [moderation.line(post, of_media.verdict, of_media.aim, Part.MEDIA, bulk=bulk) for post in pictures]
    await audit.note(db, event.id, by, lines, now)


def _decided_otherwise(post: Post, wish: Wish) -> bool:
    """A person has spoken, and not so. What was set aside for later is no word on the post yet."""
    return wish.part is Part.POST and post.decided_by is not None and post.verdict not in (wish.verdict, Verdict.LATER)


def _kept(wish: Wish) -> ColumnElement[bool]:
    """The same, for the store."""
    if wish.part is Part.MEDIA:
        return not_(true())
    return and_(Post.decided_by.is_not(None), Post.verdict.not_in((wish.verdict, Verdict.LATER)))


def _is_met(wish: Wish, asked: Sieve) -> ColumnElement[bool]:
    """`Aim.is_met`, for the store."""
    aim = wish.aim
    words = and_(Post.verdict == aim.verdict, Post.decided_by.is_not(None)) if aim.verdict is not None else true()
    return and_(words, Post.media_verdict == aim.media if aim.media is not None else true())


def _between(chosen: Chosen) -> list[ColumnElement[bool]]:
    found = [] if chosen.since is None else [Post.posted_at >= chosen.since]
    return found + ([] if chosen.until is None else [Post.posted_at <= chosen.until])


async def _number(db: AsyncSession, wanted: Sequence[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(Post).join(Author, Author.id == Post.author_id).where(*wanted)
    number: int = (await db.execute(query)).scalar_one()
    return number
