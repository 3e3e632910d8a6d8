"""What the house already knows of a batch, read before anything is written: one glance, then the posts it found.

Owns the lookups by which copies find their post. Decides nothing; new things are told to it as they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, Text, and_, bindparam, case, func, literal_column, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.domain.control.refusals import Bars
from app.domain.rules.standing import Standing
from app.domain.schedule.sessions import Programme
from app.models import Author, Copy, Post, Room, Tombstone, Verdict
from app.secrets import fingerprint
from ingest.types import Address, Incoming, IncomingAuthorChange, IncomingDeletion, IncomingMarks, IncomingPost

SETTLED = timedelta(minutes=1)
LOADED = (
    joinedload(Post.author), selectinload(Post.copies), selectinload(Post.every_attachment), joinedload(Post.reply_to),
)  # fmt: skip
Graves = dict[str, str | None]  # fingerprints of posts whose deletion came before they did, with its revision


@dataclass(slots=True)
class Known:
    """Of one event. Keys of `posts`: uri, page address, "server/local id"; for stand-ins, what they stand in for."""

    posts: dict[str, Post] = field(default_factory=dict)
    copies: dict[Address, Copy] = field(default_factory=dict)
    spoke: set[str] = field(default_factory=set)  # uris of authors who have written here before
    trusted: set[str] = field(default_factory=set)  # uris of authors whom a person approved and nobody hid
    hidden: set[str] = field(default_factory=set)  # uris of authors of whom somebody hid something
    newest: datetime | None = None  # when the newest post was said that had been here for a while
    graves: Graves = field(default_factory=dict)  # of those of the batch that were deleted before they came
    bars: Bars = field(default_factory=Bars)  # what the batch must not bring in
    awaited: set[str] = field(default_factory=set)  # how posts that are here name what they answer, which is not
    has_rooms: bool = False
    programme: Programme = field(default_factory=Programme)  # the sessions these items may be about
    standing: Standing = field(default_factory=Standing)  # what the event's rules ask beside all this

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

    def welcome(self, post: Post, incoming: IncomingPost) -> None:
        """Learn a post that has just been made, and is not in the store yet."""
        self.spoke.add(incoming.author.uri)
        self.posts[post.uri] = post
        for key in (incoming.url, reply_key(incoming.address), incoming.bridge_of):
            if key:
                self.posts.setdefault(key, post)
        if post.reply_to is None and post.reply_key:
            self.awaited.add(post.reply_key)


async def know(
    db: AsyncSession, event_id: int, items: Sequence[Incoming], authors: Mapping[str, Author], now: datetime
) -> Known:
    """Everything one event has that these items may be about. `authors`: those of the items, as far as we have them."""
    known = Known()
    asked = _mentioned(items)
    if not asked["keys"] and not asked["local_ids"]:
        return known
    voices = {author.id: uri for uri, author in authors.items() if author.id is not None}
    asked |= {"event": event_id, "settled": now - SETTLED, "authors": list(voices)}
    held: list[int] = []
    for what, id, word, more, moment in await db.execute(_GLANCE, asked):
        match what:
            case "newest":
                known.newest = moment
            case "post":
                held.append(id)
            case "voice":
                known.spoke.add(voices[id])
                known.trusted |= {voices[id]} if word == "trusted" else set()
                known.hidden |= {voices[id]} if word == "hidden" else set()
            case "waits":
                known.awaited.add(word)
            case "grave":
                known.graves[word] = more
            case "room":
                known.has_rooms = True
    if held:
        for post in (await db.scalars(_POSTS, {"held": held})).unique():
            known.learn(post)
    return known


async def know_authors(db: AsyncSession, items: Iterable[Incoming]) -> dict[str, Author]:
    """The authors we have of these items, by uri."""
    uris = {i.author.uri for i in items if isinstance(i, IncomingPost)}
    uris |= {i.uri for i in items if isinstance(i, IncomingAuthorChange)}
    if not uris:
        return {}
    found = await db.scalars(_AUTHORS, {"uris": list(uris)})
    return {author.uri: author for author in found}


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


def _mentioned(items: Sequence[Incoming]) -> dict[str, Any]:
    """What to look for: `keys` may name a post or a parent, `names` are those of the items' own posts."""
    keys: set[str] = set()
    names: set[str] = set()
    local_ids: set[str] = set()
    graves: set[str] = set()
    for item in items:
        if isinstance(item, IncomingPost):
            quoted = item.quote.uri if item.quote else None
            keys |= {k for k in (item.uri, item.url, item.bridge_of, item.reply_to_uri, quoted) if k}
            names |= {item.uri, reply_key(item.address)}
            local_ids |= {a.local_id for a in (item.address, item.reply_to) if a}
            graves.add(grave(item.address))
        elif isinstance(item, IncomingDeletion):
            keys |= {item.uri} if item.uri else set()
            local_ids |= {item.address.local_id} if item.address else set()
        elif isinstance(item, IncomingMarks):
            keys |= {item.uri} | ({item.quote.uri} if item.quote else set())
    return {"keys": list(keys), "names": list(names), "local_ids": list(local_ids), "graves": list(graves)}


def _look(what: str, id: Any = None, word: Any = None, more: Any = None, moment: Any = None) -> Select[Any]:
    given = (null() if column is None else column for column in (id, word, more, moment))
    return select(literal_column(f"'{what}'"), *given)


def _any(name: str) -> Any:
    return bindparam(name, expanding=True)


def _glance() -> Any:
    """All the questions about one event in one statement, made once: to make and to send each costs more than to answer
    them. A row for each thing found; its first word says what it is."""
    event: Any = bindparam("event")
    keys = _any("keys")
    approved = func.sum(case((and_(Post.verdict == Verdict.APPROVE, Post.decided_by.is_not(None)), 1), else_=0))
    hidden = func.sum(case((Post.verdict == Verdict.HIDE, 1), else_=0))
    named = or_(Copy.uri.in_(keys), Copy.url.in_(keys), Copy.bridge_of.in_(keys), Copy.local_id.in_(_any("local_ids")))
    nothing = null().cast(Integer), null().cast(Text), null().cast(Text)
    here = Post.event_id == event
    return union_all(
        _look("newest", *nothing, func.max(Post.posted_at)).where(here, Post.received_at < bindparam("settled")),
        _look("post", Post.id).where(here, Post.uri.in_(keys)),
        _look("post", Copy.post_id).where(Copy.event_id == event, named),
        _look("voice", Post.author_id, case((hidden > 0, "hidden"), (approved > 0, "trusted")))
        .where(here, Post.author_id.in_(_any("authors")))
        .group_by(Post.author_id),
        _look("waits", None, Post.reply_key).where(here, Post.reply_key.in_(_any("names")), Post.reply_to_id.is_(None)),
        _look("grave", None, Tombstone.fingerprint, Tombstone.rev).where(Tombstone.fingerprint.in_(_any("graves"))),
        _look("room").where(select(Room.id).where(Room.event_id == event).exists()),
    )


_GLANCE = _glance()
_POSTS = select(Post).where(Post.id.in_(_any("held"))).options(*LOADED)
_AUTHORS = select(Author).where(Author.uri.in_(_any("uris")))
