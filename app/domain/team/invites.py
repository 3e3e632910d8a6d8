"""Invitations that wait: made for somebody, listed, withdrawn. Taking one is in app/domain/accounts.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import accounts, audit
from app.domain.audit import Line
from app.errors import BadInput, Conflict, NotFound
from app.models import Account, Event, Invite
from app.models.account import Role
from ingest.text.clean import line

MOST = 200  # open at once
MARK = 16  # letters of the fingerprint: enough to name one, nothing to use it with


@dataclass(frozen=True, slots=True)
class Waiting:
    mark: str
    role: Role
    note: str
    by: str  # who made it, or "" for the command line
    created_at: datetime
    expires_at: datetime


async def make(db: AsyncSession, event: Event | None, role: Role, note: str, by: Account, now: datetime) -> str:
    """The link's word. `note`: for whom, or the name of a screen. Raises BadInput, Conflict."""
    note = line(note, 101)
    if len(note) > 100:
        raise BadInput("That is too long for a note. A name is enough.", "note")
    if role is Role.SCREEN and not note:
        raise BadInput("A screen needs a name, so that you can tell it from the others.", "note")
    if event is None and role is not Role.ORGANISER:
        raise BadInput("The house has organisers only. Others are invited to an event.", "role")
    if len(await list_open(db, event, now)) >= MOST:
        raise Conflict("So many invitations wait already. Withdraw some first.")
    return await accounts.invite(db, event, role, now, by, note=note)


async def list_open(db: AsyncSession, event: Event | None, now: datetime) -> list[Waiting]:
    """The newest first."""
    scope = Invite.event_id.is_(None) if event is None else Invite.event_id == event.id
    wanted = select(Invite, func.coalesce(Account.name, "")).outerjoin(Account, Account.id == Invite.invited_by)
    rows = await db.execute(
        wanted.where(scope, Invite.used_at.is_(None), Invite.expires_at > now).order_by(Invite.created_at.desc())
    )
    return [
        Waiting(one.fingerprint[:MARK], one.role, one.note, name, one.created_at, one.expires_at) for one, name in rows
    ]


async def withdraw(db: AsyncSession, event: Event | None, mark: str, by: Account, now: datetime) -> None:
    """Raises NotFound where it is used, too old or withdrawn: somebody who took it is among the people by now."""
    scope = Invite.event_id.is_(None) if event is None else Invite.event_id == event.id
    named = Invite.fingerprint.startswith(mark, autoescape=True)
    found: Sequence[Role] = []
    if len(mark) == MARK:
        gone = delete(Invite).where(scope, Invite.used_at.is_(None), named).returning(Invite.role)
        found = (await db.scalars(gone)).all()
    if not found:
        raise NotFound("This invitation does not wait any more: it was used, withdrawn or too old.")
    await audit.note(db, event.id if event else None, by, Line("withdraw", detail={"role": found[0].value}), now)
