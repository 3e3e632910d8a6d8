"""Somebody asks that a post, or all of an author's, go. Hidden first, asked later; whoever proves it is theirs need
not wait.

Owns what is asked for and what became of it. Taking posts away, or giving them back, is taking_away.py's, in chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.control import refusals
from app.domain.control.naming import named
from app.domain.control.telling import tell_of_many_authors, tell_of_many_posts
from app.errors import N_, BadInput, Conflict, NotFound, TooLong
from app.models import Account, Author, Copy, Event, Post, Removal, RemovalState

MAX_WORDS = 500
AT_ONCE = 10  # whole authors an event hides unproved; of more a person looks first, or one machine empties a strand
BURST = timedelta(hours=1)  # what was asked within it belongs together
WAITING = (RemovalState.ASKED, RemovalState.QUEUED)
_LIKE_THIS = N_("That is neither the address of a post nor a handle. They look like the examples.")


class Outcome(StrEnum):
    WITHHELD = "withheld"  # out of sight from now on; the desk is asked
    QUEUED = "queued"  # many were asked just now: the desk looks first
    AGAIN = "again"  # out of sight already; the desk has not answered yet
    KEPT = "kept"  # the desk has answered that it stays
    REMOVED = "removed"  # for good
    GONE = "gone"  # it was gone already
    NOTHING = "nothing"  # nothing of it is here


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    whole_author: bool = False
    begun: tuple[int, ...] = ()  # removals whose posts are now to be taken away


def check(words: str) -> None:
    if len(words) > MAX_WORDS:
        raise TooLong(len(words) - MAX_WORDS, "words")


async def ask(
    db: AsyncSession, event: Event, asked: str, words: str, now: datetime, hosts: Collection[str] = (),
    may_hide: Callable[[], bool] = lambda: True,
) -> Answer:  # fmt: skip
    """Anybody may. `asked`: a post's address, a handle, a profile. Raises BadInput where it is none of these.

    `may_hide`: whether whoever asks may have another whole author out of sight before a person has looked.
    """
    check(words)
    meant = named(event, asked, hosts)
    if meant.post is None and meant.author is None:
        raise BadInput(_LIKE_THIS, "what")
    await log.lock(db, [event.id])
    if meant.author is not None:
        return await _ask_for_author(db, event, meant.author, words, now, may_hide)
    newest = select(Post).where(Post.event_id == event.id, meant.post).order_by(Post.id.desc()).limit(1)  # type: ignore[arg-type]
    post = (await db.scalars(newest)).one_or_none()
    if post is None:
        return Answer(Outcome.NOTHING)
    if post.gone_at is not None:
        return Answer(Outcome.GONE)
    about = or_(Removal.post_id == post.id, Removal.author_id == post.author_id)
    settled = await _settled(db, event, about)
    if settled not in (None, Outcome.QUEUED):  # one post may go while all of its author's wait
        return Answer(settled)
    return Answer(Outcome.WITHHELD, begun=(await _note(db, event, now, words, post_id=post.id),))


async def _ask_for_author(
    db: AsyncSession, event: Event, which: ColumnElement[bool], words: str, now: datetime, may_hide: Callable[[], bool]
) -> Answer:
    """A handle may have had several owners: all of them are meant."""
    here = select(Post.id).where(Post.event_id == event.id, Post.author_id == Author.id, Post.gone_at.is_(None))
    authors = (await db.scalars(select(Author).where(which, here.exists()).order_by(Author.id).limit(5))).all()
    begun: list[int] = []
    settled: Outcome | None = None
    for author in authors:
        if answer := await _settled(db, event, Removal.author_id == author.id):
            settled = answer
            continue
        hides = await _open_unproved(db, event) < AT_ONCE and may_hide()
        state = RemovalState.ASKED if hides else RemovalState.QUEUED
        noted = await _note(db, event, now, words, author_id=author.id, state=state)
        if hides:
            begun.append(noted)
            await tell_of_many_posts(db, event, author, noted, now)
        else:
            settled = Outcome.QUEUED
            await tell_of_many_authors(db, event, now)
    if begun:
        return Answer(Outcome.WITHHELD, True, tuple(begun))
    return Answer(settled or Outcome.NOTHING, True)


async def remove_post(db: AsyncSession, event: Event, post_id: int, now: datetime) -> Answer:
    """Its author asks, and has proved it: nobody needs to be asked."""
    await log.lock(db, [event.id])
    post = await db.get(Post, post_id)
    if post is None or post.event_id != event.id:
        return Answer(Outcome.NOTHING)
    await _refuse_post(db, event, post, now)
    if post.gone_at is not None:
        return Answer(Outcome.GONE)
    begun = await _note(db, event, now, "", post_id=post.id, proved=True)
    return Answer(Outcome.REMOVED, begun=(begun,))


async def remove_authors(db: AsyncSession, event: Event, uris: Collection[str], now: datetime) -> Answer:
    """All that was said here by these addresses, which one person has proved; none of theirs is collected again."""
    await log.lock(db, [event.id])
    await refusals.refuse(db, event.id, uris, now)
    begun = []
    for author in await db.scalars(select(Author).where(Author.uri.in_(uris)).order_by(Author.id)):
        await _refuse_author(db, event, author, now)
        begun.append(await _note(db, event, now, "", author_id=author.id, proved=True))
    return Answer(Outcome.REMOVED, True, tuple(begun))


async def agree(db: AsyncSession, event: Event, removal_id: int, by: Account, now: datetime) -> None:
    """The desk: it goes for good, and is not collected again. Raises NotFound, Conflict."""
    removal = await _open(db, event, removal_id)
    if removal.post_id is not None:
        await _refuse_post(db, event, await db.get_one(Post, removal.post_id), now)
    elif removal.author_id is not None:
        await _refuse_author(db, event, await db.get_one(Author, removal.author_id), now)
    removal.state, removal.closed_at, removal.closed_by = RemovalState.REMOVED, now, by.id


async def keep(db: AsyncSession, event: Event, removal_id: int, by: Account, now: datetime) -> None:
    """The desk: whoever asked had no say in it, so it comes back. Raises NotFound, Conflict."""
    removal = await _open(db, event, removal_id)
    removal.state, removal.closed_at, removal.closed_by = RemovalState.KEPT, now, by.id


async def keep_all(db: AsyncSession, event: Event, newest: int, by: Account, now: datetime) -> list[int]:
    """The desk: this whole author and all that were asked for unproved within an hour before it come back."""
    last = await _open(db, event, newest)
    burst = select(Removal).where(
        Removal.event_id == event.id, Removal.state.in_(WAITING), Removal.proved.is_(False),
        Removal.author_id.is_not(None), Removal.id <= last.id, Removal.asked_at > last.asked_at - BURST,
    )  # fmt: skip
    kept = (await db.scalars(burst.order_by(Removal.id))).all()
    for removal in kept:
        removal.state, removal.closed_at, removal.closed_by = RemovalState.KEPT, now, by.id
    return [removal.id for removal in kept]


async def count_open(db: AsyncSession, event_id: int) -> int:
    query = select(func.count()).where(Removal.event_id == event_id, Removal.state.in_(WAITING))
    return (await db.execute(query)).scalar_one()


async def _settled(db: AsyncSession, event: Event, about: ColumnElement[bool]) -> Outcome | None:
    """What the same request led to before, if it did."""
    states = set(await db.scalars(select(Removal.state).where(Removal.event_id == event.id, about)))
    if RemovalState.ASKED in states:
        return Outcome.AGAIN
    if RemovalState.QUEUED in states:
        return Outcome.QUEUED
    return Outcome.KEPT if RemovalState.KEPT in states else None


async def _open_unproved(db: AsyncSession, event: Event) -> int:
    """Whole authors who are out of sight because somebody said so."""
    hidden = select(func.count()).where(
        Removal.event_id == event.id, Removal.state == RemovalState.ASKED, Removal.proved.is_(False),
        Removal.author_id.is_not(None),
    )  # fmt: skip
    return (await db.execute(hidden)).scalar_one()


async def _note(
    db: AsyncSession, event: Event, now: datetime, words: str, *, post_id: int | None = None,
    author_id: int | None = None, proved: bool = False, state: RemovalState = RemovalState.ASKED,
) -> int:  # fmt: skip
    """The request as a row. One that waits at the desk for the same becomes the one that was proved."""
    same = select(Removal).where(
        Removal.event_id == event.id, Removal.state != RemovalState.KEPT,
        Removal.post_id == post_id if post_id is not None else Removal.author_id == author_id,
    )  # fmt: skip
    removal = (await db.scalars(same.limit(1))).one_or_none()
    if removal is None:
        removal = Removal(
            event_id=event.id, post_id=post_id, author_id=author_id, words=words.strip(), asked_at=now,
            state=state, proved=False,
        )  # fmt: skip
        db.add(removal)
    if proved:
        removal.proved, removal.state, removal.closed_at = True, RemovalState.REMOVED, now
    await db.flush()
    return removal.id


async def _open(db: AsyncSession, event: Event, removal_id: int) -> Removal:
    await log.lock(db, [event.id])
    wanted = select(Removal).where(Removal.id == removal_id, Removal.event_id == event.id)
    removal = (await db.scalars(wanted.execution_options(populate_existing=True))).one_or_none()
    if removal is None:
        raise NotFound("Nobody asked for this here.")
    if removal.state not in WAITING:
        raise Conflict("Somebody else was faster: this has been answered already.")
    return removal


async def _refuse_post(db: AsyncSession, event: Event, post: Post, now: datetime) -> None:
    copies = await db.scalars(select(Copy.uri).where(Copy.post_id == post.id))
    await refusals.refuse(db, event.id, {post.uri, *copies}, now)


async def _refuse_author(db: AsyncSession, event: Event, author: Author, now: datetime) -> None:
    """By the handle too, so that "where is my post?" knows the answer once the profile is forgotten."""
    await refusals.refuse(db, event.id, {author.uri, author.handle.lower()} - {""}, now)
