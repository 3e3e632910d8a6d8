"""Holding a lease: the loop that keeps it, and the fence that stops a former owner's writes."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import process
from app.database import Database
from app.domain import leases
from app.errors import StrandError
from app.models import Lease

log = structlog.get_logger(__name__)
RENEW_EVERY = 5.0  # seconds; a third of leases.HELD


class LeaseLost(StrandError):
    """Somebody else does this now. The part that held the lease stops; nothing was written."""


class Holder:
    """Takes a lease when it is free and keeps it. `held()` waits for it; `transaction()` is the fence."""

    def __init__(self, database: Database, name: str, clock: Callable[[], datetime]) -> None:
        self._database, self._name, self._clock = database, name, clock
        # Who is found dead need not be waited for: after a crash the next one goes on at once.
        self._owner = f"{process.me()}:{secrets.token_hex(8)}"
        self._token: int | None = None
        self._changed = asyncio.Condition()

    @property
    def is_ours(self) -> bool:
        return self._token is not None

    async def run(self) -> None:
        """Try, renew, try again, for ever. On the way out the lease is given back."""
        try:
            while True:
                await self._set(await self._acquire())
                await asyncio.sleep(RENEW_EVERY if self.is_ours else RENEW_EVERY / 5)
        finally:
            await self._set(None)
            with contextlib.suppress(SQLAlchemyError, OSError):
                async with self._database.transaction() as db:
                    await leases.release(db, self._name, self._owner, self._clock())

    async def wait(self, ours: bool) -> None:
        """Return once the lease is (or is no longer) ours."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.is_ours is ours)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction that checks, inside itself, that the lease is still ours. Raises LeaseLost."""
        async with self._database.transaction() as db:
            newest = await db.scalar(select(Lease.token).where(Lease.name == self._name).with_for_update(read=True))
            if newest is None or newest != self._token:
                raise LeaseLost("Another process has taken over reading the networks.")
            yield db

    async def _acquire(self) -> int | None:
        try:
            async with self._database.transaction() as db:
                return await leases.acquire(db, self._name, self._owner, self._clock(), process.is_dead)
        except (SQLAlchemyError, OSError) as error:
            log.warning("lease.unreachable", lease=self._name, error=type(error).__name__)
            return None

    async def _set(self, token: int | None) -> None:
        if token == self._token:
            return
        self._token = token
        async with self._changed:
            self._changed.notify_all()
