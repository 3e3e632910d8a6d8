"""Leases: what only one process may do at a time. The token rises with every new owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Lease

INGEST = "ingest"  # reading the networks, and the jobs
HELD = timedelta(seconds=15)


async def acquire(
    db: AsyncSession, name: str, owner: str, now: datetime, is_dead: Callable[[str], bool] = lambda _: False
) -> int | None:
    """The fencing token, if the lease is free, run out, a dead process's or already ours; else None."""
    lease = (await db.scalars(select(Lease).where(Lease.name == name).with_for_update())).one_or_none()
    if lease is None:
        db.add(Lease(name=name, owner=owner, token=1, expires_at=now + HELD))
        return 1
    if lease.owner != owner and lease.expires_at > now and not is_dead(lease.owner):
        return None
    if lease.owner != owner:
        lease.owner, lease.token = owner, lease.token + 1
    lease.expires_at = now + HELD
    return lease.token


async def release(db: AsyncSession, name: str, owner: str, now: datetime) -> None:
    await db.execute(update(Lease).where(Lease.name == name, Lease.owner == owner).values(expires_at=now))
