"""People who sign in: invited by a link, with a password of their own. No default account exists."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app import secrets
from app.domain import audit
from app.domain.audit import Line
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Account, Event, Invite, Membership, SignIn
from app.models.account import Role
from ingest.text.clean import line

INVITED_FOR = timedelta(days=7)
FIRST_LINK_FOR = timedelta(hours=24)
SIGNED_IN_FOR = timedelta(hours=12)
SCREEN_FOR = timedelta(days=120)  # nobody climbs up to a projector to sign in again
_RANK = {Role.ORGANISER: 3, Role.MODERATOR: 2, Role.REPORTER: 1, Role.SCREEN: 0}
PASSWORD_MIN, PASSWORD_MAX = 10, 128
USED_UP = N_("This invitation is used up or too old. Ask for a new one.")


async def invite(
    db: AsyncSession, event: Event | None, role: Role, now: datetime, by: Account | None = None,
    lasts: timedelta = INVITED_FOR, note: str = "",
) -> str:  # fmt: skip
    """A link's word for one person, once. `event` None: an organiser of the whole house. `note`: for whom, or the name
    of the screen that its browser becomes."""
    token = secrets.new_token()
    await audit.note(db, event.id if event else None, by, Line("invite", detail={"role": role.value}), now)
    db.add(
        Invite(
            fingerprint=secrets.fingerprint(token), event_id=event.id if event else None, role=role,
            invited_by=by.id if by else None, created_at=now, expires_at=now + lasts, note=note,
        )
    )  # fmt: skip
    return token


async def find_invite(db: AsyncSession, token: str, now: datetime, lock: bool = False) -> Invite:
    """Raises NotFound where it was never made, is used or too old: one answer for all three."""
    wanted = select(Invite).where(Invite.fingerprint == secrets.fingerprint(token))
    found = (await db.scalars(wanted.with_for_update() if lock else wanted)).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise NotFound(USED_UP)
    return found


async def _for_a_person(db: AsyncSession, token: str, now: datetime) -> Invite:
    found = await find_invite(db, token, now, lock=True)
    if found.role is Role.SCREEN:  # that of a browser, which has no password
        raise NotFound(USED_UP)
    return found


async def accept(db: AsyncSession, token: str, name: str, password: str, hashed: str, now: datetime) -> Account:
    """Make an account from an invitation. `hashed` is the password's, made outside: it takes a while.

    Raises NotFound, BadInput, Conflict.
    """
    found = await _for_a_person(db, token, now)
    name = line(name, 100)
    if not name:
        raise BadInput("Choose the name others will see at the desk.", "name")
    check_password(password)
    if await db.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise Conflict("Somebody here has that name already. Choose another, or sign in.")
    account = Account(name=name, password=hashed, created_at=now)
    db.add(account)
    await db.flush()
    await _take(db, found, account, now)
    return account


def check_password(password: str) -> None:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadInput(
            "A password has {least} to {most} characters. Any will do.",
            "password",
            least=PASSWORD_MIN,
            most=PASSWORD_MAX,
        )


async def become_screen(db: AsyncSession, token: str, device: str, now: datetime) -> tuple[str, int, str]:
    """Make the browser that took the invitation a screen: the word of its long sign-in, its event, its name.

    It has an account of its own, without a password, so that it can be seen and removed like anybody's.
    """
    found = await find_invite(db, token, now, lock=True)
    if found.role is not Role.SCREEN or found.event_id is None:
        raise NotFound(USED_UP)
    name = base = f"{found.note} ({await db.scalar(select(Event.slug).where(Event.id == found.event_id))})"
    for again in range(2, 100):
        if await db.scalar(select(Account.id).where(Account.name == name[:100])) is None:
            break
        name = f"{base[:90]} {again}"
    account = Account(name=name[:100], password=None, created_at=now)
    db.add(account)
    await db.flush()
    await _take(db, found, account, now)
    return await sign_in(db, account, device, now, SCREEN_FOR), found.event_id, found.note


async def _take(db: AsyncSession, found: Invite, account: Account, now: datetime) -> None:
    db.add(Membership(account_id=account.id, event_id=found.event_id, role=found.role))
    found.used_at = now
    line = Line("join", detail={"role": found.role.value, "invited_by": found.invited_by})
    await audit.note(db, found.event_id, account, line, now)


async def join(db: AsyncSession, token: str, account: Account, now: datetime) -> None:
    """Take an invitation with an account one has already."""
    found = await _for_a_person(db, token, now)
    wanted = select(Membership).where(Membership.account_id == account.id, Membership.event_id == found.event_id)
    membership = (await db.scalars(wanted)).one_or_none()
    if membership is None:
        await _take(db, found, account, now)
        return
    if _RANK[found.role] > _RANK[membership.role]:
        membership.role = found.role
        await audit.note(db, found.event_id, account, Line("join", detail={"role": found.role.value}), now)
    found.used_at = now


async def find_for_sign_in(db: AsyncSession, name: str) -> Account | None:
    return (await db.scalars(select(Account).where(Account.name == line(name, 100)))).one_or_none()


async def sign_in(
    db: AsyncSession, account: Account, device: str, now: datetime, lasts: timedelta = SIGNED_IN_FOR
) -> str:
    """The cookie's word for a new sign-in. The password was checked before, outside any transaction."""
    token = secrets.new_token()
    db.add(
        SignIn(
            fingerprint=secrets.fingerprint(token), account_id=account.id, created_at=now, seen_at=now,
            expires_at=now + lasts, device=line(device, 120),
        )
    )  # fmt: skip
    await audit.note(db, None, account, Line("sign in"), now)
    return token


async def who(db: AsyncSession, token: str, now: datetime) -> Account | None:
    """Whose sign-in this is, if it still counts."""
    wanted = select(SignIn).where(SignIn.fingerprint == secrets.fingerprint(token)).options(joinedload(SignIn.account))
    found = (await db.scalars(wanted)).one_or_none()
    return found.account if found is not None and found.expires_at > now else None


async def sign_out(db: AsyncSession, token: str) -> None:
    await db.execute(delete(SignIn).where(SignIn.fingerprint == secrets.fingerprint(token)))


async def role_in(db: AsyncSession, account: Account, event: Event | None) -> Role | None:
    """The highest role somebody has: of the event, or of the whole house."""
    wanted = select(Membership.role).where(Membership.account_id == account.id)
    scope = Membership.event_id.is_(None) if event is None else Membership.event_id.in_([event.id])
    roles = (await db.scalars(wanted.where(scope | Membership.event_id.is_(None)))).all()
    return max(roles, key=lambda role: _RANK[role], default=None)


async def has_organiser(db: AsyncSession) -> bool:
    """Whether anybody can sign in and run the house."""
    people = select(Membership.id).join(Account, Account.id == Membership.account_id)
    found = people.where(
        Membership.role == Role.ORGANISER, Membership.event_id.is_(None), Account.password.is_not(None)
    )
    return await db.scalar(found.limit(1)) is not None


def reaches(role: Role | None, needed: Role) -> bool:
    return role is not None and _RANK[role] >= _RANK[needed]
