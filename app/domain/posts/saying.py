"""Somebody says something in the form, changes it, takes it back. Everything goes through the one door of intake.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app import secrets
from app.domain import intake, log
from app.domain.events import form_upstream
from app.domain.posts import consent, departure, pictures
from app.domain.schedule.sessions import How
from app.errors import BadInput, Conflict, NotFound, TooLong
from app.models import Attachment, Author, Event, EventState, Media, Post, Receipt, Session, Source
from ingest import web
from ingest.text import clean
from ingest.types import IncomingAttachment, IncomingPost

MAX_WORDS = 1_000  # characters
MAX_COVER = 200
MAX_PICTURES = 4
NO_SESSION = "none"  # chosen: it is about none of them


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a post from the form."""

    url: str  # pictures.UPLOAD and the id of our copy
    alt: str = ""
    media: Media | None = None  # the copy, where it is new: its files are on the shelf


@dataclass(frozen=True, slots=True)
class Words:
    """What the form was filled in with, as typed."""

    text: str
    name: str = ""
    question: bool = False
    where: str = ""  # "room", "elsewhere", or nothing said
    consent: bool = False
    card_code: str = ""
    to: str | None = None  # the uri of the post it answers
    cover: str = ""  # the content warning
    lang: str = ""
    session: str = ""  # its number, NO_SESSION, or nothing said
    guess: str = ""  # what the form proposed there
    pictures: Sequence[Shown] = ()


def check(words: Words) -> None:
    """Raises BadInput with one plain sentence."""
    if not (clean.is_visible(words.text) or words.pictures):
        raise BadInput("There is nothing in it yet. Write a few words, or add a picture.", "text")
    if len(words.text) > MAX_WORDS:
        raise TooLong(len(words.text) - MAX_WORDS, "text")
    if len(words.name) > 100:
        raise BadInput("That name is too long. At most 100 letters.", "name")
    if len(words.cover) > MAX_COVER:
        raise BadInput("That warning is too long. At most {most} letters.", "cover", most=MAX_COVER)
    if any(len(shown.alt) > clean.MAX_ALT for shown in words.pictures):
        raise BadInput("That description is too long. At most {most} letters.", "pictures", most=clean.MAX_ALT)
    if len(words.pictures) > MAX_PICTURES:
        raise BadInput("At most {most} pictures. Leave some out.", "pictures", most=MAX_PICTURES)
    if not words.consent:
        raise BadInput("Tick that your post may be shown here: without that it stays with you.", "consent")


async def say(
    db: AsyncSession, event: Event, token: str, receipt: str, author_key: str, words: Words, now: datetime
) -> Post:
    """Take a post from the form. The same token again is the same post: sending twice says it once."""
    check(words)
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    if not event.collects:
        if event.state is EventState.ARCHIVED:
            raise Conflict("This event is over and takes no new posts. What was said stays.")
        raise Conflict("This event does not take new posts.")
    known = await db.get(Receipt, secrets.fingerprint(receipt))  # then other words are a change of the first
    incoming = web.incoming_post(
        token=token, author_key=author_key, text=_text(words), posted_at=now, name=words.name,
        lang=words.lang or None, content_warning=words.cover, question=words.question,
        in_room={"room": True, "elsewhere": False}.get(words.where), card_code=words.card_code or None,
        attachments=_attachments(words), reply_to_uri=words.to, edited_at=now if known else None,
    )  # fmt: skip
    post = await _take(db, event, incoming, words, now)
    await _seat(db, event, post, words)
    if known is None:
        version = consent.agree(event)
        db.add(Receipt(fingerprint=secrets.fingerprint(receipt), post_id=post.id, consent=version, created_at=now))
    return post


async def find_receipt(db: AsyncSession, event: Event, token: str) -> Post:
    """The post somebody holds the receipt of. Raises NotFound."""
    wanted = select(Post).join(Receipt, Receipt.post_id == Post.id).join(Post.author)
    mine = wanted.where(Receipt.fingerprint == secrets.fingerprint(token), Post.event_id == event.id)
    loaded = (
        contains_eager(Post.author), joinedload(Post.session), selectinload(Post.copies), joinedload(Post.decider),
        selectinload(Post.every_attachment).joinedload(Attachment.media),
        joinedload(Post.reply_to).joinedload(Post.author),
    )  # fmt: skip
    post = (await db.scalars(mine.options(*loaded))).unique().one_or_none()
    if post is None:
        raise NotFound("There is no receipt at this address.")
    return post


async def amend(db: AsyncSession, event: Event, receipt: str, words: Words, now: datetime) -> Post:
    """New words, warning and pictures for one's own post: judged like any other new version."""
    await log.lock(db, [event.id])
    post = await find_receipt(db, event, receipt)
    if post.gone_at is not None:
        raise Conflict("You took this post back. Write a new one if you like.")
    check(words)
    author = await db.get_one(Author, post.author_id)
    incoming = web.incoming_post(
        token=post.uri.removeprefix(web.URI), author_key=author.uri.removeprefix(web.AUTHOR_URI),
        text=_text(words), posted_at=post.posted_at, name=author.name, lang=post.lang,
        content_warning=words.cover, question=post.question, in_room=post.in_room, card_code=post.card_code,
        attachments=_attachments(words), reply_to_uri=post.reply_key, edited_at=now,
    )  # fmt: skip
    return await _take(db, event, incoming, words, now)


async def withdraw(db: AsyncSession, event: Event, receipt: str, now: datetime) -> None:
    """Take one's own post back: gone everywhere, at once."""
    await log.lock(db, [event.id])
    post = await find_receipt(db, event, receipt)
    if post.gone_at is None:
        for copy in post.copies:
            copy.gone_at = now
        await departure.purge(db, post, now)
        await db.flush()
        await log.append_posts(db, event.id, [post.id], now)


def _text(words: Words) -> str:
    """Beside a picture there may be no words at all."""
    return words.text.strip() if clean.is_visible(words.text) else ""


def _attachments(words: Words) -> list[IncomingAttachment]:
    return [IncomingAttachment("image", shown.url, alt=clean.alt(shown.alt)) for shown in words.pictures]


async def _take(db: AsyncSession, event: Event, incoming: IncomingPost, words: Words, now: datetime) -> Post:
    upstream = form_upstream(event.slug)
    skipped: Counter[str] = Counter()
    authors = {a.uri: a for a in await db.scalars(select(Author).where(Author.uri == incoming.author.uri))}
    taken = await intake.take(db, event, [incoming], upstream, authors, skipped, now)
    source = (await db.scalars(select(Source).where(Source.upstream == upstream))).one_or_none()
    if source is not None:
        source.seen, source.taken, source.succeeded_at = source.seen + 1, source.taken + taken, now
    found = select(Post).where(Post.event_id == event.id, Post.uri == incoming.uri)
    post = (await db.scalars(found)).one_or_none()
    if post is None:
        raise Conflict("This post cannot be taken.")
    await pictures.hang(db, post, [shown.media for shown in words.pictures if shown.media is not None])
    return post


async def _seat(db: AsyncSession, event: Event, post: Post, words: Words) -> None:
    """The session its author chose. What they left as it was proposed gives way to a tag in their words."""
    proposed = words.session == words.guess
    if not words.session or (proposed and post.session_how in (How.TAG, How.VARIANT, How.PARENT)):
        return
    id = int(words.session) if words.session.isascii() and words.session.isdigit() and len(words.session) < 10 else 0
    known = await db.scalar(select(Session.id).where(Session.id == id, Session.event_id == event.id))
    if known is not None or words.session == NO_SESSION:
        post.session_id, post.session_how = known, (How.CARD if proposed else How.SAID).value
