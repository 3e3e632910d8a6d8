"""Sign-ins: where somebody is signed in, since when, last seen when; ending them, and a new password."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain import accounts, audit
from app.domain.audit import Line
from app.domain.team.invites import MARK
from app.errors import NotFound
from app.models import Account, SignIn


@dataclass(frozen=True, slots=True)
class Open:
    mark: str
    account_id: int
    name: str
    device: str  # as its browser calls itself
    created_at: datetime
    seen_at: datetime
    here: bool  # the one that asks


async def list_open(db: AsyncSession, account_ids: Collection[int], now: datetime, token: str = "") -> list[Open]:
    """The one used last first. `token`: that of whoever asks."""
    wanted = select(SignIn, Account.name).join(Account, Account.id == SignIn.account_id)
    wanted = wanted.where(SignIn.account_id.in_(account_ids), SignIn.expires_at > now)
    rows = await db.execute(wanted.order_by(SignIn.seen_at.desc(), SignIn.fingerprint))
    mine = secrets.fingerprint(token) if token else ""
    return [
        Open(
            one.fingerprint[:MARK], one.account_id, name, one.device, one.created_at, one.seen_at,
            one.fingerprint == mine,
        )
        for one, name in rows
    ]  # fmt: skip


async def revoke(
    db: AsyncSession, mark: str, account_ids: Collection[int], event_id: int | None, by: Account, now: datetime
) -> None:
    """End one, if it is of one of these. Sockets that listen with it close within a second. Raises NotFound."""
    gone = delete(SignIn).where(
        SignIn.account_id.in_(account_ids), SignIn.fingerprint.startswith(mark, autoescape=True)
    )
    whose: Sequence[int] = []
    if len(mark) == MARK:
        whose = (await db.scalars(gone.returning(SignIn.account_id))).all()
    if not whose:
        raise NotFound("This sign-in has ended already.")
    await audit.note(db, event_id, by, Line("revoke", detail={"account": whose[0]}), now)


async def change_password(
    db: AsyncSession, account: Account, password: str, hashed: str, token: str, now: datetime
) -> int:
    """`hashed` is made outside: it takes a while. Everywhere else they are signed out; how often. Raises BadInput."""
    accounts.check_password(password)
    await db.execute(update(Account).where(Account.id == account.id).values(password=hashed))
    others = delete(SignIn).where(SignIn.account_id == account.id, SignIn.fingerprint != secrets.fingerprint(token))
    ended = len((await db.scalars(others.returning(SignIn.fingerprint))).all())
    await audit.note(db, None, account, Line("password", detail={"ended": ended}), now)
    return ended


async def saw(db: AsyncSession, seen: Mapping[str, datetime]) -> None:
    """When each sign-in, by its fingerprint, was used last. In one order: no deadlock between processes."""
    if seen:
        await db.execute(_SAW, [{"of": fingerprint, "at": at} for fingerprint, at in sorted(seen.items())])


# On the table and not the model: no object in a session needs to hear of it.
_sign_in: Any = SignIn.__table__
_SAW = update(_sign_in).where(_sign_in.c.fingerprint == bindparam("of"), _sign_in.c.seen_at < bindparam("at"))
_SAW = _SAW.values(seen_at=bindparam("at"))
