"""What is kept how long, and its end: an event's last day erases all that was said; the rest goes when its time is up.

docs/retention.md is the same as a table, and a test compares. Everything goes in chunks that can be repeated: whoever
is killed in the middle goes on where they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, Text, cast, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.accounts import INVITED_FOR, SIGNED_IN_FOR
from app.domain.posts import departure
from app.domain.strand import search
from app.models import (
    Author,
    Claim,
    ClaimState,
    EntryKind,
    Event,
    EventState,
    Invite,
    Kind,
    Listed,
    Outgoing,
    Person,
    Post,
    Removal,
    SignIn,
    Verdict,
)
from ingest.types import Network

CHUNK = 200
UNSHOWN = MAIL = WORD = LAPSED = timedelta(days=30)
KEPT = {  # what goes by itself, and when; the names are those of docs/retention.md
    "A post that was never shown": UNSHOWN,  # since the event ended
    "A deletion that came before its post": departure.REMEMBERED,
    "A letter to an organiser": MAIL,
    "A word of “this is me” that proved nothing": WORD,  # since it ran out
    "An address that was never proved": LAPSED,
    "A sign-in": SIGNED_IN_FOR,
    "An invitation": INVITED_FOR,
}


async def due(db: AsyncSession, now: datetime) -> Sequence[int]:
    """Events whose last day is over. A rehearsal has nothing real in it, and ends by itself."""
    over = select(Event.id).where(Event.keep_until <= now, Event.erased_at.is_(None))
    return (await db.scalars(over.where(Event.state != EventState.REHEARSAL).order_by(Event.id))).all()


async def erase(db: AsyncSession, event_id: int, now: datetime, limit: int = CHUNK) -> bool:
    """The next part of an event that is to be forgotten. True: there is more. Walls and pages hear of each part."""
    await log.lock(db, [event_id])
    event = await db.get_one(Event, event_id, populate_existing=True)
    if event.erased_at is not None or event.keep_until is None or event.keep_until > now:
        return False  # done, or somebody gave it a later day meanwhile
    event.state = EventState.ARCHIVED  # so that nothing comes in again behind us
    event.frozen_at = event.blank_at = None
    ids = (await db.scalars(select(Post.id).where(Post.event_id == event_id).order_by(Post.id).limit(limit))).all()
    if ids:
        await _erase_posts(db, ids)
        await log.append(db, event_id, EntryKind.POST, ids, now)
        return True
    await _finish(db, event, now)
    return False


async def empty_unshown(db: AsyncSession, event_id: int, now: datetime, limit: int = CHUNK) -> bool:
    """Words that never stood anywhere go a month after the event. True: there are more.

    Of a post on a network the address stays, so that a reader that comes by again does not bring it back.
    """
    await log.lock(db, [event_id])
    wanted = _unshown(now).where(Post.event_id == event_id).order_by(Post.id).limit(limit)
    posts = (await db.scalars(wanted)).all()
    ids = [post.id for post in posts]
    ours = [post.id for post in posts if post.network is Network.FORM]
    for post in posts:
        if post.network is not Network.FORM:
            await departure.purge(db, post, now)
    await search.forget(db, ids)
    await db.flush()
    await _erase_posts(db, ours)
    if ids:
        await log.append(db, event_id, EntryKind.POST, ids, now)
    return len(ids) == limit


async def with_unshown(db: AsyncSession, now: datetime) -> Sequence[int]:
    """Events that ended long ago and still have posts nobody was shown."""
    return (await db.scalars(_unshown(now).with_only_columns(Post.event_id).distinct().order_by(Post.event_id))).all()


async def forget(db: AsyncSession, now: datetime) -> None:
    """Small things whose time is up."""
    await departure.forget_graves(db, now)
    await db.execute(delete(SignIn).where(SignIn.expires_at < now))
    await db.execute(delete(Invite).where(Invite.expires_at < now))
    await _empty_letters(db, now)
    await db.execute(delete(Claim).where(Claim.state == ClaimState.LAPSED, Claim.asked_at < now - LAPSED))
    proved = exists().where(Claim.person_id == Person.id, Claim.state == ClaimState.PROVED)
    await db.execute(delete(Person).where(Person.expires_at < now - WORD, ~proved))


async def _empty_letters(db: AsyncSession, now: datetime) -> None:
    """Whom it went to and what it said. That it was owed stays: the same is never owed twice."""
    old = update(Outgoing).where(Outgoing.created_at < now - MAIL, cast(Outgoing.content, Text) != "{}")
    await db.execute(old.values(content={}, failed="").execution_options(synchronize_session=False))


async def _erase_posts(db: AsyncSession, ids: Sequence[int]) -> None:
    """With copies, decisions, pictures, receipts, reports and removals of them, which the store takes along; and with
    authors who said nothing else in this house."""
    if not ids:
        return
    author_ids = set(await db.scalars(select(Post.author_id).where(Post.id.in_(ids))))
    await search.forget(db, ids)
    await db.execute(delete(Post).where(Post.id.in_(ids)).execution_options(synchronize_session=False))
    await _erase_authors(db, author_ids)


async def _erase_authors(db: AsyncSession, author_ids: set[int]) -> None:
    """Those nobody needs, and what was proved of their addresses."""
    spoke = exists().where(Post.author_id == Author.id)
    asked = exists().where(Removal.author_id == Author.id)
    gone = (await db.execute(select(Author.id, Author.uri).where(Author.id.in_(author_ids), ~spoke, ~asked))).all()
    await db.execute(delete(Claim).where(Claim.uri.in_([row.uri for row in gone])))
    await db.execute(delete(Author).where(Author.id.in_([row.id for row in gone])))


async def _finish(db: AsyncSession, event: Event, now: datetime) -> None:
    """The last part. A new epoch: whatever page still shows something takes the empty snapshot."""
    asked = set(await db.scalars(select(Removal.author_id).where(Removal.event_id == event.id)))
    await db.execute(delete(Removal).where(Removal.event_id == event.id))
    await _erase_authors(db, {one for one in asked if one is not None})
    await db.execute(delete(Outgoing).where(Outgoing.event_id == event.id))
    await db.execute(delete(Listed).where(Listed.event_id == event.id, Listed.kind == Kind.AUTHOR))
    event.lists_version += 1
    event.erased_at = now
    await db.flush()
    await log.reset(db, event.id)


def _unshown(now: datetime) -> Select[Post]:
    over = select(Post).join(Event, Event.id == Post.event_id)
    return over.where(
        Event.ends_at < now - UNSHOWN, Event.state != EventState.REHEARSAL, Post.verdict != Verdict.APPROVE,
        Post.gone_at.is_(None), Post.received_at < now - UNSHOWN,
    )  # fmt: skip
