"""The audit log as it is read: the newest first, by person and kind of act, and whole for a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.audit import HOUSE
from app.errors import N_
from app.models import Account, AuditLine, Event

NOBODY = 0  # in a filter: the command line, a link, the house by itself

# What is asked for together. Every act there is belongs to one; a test holds that.
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "posts": (
        N_("Posts"),
        frozenset({"decide", "undo", "note", "answer", "excuse", "unexcuse", "answering", "answered", "unanswered"}),
    ),
    "screens": (
        N_("Screens"),
        frozenset(
            {"freeze", "release", "blank", "unblank", "screen", "rename screen", "remove screen", "link", "end link"}
            | {"place screen", "pair screen", "screen mode", "screen look", "screen quiet", "screen says"}
            | {"screen silent", "screen pause", "screen goes", "spotlight", "spotlight off", "pin", "unpin", "sponsors"}
        ),
    ),
    "people": (
        N_("People"),
        frozenset({"invite", "withdraw", "join", "role", "remove", "revoke", "password", "sign in"}),
    ),
    "rules": (
        N_("Rules and lists"),
        frozenset({"rules", "list", "unlist", "clear list", "import list", "raid"}),
    ),
    "event": (
        N_("The event"),
        frozenset(
            {"settings", "life", "found", "address", "cards", "schedule", "source", "connect", "disconnect", "restore"}
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`account` None: everybody; NOBODY: who has no name here. `kind`: a key of KINDS, or "" for all."""

    account: int | None = None
    kind: str = ""


async def page(db: AsyncSession, event: Event | None, wanted: Wanted, before: int, limit: int) -> Sequence[AuditLine]:
    """The newest before a number."""
    lines = select(AuditLine).where(AuditLine.chain_id == (event.id if event else HOUSE), AuditLine.number < before)
    if wanted.account is not None:
        lines = lines.where(
            AuditLine.account_id.is_(None) if wanted.account == NOBODY else AuditLine.account_id == wanted.account
        )
    if wanted.kind:
        lines = lines.where(AuditLine.act.in_(KINDS[wanted.kind][1]))
    return (await db.scalars(lines.order_by(AuditLine.number.desc()).limit(limit))).all()


async def stretch(db: AsyncSession, event: Event | None, after: int, limit: int) -> Sequence[AuditLine]:
    """The oldest after a number: all of it, a stretch at a time."""
    lines = select(AuditLine).where(AuditLine.chain_id == (event.id if event else HOUSE), AuditLine.number > after)
    return (await db.scalars(lines.order_by(AuditLine.number).limit(limit))).all()


async def who_acted(db: AsyncSession, event: Event | None) -> list[tuple[int, str]]:
    """Everybody who is in the log, by name."""
    here = select(AuditLine.account_id).where(AuditLine.chain_id == (event.id if event else HOUSE)).distinct()
    rows = await db.execute(select(Account.id, Account.name).where(Account.id.in_(here)).order_by(Account.name))
    return [(account_id, name) for account_id, name in rows]


async def names(db: AsyncSession, lines: Collection[AuditLine]) -> dict[int, str]:
    """Of everybody these lines speak of."""
    ids = {line.account_id for line in lines} | {line.detail.get("account") for line in lines}
    rows = await db.execute(select(Account.id, Account.name).where(Account.id.in_(ids - {None})))
    return dict(rows.all())
