"""One person says the same on two networks: the second posting becomes a copy of the first, with both marks shown.

Same words, close in time, same display name; that the pictures of the two accounts are one is the job's to find out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, selectinload

from app.domain import log
from app.domain.posts.known import reply_key
from app.domain.strand import search
from app.models import Author, Copy, Decision, Event, EventState, Post
from ingest.types import Address

CLOSE = timedelta(minutes=15)
ALIKE = 0.75  # of the shorter one's words are also the longer one's
FEWEST = 5  # words: "Good morning!" twice says nothing
_WORD = re.compile(r"\w+")
_NOT_SAID = re.compile(r"https?://\S+|[@#＃]\S+")  # links, names and tags differ between networks


@dataclass(frozen=True, slots=True)
class Pair:
    """Two postings that may be one. The first said is the original."""

    event_id: int
    original_id: int
    second_id: int
    pictures: tuple[str, str]  # addresses of the two accounts' pictures


def alike(one: str, other: str) -> bool:
    """Whether two texts are one text, cut or turned a little for another network."""
    words, others = _words(one), _words(other)
    shorter, longer = sorted((words, others), key=lambda bag: bag.total())
    return shorter.total() >= FEWEST and (shorter & longer).total() >= ALIKE * shorter.total()


async def candidates(db: AsyncSession, now: datetime) -> Sequence[Pair]:
    """Postings of the last while that may be somebody's second saying of the same."""
    recent = (
        select(Post)
        .join(Post.author)
        .join(Event, Event.id == Post.event_id)
        .where(
            Event.state.in_([EventState.LIVE, EventState.REHEARSAL]),
            Post.received_at > now - 2 * CLOSE,
            Post.gone_at.is_(None),
            Post.withheld_at.is_(None),
            Author.avatar_url.is_not(None),
        )
    )
    on_two = select(Author.name).where(Author.name != "").group_by(Author.name)
    named = recent.where(Author.name.in_(on_two.having(func.count(Author.network.distinct()) > 1)))
    people: defaultdict[tuple[int, str], list[Post]] = defaultdict(list)
    for post in await db.scalars(named.options(contains_eager(Post.author)).order_by(Post.posted_at, Post.id)):
        people[post.event_id, post.author.name].append(post)
    return [pair for posts in people.values() for one, two in combinations(posts, 2) if (pair := _pair(one, two))]


async def merge(db: AsyncSession, pair: Pair, now: datetime) -> None:
    """The second posting's copies become the original's, its answers answer the original, and it is one post."""
    await log.lock(db, [pair.event_id])
    wanted = select(Post).where(Post.id.in_([pair.original_id, pair.second_id]), Post.gone_at.is_(None))
    posts = {p.id: p for p in await db.scalars(wanted.options(selectinload(Post.copies)))}
    if len(posts) < 2:
        return  # one of them left meanwhile
    original, second = posts[pair.original_id], posts[pair.second_id]
    keys = {second.uri, *(reply_key(Address(c.network, c.server, c.local_id)) for c in second.copies)}
    answers = Post.event_id == pair.event_id, (Post.reply_to_id == second.id) | Post.reply_key.in_(keys)
    await db.execute(update(Post).where(*answers).values(reply_to_id=original.id))
    await db.execute(update(Copy).where(Copy.post_id == second.id).values(post_id=original.id, crosspost=True))
    await db.execute(update(Decision).where(Decision.post_id == second.id).values(post_id=original.id))
    db.expire(second, ["copies"])
    await db.refresh(second, ["copies"])
    await search.forget(db, [second.id])
    await db.delete(second)
    await db.flush()
    await search.renew(db, [original.id])
    await log.append_posts(db, pair.event_id, [second.id, original.id], now)


def _pair(first: Post, second: Post) -> Pair | None:
    if first.network == second.network or second.posted_at - first.posted_at > CLOSE:
        return None
    pictures = (first.author.avatar_url, second.author.avatar_url)
    if not all(pictures) or not alike(first.text, second.text):
        return None
    return Pair(first.event_id, first.id, second.id, (pictures[0] or "", pictures[1] or ""))


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_NOT_SAID.sub(" ", text).casefold()))
