"""What was done: removals asked for and done; when screens were frozen and the event guarded, out of the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.raids.guard import Mode
from app.models import AuditLine, Event, Source
from app.models.removal import Removal, RemovalState
from app.models.source import Tally

MOST = 2_000  # lines of the audit log
BEGINS = {"freeze": "freeze", "blank": "blank"}
ENDS = {"release": "freeze", "unblank": "blank"}
MODES = frozenset(mode.value for mode in Mode)


@dataclass(frozen=True, slots=True)
class Span:
    """From when till when; still so, where `to` is None."""

    kind: str  # freeze, blank or raid
    since: datetime
    to: datetime | None


async def removals(db: AsyncSession, event: Event) -> Mapping[RemovalState, int]:
    counted = select(Removal.state, func.count()).where(Removal.event_id == event.id).group_by(Removal.state)
    found: dict[RemovalState, int] = {}
    for state, n in await db.execute(counted):
        found[state] = n
    return found


async def skipped(db: AsyncSession, event: Event) -> Mapping[str, int]:
    """What was left out, by reason, of all sources together."""
    total = func.sum(Tally.count)
    counted = select(Tally.reason, total).join(Source, Source.id == Tally.source_id).where(Source.event_id == event.id)
    rows = await db.execute(counted.group_by(Tally.reason).order_by(total.desc(), Tally.reason))
    return {reason: int(n) for reason, n in rows if n}


async def spans(db: AsyncSession, event: Event) -> list[Span]:
    """In the order in which they began."""
    wanted = select(AuditLine.act, AuditLine.at, AuditLine.detail).where(
        AuditLine.chain_id == event.id, AuditLine.act.in_([*BEGINS, *ENDS, "raid"])
    )  # fmt: skip
    lines = (await db.execute(wanted.order_by(AuditLine.number).limit(MOST))).all()
    return list(paired(((_step(act, str(detail.get("mode", ""))), at) for act, at, detail in lines)))


def paired(steps: Iterable[tuple[tuple[str, bool] | None, datetime]]) -> list[Span]:
    """Beginnings with their ends. What begins twice began the first time. Pure."""
    open_: dict[str, datetime] = {}
    done: list[Span] = []
    for step, at in steps:
        if step is None:
            continue
        kind, begins = step
        if begins:
            open_.setdefault(kind, at)
        elif kind in open_:
            done.append(Span(kind, open_.pop(kind), at))
    done += [Span(kind, since, None) for kind, since in open_.items()]
    return sorted(done, key=lambda span: (span.since, span.kind))


def _step(act: str, mode: str) -> tuple[str, bool] | None:
    """(kind, whether it begins). A raid's proposals and what is told of the spare tag are none."""
    if act == "raid":
        return ("raid", mode != "off") if mode in MODES or mode == "off" else None
    return (BEGINS[act], True) if act in BEGINS else (ENDS[act], False)
