"""What the house already knows of a batch, read in a few queries before anything is written.

Owns the lookups by which copies find their post. Decides nothing; new things are told to it as they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.domain.refusals import Bars
from app.domain.sessions import Programme
from app.models import Author, Copy, Post, Tombstone, Verdict
from app.secrets import fingerprint
from ingest.types import Address, Incoming, IncomingAuthorChange, IncomingDeletion, IncomingMarks, IncomingPost

SETTLED = timedelta(minutes=1)
LOADED = (joinedload(Post.author), selectinload(Post.copies), selectinload(Post.attachments), joinedload(Post.reply_to))


@dataclass(slots=True)
class Known:
    """Of one event. Keys of `posts`: uri, page address, "server/local id"; for stand-ins, what they stand in for."""

    posts: dict[str, Post] = field(default_factory=dict)
    copies: dict[Address, Copy] = field(default_factory=dict)
    spoke: set[str] = field(default_factory=set)  # uris of authors who have written here before
    trusted: set[str] = field(default_factory=set)  # uris of authors whom a person approved and nobody hid
    newest: datetime | None = None  # when the newest post was said that had been here for a while
    bars: Bars = field(default_factory=Bars)  # what the batch must not bring in
    programme: Programme = field(default_factory=Programme)  # the sessions these items may be about

    def learn(self, post: Post) -> None:
        self.posts[post.uri] = post
        self.spoke.add(post.author.uri)
        for copy in post.copies:
            self.copies[Address(copy.network, copy.server, copy.local_id)] = copy
            for key in (copy.uri, copy.url, reply_key(Address(copy.network, copy.server, copy.local_id))):
                if key:
                    self.posts.setdefault(key, post)
            if post.bridged and copy.bridge_of:
                self.posts.setdefault(copy.bridge_of, post)


async def know(db: AsyncSession, event_id: int, items: Sequence[Incoming], now: datetime) -> Known:
    """Everything one event has that these items may be about."""
    known = Known()
    keys, addresses, authors = _mentioned(items)
    if not keys and not addresses:
        return known
    by_copy = select(Copy.post_id).where(
        Copy.event_id == event_id,
        or_(Copy.uri.in_(keys), Copy.url.in_(keys), Copy.bridge_of.in_(keys), Copy.local_id.in_(addresses)),
    )
    wanted = select(Post).where(Post.event_id == event_id, or_(Post.uri.in_(keys), Post.id.in_(by_copy)))
    for post in (await db.scalars(wanted.options(*LOADED))).unique():
        known.learn(post)
    await _know_voices(db, event_id, known, authors)
    settled = select(func.max(Post.posted_at)).where(Post.event_id == event_id, Post.received_at < now - SETTLED)
    known.newest = await db.scalar(settled)
    return known


async def _know_voices(db: AsyncSession, event_id: int, known: Known, authors: set[str]) -> None:
    approved = func.sum(case((and_(Post.verdict == Verdict.APPROVE, Post.decided_by.is_not(None)), 1), else_=0))
    hidden = func.sum(case((Post.verdict == Verdict.HIDE, 1), else_=0))
    voices = select(Author.uri, approved, hidden).join(Post, Post.author_id == Author.id)
    rows = await db.execute(voices.where(Post.event_id == event_id, Author.uri.in_(authors)).group_by(Author.uri))
    for uri, times_approved, times_hidden in rows:
        known.spoke.add(uri)
        if times_approved and not times_hidden:
            known.trusted.add(uri)


async def know_authors(db: AsyncSession, items: Iterable[Incoming]) -> dict[str, Author]:
    """The authors we have of these items, by uri."""
    uris = {i.author.uri for i in items if isinstance(i, IncomingPost)}
    uris |= {i.uri for i in items if isinstance(i, IncomingAuthorChange)}
    if not uris:
        return {}
    found = await db.scalars(select(Author).where(Author.uri.in_(uris)))
    return {author.uri: author for author in found}


Graves = dict[str, str | None]  # fingerprints of posts whose deletion came before they did, with its revision


async def buried(db: AsyncSession, items: Iterable[Incoming]) -> Graves:
    """Which of these posts were deleted before they came."""
    prints = {grave(i.address) for i in items if isinstance(i, IncomingPost)}
    if not prints:
        return {}
    found = await db.scalars(select(Tombstone).where(Tombstone.fingerprint.in_(prints)))
    return {stone.fingerprint: stone.rev for stone in found}


def is_overtaken(post: IncomingPost, graves: Graves) -> bool:
    """Whether its deletion was told first. What was written at the same address later is another post."""
    if (print_ := grave(post.address)) not in graves:
        return False
    return post.rev is None or post.rev <= (graves[print_] or "~")


def grave(address: Address) -> str:
    """What a tombstone keeps of an address."""
    return fingerprint("/".join(address))


def reply_key(address: Address) -> str:
    """How a post is named where the network gives only one server's own id."""
    return f"{address.server}/{address.local_id}"


def _mentioned(items: Sequence[Incoming]) -> tuple[set[str], set[str], set[str]]:
    keys: set[str] = set()
    local_ids: set[str] = set()
    authors: set[str] = set()
    for item in items:
        if isinstance(item, IncomingPost):
            quoted = item.quote.uri if item.quote else None
            keys |= {k for k in (item.uri, item.url, item.bridge_of, item.reply_to_uri, quoted) if k}
            local_ids |= {a.local_id for a in (item.address, item.reply_to) if a}
            authors.add(item.author.uri)
        elif isinstance(item, IncomingDeletion):
            keys |= {item.uri} if item.uri else set()
            local_ids |= {item.address.local_id} if item.address else set()
        elif isinstance(item, IncomingMarks):
            keys |= {item.uri} | ({item.quote.uri} if item.quote else set())
    return keys, local_ids, authors
