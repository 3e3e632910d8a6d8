"""The event's own voice: an author through whom the desk answers and thanks, marked wherever it speaks.

What it says comes through the door of every post, and a person decided it: whoever wrote it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.domain import audit, intake, log, moderation
from app.domain.audience import Audience, may_see
from app.domain.audit import Line
from app.domain.event import replies
from app.domain.events import form_upstream
from app.domain.posts import authors
from app.errors import N_, BadInput, Conflict, NotFound, TooLong
from app.models import Account, Author, Event, Post, Verdict
from ingest import web
from ingest.text import clean
from ingest.types import IncomingAuthor, Network

MAX_WORDS = 400  # with a name before it, it is still short enough for every server


class Answered(Conflict):
    """Somebody at the desk was faster. One answer of ours to one post."""

    def __init__(self, by: str, answer_id: int) -> None:
        super().__init__(N_("{name} has answered already.") if by else N_("It has been answered already."), name=by)
        self.answer_id = answer_id


async def answer(
    db: AsyncSession, event: Event, post_id: int, words: str, lang: str | None, by: Account, now: datetime
) -> Post:
    """Say this in answer to that post, and owe it to its author's own network where we have an account there.

    Raises BadInput, NotFound, Conflict.
    """
    words = _checked(words)
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    if not event.collects:
        raise Conflict("This event takes no new posts, and so no answers.")
    post = await _answerable(db, event, post_id)
    if (given := await given_to(db, event, post.id)) is not None:
        raise Answered(given.decider.name if given.decider else "", given.id)
    said = await _say(db, event, post, words, lang, now)
    moderation.record(db, said, Verdict.APPROVE, by.id, "person", now)
    said.first = False  # it is nobody's first word
    await db.flush()
    await replies.owe(db, event, post, said, now)
    await audit.note(db, event.id, by, Line("answer", said.id, detail={"to": post.id}), now)
    return said


async def excuse(db: AsyncSession, event: Event, post_id: int, on: bool, by: Account, now: datetime) -> None:
    """A first post that needs no answer of ours, or does after all. Raises NotFound."""
    await log.lock(db, [event.id])
    post = await _post(db, event, post_id)
    if (post.excused_at is not None) is on:
        return
    post.excused_at = now if on else None
    await db.flush()
    await audit.note(db, event.id, by, Line("excuse" if on else "unexcuse", post.id), now)
    await log.append_posts(db, event.id, [post.id], now)  # so that other desks look


async def given_to(db: AsyncSession, event: Event, post_id: int) -> Post | None:
    """What the event's voice answered this post, if it still stands."""
    ours = select(Post).join(Post.author).where(
        Post.event_id == event.id, Post.reply_to_id == post_id, Author.voice_of == event.id, Post.gone_at.is_(None),
        Post.verdict == Verdict.APPROVE,
    )  # fmt: skip
    return (await db.scalars(ours.options(joinedload(Post.decider)).order_by(Post.id).limit(1))).first()


def _checked(words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if not clean.is_visible(words):
        raise BadInput("There is nothing in it yet. Write a few words.", "words")
    if len(words) > MAX_WORDS:
        raise TooLong(len(words) - MAX_WORDS, "words")
    return words


async def _post(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).where(Post.event_id == event.id, Post.id == post_id, Post.gone_at.is_(None))
    post = (await db.scalars(wanted.options(joinedload(Post.author), selectinload(Post.copies)))).one_or_none()
    if post is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    return post


async def _answerable(db: AsyncSession, event: Event, post_id: int) -> Post:
    post = await _post(db, event, post_id)
    if not may_see(post, Audience.PUBLIC):
        raise Conflict("This post is not shown, so nobody would see an answer to it.")
    if post.author.voice_of is not None:
        raise Conflict("The event does not answer itself.")
    return post


async def _say(db: AsyncSession, event: Event, to: Post, words: str, lang: str | None, now: datetime) -> Post:
    """Through the form's door."""
    earlier = await db.scalar(_EARLIER.where(Post.event_id == event.id, Post.reply_to_id == to.id))
    token, name = f"voice-{event.id}-{to.id}-{earlier}", clean.line(event.title)
    incoming = web.incoming_post(
        token=token, author_key=f"voice-{event.id}", text=words, posted_at=now, name=name, lang=lang,
        reply_to_uri=to.uri,
    )  # fmt: skip
    author = await _author(db, event, incoming.author, now)
    skipped: Counter[str] = Counter()
    await intake.take(db, event, [incoming], form_upstream(event.slug), {author.uri: author}, skipped, now)
    found = select(Post).where(Post.event_id == event.id, Post.uri == incoming.uri)
    post = (await db.scalars(found.options(joinedload(Post.author), selectinload(Post.copies)))).one_or_none()
    if post is None:
        raise Conflict("This answer cannot be taken.")
    return post


async def _author(db: AsyncSession, event: Event, incoming: IncomingAuthor, now: datetime) -> Author:
    author = (await db.scalars(select(Author).where(Author.uri == incoming.uri))).one_or_none()
    if author is None:
        author = authors.new_author(incoming, now)
        author.voice_of = event.id
        db.add(author)
        await db.flush()
    return author


_EARLIER = select(func.count()).select_from(Post).join(Post.author).where(
    Author.voice_of == Post.event_id, Author.network == Network.FORM
)  # fmt: skip
