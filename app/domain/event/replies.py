"""Replies owed to Mastodon: what the event's voice said here, carried by its own account to whoever it answers.

One for one post, one after the other, never many at once. Sends nothing: the outbox does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app import secrets
from app.domain import log
from app.domain.audience import Audience, may_see
from app.domain.posts import crossposts
from app.domain.posts.crossposts import Pair
from app.domain.sources import connections, sources
from app.errors import NotFound
from app.models import Connection, Copy, Event, Outgoing, Post, Source
from ingest.types import Network

KIND = "reply"
APART = timedelta(seconds=20)  # between two replies of one event
AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240))
STALE = timedelta(days=1)
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Errand:
    """One reply as it goes out."""

    server: str
    token: str
    uri: str  # of the post it answers
    local_id: str | None  # what that server calls it, where we know
    handle: str  # whom it answers
    words: str
    lang: str | None
    key: str  # the same try twice is one reply
    tried: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """The reply as its server knows it."""

    local_id: str
    uri: str
    url: str | None
    author_uri: str


async def owe(db: AsyncSession, event: Event, post: Post, answer: Post, now: datetime) -> None:
    """Needs post.author and post.copies loaded. Nothing where it was not said on Mastodon, or we have no account."""
    key = f"{KIND}:{event.id}:{post.id}"
    if post.network is not Network.MASTODON or not await connections.list_connections(db, event):
        return
    if await db.scalar(select(Outgoing.id).where(Outgoing.key == key)) is not None:
        return
    last = await db.scalar(
        select(func.max(Outgoing.due_at)).where(Outgoing.event_id == event.id, Outgoing.kind == KIND)
    )
    due = max(now, last + APART) if last else now
    content = {"post": post.id, "answer": answer.id}
    db.add(Outgoing(event_id=event.id, kind=KIND, key=key, content=content, created_at=now, due_at=due))
    await db.flush()


async def due(db: AsyncSession, now: datetime) -> Sequence[Outgoing]:
    wanted = select(Outgoing).where(
        Outgoing.kind == KIND, Outgoing.sent_at.is_(None), Outgoing.due_at <= now, Outgoing.created_at > now - STALE,
        Outgoing.tries <= len(AGAIN),
    )  # fmt: skip
    return (await db.scalars(wanted.order_by(Outgoing.due_at, Outgoing.id).limit(AT_ONCE))).all()


async def errand(db: AsyncSession, owed: Outgoing, key: str) -> Errand | None:
    """What is to be sent now; None where there is nothing to send any more, or nobody to send it as."""
    loaded = (joinedload(Post.author), selectinload(Post.copies))
    wanted = select(Post).where(Post.id.in_([owed.content["post"], owed.content["answer"]]))
    posts = {post.id: post for post in await db.scalars(wanted.options(*loaded))}
    post, answer = posts.get(owed.content["post"]), posts.get(owed.content["answer"])
    if post is None or answer is None or not all(may_see(one, Audience.PUBLIC) for one in (post, answer)):
        return None
    event = await db.get_one(Event, post.event_id)
    known = {c.server: c.local_id for c in post.copies if c.network is Network.MASTODON and c.gone_at is None}
    account = _nearest(await connections.list_connections(db, event), known)
    token = secrets.unseal(key, account.secret_sealed) if account and account.secret_sealed else None
    if account is None or token is None:
        return None
    local_id = known.get(urlsplit(account.server).netloc)
    return Errand(
        account.server, token, post.uri, local_id, post.author.handle, answer.text, answer.lang, owed.key,
        bool(owed.content.get("begun")),
    )  # fmt: skip


def begin(owed: Outgoing) -> None:
    """Whatever becomes of this try: the next one looks first whether it went after all."""
    owed.content = owed.content | {"begun": True}


async def carried(db: AsyncSession, owed: Outgoing, server: str, sent: Carried, now: datetime) -> None:
    """It is out. What comes back through the stream is then a copy of what we said here."""
    answer = await db.get(Post, owed.content["answer"], options=[joinedload(Post.author)])
    owed.sent_at, owed.failed, owed.tries = now, "", owed.tries + 1
    if answer is None:
        return
    await log.lock(db, [answer.event_id])
    host = urlsplit(server).netloc
    here = select(Copy).where(Copy.event_id == answer.event_id, Copy.network == Network.MASTODON)
    same = (Copy.uri == sent.uri) | ((Copy.server == host) & (Copy.local_id == sent.local_id))
    copies = (await db.scalars(here.where(same).order_by(Copy.id))).all()
    for other in sorted({copy.post_id for copy in copies} - {answer.id}):  # the stream was faster than we
        await crossposts.merge(db, Pair(answer.event_id, answer.id, other, ("", "")), now)
    if not any((copy.server, copy.local_id) == (host, sent.local_id) for copy in copies):
        upstream = await _upstream(db, answer.event_id, server)
        db.add(
            Copy(
                event_id=answer.event_id, post=answer, network=Network.MASTODON, server=host, local_id=sent.local_id,
                uri=sent.uri, url=sent.url, author_uri=sent.author_uri, upstream=upstream, crosspost=True,
                version=answer.version, checked_at=now,
            )
        )  # fmt: skip
    answer.url = sent.url
    await db.flush()
    await log.append_posts(db, answer.event_id, [answer.id], now)


def failed(owed: Outgoing, words: str, host: str, now: datetime) -> None:
    """Not this time. `words`: the sentence, with {host}, in which the desk is told."""
    owed.tries, owed.failed = owed.tries + 1, words.format(host=host)[:300]
    owed.content = owed.content | {"words": words, "host": host}
    if owed.tries <= len(AGAIN):
        owed.due_at = now + AGAIN[owed.tries - 1]


async def again(db: AsyncSession, event: Event, post_id: int, now: datetime) -> None:
    """Try now, and with the same patience as at first. Raises NotFound."""
    owed = (await db.scalars(of(event, [post_id]).where(Outgoing.sent_at.is_(None)).with_for_update())).one_or_none()
    if owed is None:
        raise NotFound("Nothing waits to be sent there.")
    owed.tries, owed.due_at, owed.created_at = min(owed.tries, 1), now, now


def is_given_up(owed: Outgoing, now: datetime) -> bool:
    return owed.sent_at is None and (owed.tries > len(AGAIN) or owed.created_at <= now - STALE)


def of(event: Event, post_ids: Sequence[int]) -> Select[Outgoing]:
    """The replies owed to these posts, sent ones too."""
    return select(Outgoing).where(Outgoing.key.in_([f"{KIND}:{event.id}:{post_id}" for post_id in post_ids]))


def _nearest(accounts: Sequence[Connection], known: dict[str, str]) -> Connection | None:
    """One that works before one that does not; one whose server knows the post before one that has to look for it."""
    by_worth = sorted(accounts, key=lambda a: (not a.ok, urlsplit(a.server).netloc not in known, a.id))
    return by_worth[0] if by_worth else None


async def _upstream(db: AsyncSession, event_id: int, server: str) -> str:
    """The reader that looks after what that server knows."""
    there = select(Source.upstream).where(Source.event_id == event_id, Source.url == server)
    return await db.scalar(there.order_by(Source.id).limit(1)) or sources.mastodon_upstream(server, "")
