"""How many posts are in each queue, and by what one can be narrowed. Counts are the desk's alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.control import reports
from app.domain.desk import ledger
from app.domain.desk.ledger import Ledger, Line
from app.models import Event, Session, Source, Verdict

Counts = dict[str, int]
Facets = dict[str, list[dict[str, Any]]]
MOST = 60  # choices of one kind


async def counts(db: AsyncSession, event: Event) -> Counts:
    """Posts by queue. Call inside `reading()`."""
    found = await ledger.read(db, event)
    return _by_queue(found) | {"reported": await reports.count_open(db, event.id)}


async def facets(db: AsyncSession, event: Event, found: Ledger, state: str, lines: Sequence[Line]) -> Facets:
    """What the posts of one queue can be narrowed by, the most first. `lines`: all that is in that queue."""
    key = "facets", state
    if key not in found.counted or state == "reported":  # reports are no entries
        found.counted[key] = _count(lines)
    whys, langs, sessions, sources = found.counted[key]
    titles = dict((await db.execute(select(Session.id, Session.title).where(Session.id.in_(sessions)))).all())
    ours = await db.scalars(select(Source).where(Source.event_id == event.id))
    places = {source.upstream: source.url.removeprefix("https://") or source.kind.value for source in ours}
    return {
        "sources": [_choice(key, places.get(key, key), n) for key, n in sources.most_common(MOST)],
        "sessions": [_choice(i, titles[i], n) for i, n in sessions.most_common(MOST) if i in titles],
        "langs": [_choice(lang, lang, n) for lang, n in langs.most_common(MOST) if lang],
        "reasons": [_choice(why, why, n) for why, n in whys.most_common(MOST) if why],
    }


def _by_queue(found: Ledger) -> Counts:
    if "counts" not in found.counted:
        verdicts = Counter(line.verdict for line in found.lines.values())
        counted = {verdict.value: verdicts[verdict] for verdict in Verdict}
        counted["waiting"] += sum(line.pictures_wait for line in found.lines.values())
        found.counted["counts"] = counted
    told: Counts = found.counted["counts"]
    return told


def _count(lines: Sequence[Line]) -> tuple[Counter[str], Counter[str], Counter[int], Counter[str]]:
    return (
        Counter(line.why for line in lines),
        Counter(line.language for line in lines),
        Counter(line.session for line in lines if line.session),
        Counter(source for line in lines for source in line.sources),
    )


def _choice(key: Any, label: str, number: int) -> dict[str, Any]:
    return {"key": str(key), "label": label, "n": number}
