"""What a network says of a post beside its words: labels, a thread's host who hid it, a quote that was detached.

A label may hide or hold what was shown, and give it back when it goes. No label ever deletes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import moderation
from app.domain.audience import HIDDEN_IN_THREAD, HIDING_LABELS
from app.domain.posts import quotes
from app.domain.posts.known import Known
from app.domain.rules import COVERING_LABELS, HOLDING, HOLDING_LABELS, Facts, Hit, judge
from app.models import Decision, Event, Part, Post, Verdict
from ingest.types import IncomingMarks, IncomingQuote

NO_QUOTES = "app.bsky.feed.postgate#disableRule"


async def note(db: AsyncSession, event: Event, known: Known, said: IncomingMarks, now: datetime) -> list[Post]:
    """Take it in. Returns the posts that look different now."""
    post = known.posts.get(said.uri)
    # A bridge's copy and a second posting lend their network's mark and have no say.
    if post is None or post.gone_at is not None or post.uri != said.uri:
        return []
    if said.version is not None and said.version != post.version:
        return []
    changed = [post] if await _labels(db, post, said, now) | _quote(known, post, said.quote) else []
    if said.quote_policy is not None and said.quote_policy != post.quote_policy:
        post.quote_policy = said.quote_policy
        changed += await _quoting(db, post) if said.quote_policy == NO_QUOTES else []
    return changed


def as_quote(known: Known, quote: IncomingQuote | None) -> dict[str, Any] | None:
    """A quote as the store keeps it: without words where they are gone, or where their author will not be quoted."""
    if quote is None:
        return None
    quoted = known.posts.get(quote.uri)
    unwilling = quoted is not None and quoted.quote_policy == NO_QUOTES
    left = quoted is not None and quoted.gone_at is not None
    if unwilling or left or quote.state == "gone" or known.bars.bar_uri(quote.uri):
        return quotes.taken_back(quote.uri)
    words = [dict(s) for s in quote.segments]
    return {"uri": quote.uri, "state": quote.state, "name": quote.author_name, "words": words}


def carried(post: Post, labels: Collection[str]) -> list[str]:
    """The labels of a new version. What hid the old one goes on until its network says otherwise."""
    return list(dict.fromkeys((*labels, *(word for word in post.labels or () if word in HIDING_LABELS))))


async def weigh(db: AsyncSession, post: Post, before: Collection[str], after: Collection[str], now: datetime) -> bool:
    """The labels of a post and its author changed: hold what nobody read with them, let go what only they held."""
    gained, held = set(after) - set(before), HOLDING_LABELS.intersection(after)
    if gained & HOLDING_LABELS and post.verdict in (Verdict.APPROVE, Verdict.WAITING):
        moderation.record(db, post, Verdict.HOLD, None, "label", now)
        post.fired = [Hit("label").kept(), *(hit for hit in post.fired if hit["key"] in HOLDING - {"label"})]
        return True
    if held or post.verdict is not Verdict.HOLD or post.why != "label" or HOLDING_LABELS.isdisjoint(before):
        return False
    await _let_go(db, post, after, now)
    return True


async def _labels(db: AsyncSession, post: Post, said: IncomingMarks, now: datetime) -> bool:
    before = list(post.labels)
    after = [word for word in (before if said.labels is None else said.labels) if word != HIDDEN_IN_THREAD]
    if said.hidden or (said.hidden is None and HIDDEN_IN_THREAD in before):
        after.append(HIDDEN_IN_THREAD)
    if set(after) == set(before):
        return False
    post.labels = after
    theirs = post.author.labels
    weighed = await weigh(db, post, (*before, *theirs), (*after, *theirs), now)
    return weighed or not (HIDING_LABELS | COVERING_LABELS).isdisjoint(set(before) ^ set(after))


async def _let_go(db: AsyncSession, post: Post, labels: Collection[str], now: datetime) -> None:
    """As it was before the label; where there is no before, as the event's rules have it."""
    of_words = Decision.post_id == post.id, Decision.part == Part.POST, Decision.why != "label"
    newest_first = select(Decision).where(*of_words).order_by(Decision.id.desc())
    earlier = (await db.scalars(newest_first.limit(1))).first()
    if earlier is not None and earlier.version == post.version:
        person = None if earlier.undoes_id is not None else earlier.account_id
        moderation.record(db, post, earlier.verdict, person, earlier.why, now)
        return
    event = await db.get_one(Event, post.event_id)
    others = tuple(Hit(hit["key"], hit["detail"]) for hit in post.fired if hit["key"] in HOLDING - {"label"})
    given = Facts(frozenset(labels), frozenset({post.trust} - {""}), hits=others)
    ruling = judge(event, given, now)
    moderation.record(db, post, ruling.verdict, None, ruling.why, now, due_at=ruling.due_at)
    post.fired = [hit.kept() for hit in ruling.fired]


def _quote(known: Known, post: Post, quote: IncomingQuote | None) -> bool:
    if quote is None or post.quote is None or post.quote["uri"] != quote.uri:
        return False
    new = as_quote(known, quote)
    if new == post.quote:
        return False
    post.quote = new
    return True


async def _quoting(db: AsyncSession, quoted: Post) -> list[Post]:
    """Posts that have this one inside: now without its words."""
    posts = await quotes.quoting(db, quoted.event_id, [quoted.uri])
    for post in posts:
        post.quote = quotes.taken_back(quoted.uri)
    return posts
