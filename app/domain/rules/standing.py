"""know(): what the rules of one event ask of a batch beside what the house knows of it anyway.

Costs nothing where no option asks: each question is a statement only while its option is on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.desk import servers
from app.domain.raids import guard
from app.domain.raids.guard import Mode
from app.domain.rules.compiled import lists_of
from app.domain.rules.lists import NOTHING, Lists
from app.domain.rules.options import DEFAULTS, EARLIER, NEW, REPLIED, Options, options_of
from app.domain.rules.pace import Pace
from app.models import Author, Event, Policy, Post, Verdict
from ingest.types import Incoming, IncomingAuthor, IncomingPost, Network

MOST = 5_000  # posts of servers that are counted


@dataclass(slots=True)
class Standing:
    options: Options = DEFAULTS
    lists: Lists = field(default_factory=lambda: NOTHING)
    earlier: set[str] = field(default_factory=set)  # uris of authors approved in another event of this house
    replied: set[str] = field(default_factory=set)  # whom somebody trusted answered here
    pace: Pace = field(default_factory=Pace)


async def know(
    db: AsyncSession, event: Event, items: Sequence[Incoming], authors: Mapping[str, Author], now: datetime
) -> Standing:
    """`authors`: those of the items as far as we have them, by uri."""
    standing = Standing(options_of(event), await lists_of(db, event))
    options = standing.options
    posts = [item for item in items if isinstance(item, IncomingPost)]
    voices = {author.id: author for author in authors.values() if author.id is not None}
    if not posts:
        return standing
    if options.domain_most and (names := {server_of(post.author) for post in posts} - {""}):
        await _count_servers(db, event, names, _since(posts, options.domain_minutes, now), standing.pace)
    if not voices:
        return standing
    if EARLIER in options.passes and _asks_who(event, options):
        standing.earlier = {voices[i].uri for i in await db.scalars(_earlier(event.id, list(voices)))}
    if REPLIED in options.passes and _asks_who(event, options):
        standing.replied = {voices[i].uri for i in await db.scalars(_replied(event.id, list(voices)))}
    if options.author_most:
        since = _since(posts, options.author_minutes, now)
        for author_id, said, here in await db.execute(_times(event.id, since).where(Post.author_id.in_(voices))):
            standing.pace.authors[voices[author_id].uri].append((said, here))
    return standing


def server_of(author: Author | IncomingAuthor) -> str:
    """A server whose people are few enough to count together: nearly all of Bluesky shares one."""
    return servers.domain(author) if author.network is Network.MASTODON else ""


def _asks_who(event: Event, options: Options) -> bool:
    passing = event.policy is Policy.TRUSTED or guard.mode(event) is Mode.TRUSTED_ONLY
    return passing or options.pictures == NEW


def _earlier(event_id: int, authors: Sequence[int]) -> Select[int]:
    approved = and_(Post.event_id != event_id, Post.verdict == Verdict.APPROVE, Post.decided_by.is_not(None))
    counted = func.sum(case((approved, 1), else_=0)) > 0
    hidden = func.sum(case((Post.verdict == Verdict.HIDE, 1), else_=0)) > 0
    return select(Post.author_id).where(Post.author_id.in_(authors)).group_by(Post.author_id).having(counted, ~hidden)


def _replied(event_id: int, authors: Sequence[int]) -> Select[int]:
    """Answered by the event's own voice, or by somebody whom a person approved here and nobody hid."""
    answer, other, bad = aliased(Post), aliased(Post), aliased(Post)
    theirs = (other.event_id == event_id, other.author_id == answer.author_id)
    approved = exists().where(*theirs, other.verdict == Verdict.APPROVE, other.decided_by.is_not(None))
    hidden = exists().where(
        bad.event_id == event_id, bad.author_id == answer.author_id, bad.verdict == Verdict.HIDE
    )  # fmt: skip
    trusted = or_(Author.voice_of == event_id, and_(approved, not_(hidden)))
    return (
        select(Post.author_id)
        .join(answer, answer.reply_to_id == Post.id)
        .join(Author, Author.id == answer.author_id)
        .where(Post.event_id == event_id, Post.author_id.in_(authors), answer.author_id != Post.author_id)
        .where(answer.gone_at.is_(None), answer.verdict == Verdict.APPROVE, trusted)
        .distinct()
    )


Since = tuple[datetime | None, datetime]  # said, here; None: all of them are told live, and only that counts


def _since(posts: Sequence[IncomingPost], minutes: int, now: datetime) -> Since:
    """From when on posts may count."""
    window = timedelta(minutes=minutes)
    caught_up = [post.posted_at for post in posts if post.backfilled]
    return min(caught_up) - window if caught_up else None, now - window


def _times(event_id: int, since: Since) -> Select[int, datetime, datetime]:
    said, here = since
    times = select(Post.author_id, Post.posted_at, Post.received_at).where(Post.event_id == event_id)
    # Two ways through the store's indexes; most of the time the one is enough.
    lately = Post.received_at > here
    return times.where(lately if said is None else or_(lately, Post.posted_at > said))


async def _count_servers(db: AsyncSession, event: Event, names: set[str], since: Since, pace: Pace) -> None:
    of_these = or_(*(servers.clause(name) for name in sorted(names)))
    wanted = _times(event.id, since).add_columns(Author.handle).join(Author, Author.id == Post.author_id)
    for _, said, here, handle in await db.execute(wanted.where(of_these).order_by(Post.id.desc()).limit(MOST)):
        pace.servers[handle.lower().rpartition("@")[2]].append((said, here))
