"""Who is here with which role; changing it, and taking it away. Somebody must always be able to run the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit
from app.domain.audit import Line
from app.errors import BadInput, Conflict, NotFound
from app.models import Account, Event, Invite, Membership, SignIn
from app.models.account import Role

GIVEN = (Role.ORGANISER, Role.MODERATOR, Role.REPORTER)  # to people; a screen is a browser


@dataclass(frozen=True, slots=True)
class Helper:
    account_id: int
    name: str
    role: Role
    whole_house: bool  # an organiser of every event here
    sign_ins: int


async def list_helpers(db: AsyncSession, event: Event | None, now: datetime) -> list[Helper]:
    """Of an event, the house's organisers after its own; or of the house alone."""
    signed_in = select(func.count()).where(SignIn.account_id == Account.id, SignIn.expires_at > now).scalar_subquery()
    wanted = select(Membership, Account.name, signed_in).join(Account, Account.id == Membership.account_id)
    rows = await db.execute(wanted.where(_within(event)).order_by(Account.name))
    found = [Helper(one.account_id, name, one.role, one.event_id is None, count) for one, name, count in rows]
    order = [Role.ORGANISER, Role.MODERATOR, Role.REPORTER, Role.SCREEN]
    return sorted(found, key=lambda one: (one.whole_house, order.index(one.role)))


async def change(db: AsyncSession, event: Event, account_id: int, role: Role, by: Account, now: datetime) -> Membership:
    """Raises BadInput, Conflict, NotFound. Counts from the next thing they ask for; what they have open closes."""
    if role not in GIVEN:
        raise BadInput("Choose what they may do here: organiser, moderator or reporter.", "role")
    membership = await _membership(db, event, account_id)
    if membership.role is Role.SCREEN:
        raise BadInput("A screen stays a screen. Invite the person who sits at it.", "role")
    if membership.role is role:
        return membership
    before, membership.role = membership.role, role
    withdrawn = 0
    if before is Role.ORGANISER:
        await _somebody_is_left(db, event)
        withdrawn = await _withdraw_theirs(db, event, account_id)
    detail = {"account": account_id, "before": before.value, "role": role.value, "withdrawn": withdrawn}
    await audit.note(db, event.id, by, Line("role", detail=detail), now)
    return membership


async def remove(db: AsyncSession, event: Event | None, account_id: int, by: Account, now: datetime) -> None:
    """Their role ends here; where they have none left anywhere, so do their sign-ins. Raises Conflict, NotFound."""
    membership = await _membership(db, event, account_id)
    role = membership.role
    await db.delete(membership)
    await db.flush()
    withdrawn = 0
    if role is Role.ORGANISER:
        await _somebody_is_left(db, event)
        withdrawn = await _withdraw_theirs(db, event, account_id)
    if await db.scalar(select(Membership.id).where(Membership.account_id == account_id).limit(1)) is None:
        await db.execute(delete(SignIn).where(SignIn.account_id == account_id))
    detail = {"account": account_id, "role": role.value, "withdrawn": withdrawn}
    await audit.note(db, event.id if event else None, by, Line("remove", detail=detail), now)


async def _membership(db: AsyncSession, event: Event | None, account_id: int) -> Membership:
    """Theirs in just this scope. All organisers' rows are locked first, in one order: of two who remove each other at
    the same moment, the second sees that the first was faster."""
    organisers = select(Membership.id).where(_within(event), Membership.role == Role.ORGANISER)
    await db.execute(organisers.order_by(Membership.id).with_for_update())
    scope = Membership.event_id.is_(None) if event is None else Membership.event_id == event.id
    wanted = select(Membership).where(Membership.account_id == account_id, scope)
    found = (await db.scalars(wanted.with_for_update().execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise NotFound("They are not here any more.")
    return found


async def _somebody_is_left(db: AsyncSession, event: Event | None) -> None:
    """Called after the change, in its transaction: the refusal takes it back."""
    await db.flush()
    able = select(Membership.id).join(Account, Account.id == Membership.account_id)
    able = able.where(_within(event), Membership.role == Role.ORGANISER, Account.password.is_not(None))
    if await db.scalar(able.limit(1)) is None:
        raise Conflict("Somebody must be able to run this. Make somebody else an organiser first.")


async def _withdraw_theirs(db: AsyncSession, event: Event | None, account_id: int) -> int:
    """Whoever is no organiser any more lets nobody in either."""
    scope = Invite.event_id.is_(None) if event is None else Invite.event_id == event.id
    theirs = delete(Invite).where(Invite.invited_by == account_id, scope, Invite.used_at.is_(None))
    gone: Sequence[str] = (await db.scalars(theirs.returning(Invite.fingerprint))).all()
    return len(gone)


def _within(event: Event | None) -> ColumnElement[bool]:
    whole_house = Membership.event_id.is_(None)
    return whole_house if event is None else whole_house | (Membership.event_id == event.id)
