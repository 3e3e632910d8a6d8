"""Whether the audit log is whole: every line follows from the one before, and from what was sealed of it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audit import link
from app.models import AuditLine, Chain, Event

MANY = 2_000  # lines read at once


@dataclass(frozen=True, slots=True)
class Seal:
    """What was noted outside the database: line `number` of a chain had this hash."""

    chain_id: int
    number: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line of a chain that is not as it was written, and what is wrong with it."""

    chain: str  # the event's address, or "" for the house
    number: int
    why: str


MISSING = "it is missing"
CHANGED = "it says something else than when it was written"
LEFT_OVER = "it was added past the house"
CUT = "it is missing, though its seal is there: the end was cut off, or an older backup was restored"
REWRITTEN = "it is another than the one that was sealed: the log was written anew"


async def verify(db: AsyncSession, seals: Sequence[Seal] = ()) -> tuple[int, list[Broken]]:
    """How many lines there are, and the first broken line of each chain that has one. Reads all; for a command."""
    slugs: dict[int, str] = dict((await db.execute(select(Event.id, Event.slug))).all())
    chains = {chain.id: (chain.length, chain.head) for chain in await db.scalars(select(Chain))}
    lines = await db.scalar(select(func.count()).select_from(AuditLine)) or 0
    sealed = {seal.chain_id for seal in seals}
    written = set(await db.scalars(select(AuditLine.chain_id).distinct()))
    broken = []
    for chain_id in sorted(chains.keys() | sealed | written):
        its = {seal.number: seal.head for seal in seals if seal.chain_id == chain_id}
        found = await _first_broken(db, chain_id, *chains.get(chain_id, (0, "")), its)
        if found is not None:
            broken.append(Broken(slugs.get(chain_id, f"#{chain_id}" if chain_id else ""), *found))
    return lines, broken


async def _first_broken(
    db: AsyncSession, chain_id: int, length: int, head: str, sealed: dict[int, str]
) -> tuple[int, str] | None:
    here, number = "", 0
    while rows := await _lines(db, chain_id, number):
        for row in rows:
            number += 1
            if row.number != number:
                return number, MISSING
            if number > length:
                return number, LEFT_OVER
            if link(here, _said(row)) != row.hash:
                return number, CHANGED
            if sealed.get(number, row.hash) != row.hash:
                return number, REWRITTEN
            here = row.hash
    if any(n > number for n in sealed):
        return number + 1, CUT
    if number < length:
        return number + 1, MISSING
    return None if here == head else (number, CHANGED)


async def _lines(db: AsyncSession, chain_id: int, after: int) -> Sequence[AuditLine]:
    wanted = select(AuditLine).where(AuditLine.chain_id == chain_id, AuditLine.number > after)
    found = (await db.scalars(wanted.order_by(AuditLine.number).limit(MANY))).all()
    for line in found:
        db.expunge(line)  # a long log need not fit into memory
    return found


def _said(row: AuditLine) -> dict[str, object]:
    names = ("chain_id", "number", "at", "account_id", "act", "post_id", "verdict", "why", "detail")
    return {name: getattr(row, name) for name in names}
