"""How many posts are in each queue, and by what one can be narrowed. Counts are the desk's alone.

Kept by the log's number for as long as that stands: several desks ask every two seconds.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.audience import Audience, clause
from app.domain.control import reports
from app.domain.desk.sieve import in_state, pictures_wait
from app.domain.strand.findable import base_language
from app.models import Author, Copy, Event, Post, Session, Source

Counts = dict[str, int]
Facets = dict[str, list[dict[str, Any]]]
REMEMBERED = 64
MOST = 60  # choices of one kind
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


async def counts(db: AsyncSession, event: Event) -> Counts:
    """Posts by queue."""
    key = ("counts", event.id, *await log.head(db, event.id))
    found: Counts = _kept.get(key) or _keep(key, await _counts(db, event))
    return found | {"reported": await reports.count_open(db, event.id)}


async def facets(db: AsyncSession, event: Event, state: str) -> Facets:
    """What the posts of one queue can be narrowed by, the most first."""
    key = ("facets", event.id, *await log.head(db, event.id), state)
    found: Facets = _kept.get(key) or _keep(key, await _facets(db, event, state))
    return found


def _keep(key: tuple[Any, ...], value: Any) -> Any:
    _kept[key] = value
    while len(_kept) > REMEMBERED:
        _kept.popitem(last=False)
    return value


async def _counts(db: AsyncSession, event: Event) -> Counts:
    wait = case((pictures_wait(), 1), else_=0)
    query = select(Post.verdict, wait, func.count()).join(Author, Author.id == Post.author_id)
    rows = await db.execute(query.where(Post.event_id == event.id, clause(Audience.DESK)).group_by(Post.verdict, wait))
    found = dict.fromkeys(("waiting", "hold", "approve", "hide", "later"), 0)
    for verdict, waits, number in rows:
        found[verdict.value] += number
        found["waiting"] += number if waits else 0
    return found


async def _facets(db: AsyncSession, event: Event, state: str) -> Facets:
    mine = Post.event_id == event.id, clause(Audience.DESK), in_state(event.id, state)
    said = Post.why, Post.lang, Post.session_id
    query = select(*said, func.count()).join(Author, Author.id == Post.author_id).where(*mine).group_by(*said)
    whys, langs, sessions = Counter[str](), Counter[str](), Counter[int]()
    for why, lang, session, number in await db.execute(query):
        whys[why] += number
        langs[base_language(lang) if lang else ""] += number
        sessions[session or 0] += number
    titles = dict((await db.execute(select(Session.id, Session.title).where(Session.id.in_(sessions)))).all())
    return {
        "sources": await _sources(db, event, state),
        "sessions": [_choice(i, titles[i], n) for i, n in sessions.most_common(MOST) if i in titles],
        "langs": [_choice(lang, lang, n) for lang, n in langs.most_common(MOST) if lang],
        "reasons": [_choice(why, why, n) for why, n in whys.most_common(MOST) if why],
    }


async def _sources(db: AsyncSession, event: Event, state: str) -> list[dict[str, Any]]:
    mine = Post.event_id == event.id, clause(Audience.DESK), in_state(event.id, state), Copy.gone_at.is_(None)
    posts = func.count(Copy.post_id.distinct())
    query = select(Copy.upstream, posts).join(Post, Post.id == Copy.post_id).join(Author, Author.id == Post.author_id)
    found = (await db.execute(query.where(*mine).group_by(Copy.upstream).order_by(posts.desc()).limit(MOST))).all()
    ours = await db.scalars(select(Source).where(Source.event_id == event.id))
    places = {source.upstream: source.url.removeprefix("https://") or source.kind.value for source in ours}
    return [_choice(upstream, places.get(upstream, upstream), n) for upstream, n in found]


def _choice(key: Any, label: str, number: int) -> dict[str, Any]:
    return {"key": str(key), "label": label, "n": number}
