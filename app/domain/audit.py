"""The audit log: what people did here, in order, each line chained to the one before by its hash. Append-only.

Holds ids, verdicts, reasons and words of our own; never what somebody wrote. Written in the transaction of the act.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import insert_unless_there
from app.models import Account, AuditLine, Chain

HOUSE = 0  # the chain of what belongs to no event


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `act`: two words at most, like "decide", "freeze", "invite"; `detail`: ids and our own words."""

    act: str
    post_id: int | None = None
    verdict: str = ""
    why: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


async def note(
    db: AsyncSession, event_id: int | None, by: Account | None, lines: Line | Sequence[Line], now: datetime
) -> None:
    """Add to an event's chain, or to the house's. `by` None: the command line, or time."""
    lines = [lines] if isinstance(lines, Line) else lines
    chain = await _chain(db, event_id or HOUSE)
    rows = []
    for line in lines:
        chain.length += 1
        row = {
            "chain_id": chain.id, "number": chain.length, "at": now.astimezone(UTC), "act": line.act,
            "account_id": by.id if by else None, "post_id": line.post_id, "verdict": line.verdict, "why": line.why,
            "detail": line.detail,
        }  # fmt: skip
        chain.head = row["hash"] = link(chain.head, row)
        rows.append(row)
    if rows:
        await db.execute(insert(AuditLine), rows)
        await db.flush()


def link(head: str, row: dict[str, Any]) -> str:
    """The hash of a line: of the one before it, and of everything it says."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = [head, row["chain_id"], row["number"], at, row["account_id"], row["act"], row["post_id"], row["verdict"]]
    said += [row["why"], row["detail"]]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _chain(db: AsyncSession, chain_id: int) -> Chain:
    """Its row, locked until the transaction ends. Of two who begin a chain at once the second waits for the first."""
    wanted = select(Chain).where(Chain.id == chain_id).with_for_update().execution_options(populate_existing=True)
    if (found := (await db.scalars(wanted)).one_or_none()) is not None:
        return found
    await insert_unless_there(db, Chain, id=chain_id, length=0, head="")
    return (await db.scalars(wanted)).one()
