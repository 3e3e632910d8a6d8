"""Somebody outside the desk says that a post should be looked at again. A report hides nothing by itself.

Several, from different browsers, hold a post that only a rule let pass; and of those only a few at a time, so that a
crowd with a grudge cannot empty an open wall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.domain import log, moderation
from app.domain.audience import Audience, may_see
from app.domain.posts.taken_back import is_taken_back
from app.errors import N_, BadInput, NotFound, TooLong, Withdrawn
from app.models import Event, Policy, Post, Report, Verdict

REASONS = {
    "attack": N_("It attacks somebody"),
    "shown": N_("It shows somebody who did not agree"),
    "private": N_("It gives away something private"),
    "spam": N_("It is advertising, or the same again and again"),
    "other": N_("Something else"),
}
MAX_WORDS = 500
ENOUGH = 3  # browsers
OF_A_NETWORK = 2  # of them at most, where they are newcomers: one machine can be as many browsers as it likes
AT_ONCE = 10  # posts that reports alone hold, until a person looked
WHY = "reported"


def check(reason: str, words: str) -> None:
    """Raises BadInput."""
    if reason not in REASONS:
        raise BadInput("Choose what is wrong with it.", "reason")
    if len(words) > MAX_WORDS:
        raise TooLong(len(words) - MAX_WORDS, "words")


async def report(
    db: AsyncSession, event: Event, post_id: int, reason: str, words: str, browser: str, now: datetime
) -> None:
    """Once per browser and post: the same again changes nothing. Raises BadInput, NotFound, Withdrawn.

    `browser`: a pseudonym; behind a dot its network's, of a newcomer from a network that is not the venue's.
    """
    check(reason, words)
    await log.lock(db, [event.id])
    post = await _shown(db, event, post_id)
    name = browser.partition(".")[0]
    same = (Report.browser == name) | Report.browser.startswith(f"{name}.", autoescape=True)
    mine = select(Report.id).where(Report.post_id == post.id, same)
    if await db.scalar(mine) is not None:
        return
    db.add(Report(
        event_id=event.id, post_id=post.id, reason=reason, words=words.strip(), browser=browser, created_at=now
    ))  # fmt: skip
    await db.flush()
    if await _is_enough(db, event, post):
        moderation.record(db, post, Verdict.HOLD, None, WHY, now)
        await db.flush()
    await log.append_posts(db, event.id, [post.id], now)  # also where it hides nothing: the desk counts it


def voices(browsers: Sequence[str]) -> int:
    """How many different people these are at least, as far as can be told: whoever posted, or is in the venue, is one;
    the newcomers of any other network are two at most, so that throwing cookies away makes nobody a crowd."""
    networks = Counter(browser.partition(".")[2] for browser in browsers)
    known = networks.pop("", 0)
    return known + sum(min(count, OF_A_NETWORK) for count in networks.values())


async def list_open(db: AsyncSession, event_id: int, limit: int) -> Sequence[tuple[int, list[Report]]]:
    """Posts with reports nobody has seen to, those with the oldest report first. Without who reported."""
    first = func.min(Report.created_at)
    ids = select(Report.post_id).join(Report.post).where(*_open(event_id)).group_by(Report.post_id)
    posts = (await db.scalars(ids.order_by(first, Report.post_id).limit(limit))).all()
    wanted = select(Report).where(Report.post_id.in_(posts), Report.closed_at.is_(None)).order_by(Report.id)
    found: dict[int, list[Report]] = {post_id: [] for post_id in posts}
    for each in await db.scalars(wanted):
        found[each.post_id].append(each)
    return list(found.items())


async def count_open(db: AsyncSession, event_id: int) -> int:
    """Posts, not reports."""
    query = select(func.count(Report.post_id.distinct())).join(Report.post).where(*_open(event_id))
    return (await db.execute(query)).scalar_one()


def open_posts(event_id: int) -> Select[int]:
    """A query for their ids."""
    return select(Report.post_id).join(Report.post).where(*_open(event_id))


def _open(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """What was hidden or left meanwhile needs nobody's eyes any more."""
    here = Post.gone_at.is_(None) & Post.withheld_at.is_(None) & (Post.verdict != Verdict.HIDE)
    return Report.event_id == event_id, Report.closed_at.is_(None), here


async def _shown(db: AsyncSession, event: Event, post_id: int) -> Post:
    wanted = select(Post).join(Post.author).where(Post.event_id == event.id, Post.id == post_id)
    post = (await db.scalars(wanted.options(contains_eager(Post.author)))).one_or_none()
    if post is not None and may_see(post, Audience.PUBLIC):
        return post
    if await is_taken_back(db, event.id, post_id):
        raise Withdrawn("This post was taken back by its author.")
    raise NotFound("There is no such post here.")


async def _is_enough(db: AsyncSession, event: Event, post: Post) -> bool:
    """Whether this post, which no person has read, is to be held until one has."""
    policy = await db.scalar(select(Event.policy).where(Event.id == event.id))
    if policy not in (Policy.OPEN, Policy.DELAY) or post.verdict is not Verdict.APPROVE or post.decided_by is not None:
        return False
    browsers = select(Report.browser).where(Report.post_id == post.id, Report.closed_at.is_(None))
    if voices((await db.scalars(browsers)).all()) < ENOUGH:
        return False
    held = select(func.count()).where(Post.event_id == event.id, Post.verdict == Verdict.HOLD, Post.why == WHY)
    return (await db.execute(held)).scalar_one() < AT_ONCE
