"""Carries the event's answers to Mastodon, a few at a time; what did not go is tried again, more and more patiently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from app.database import Database
from app.domain.event import replies
from app.domain.event.replies import Carried, Errand
from app.lease import Holder
from app.models import Outgoing
from app.outbox import errors
from app.outbox.replies import reply, told
from app.settings import Settings
from ingest.http import Guard

log = structlog.get_logger(__name__)
Send = Callable[[Guard, Errand], Awaitable[Carried]]


class Replies:
    def __init__(
        self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime], send: Send = reply
    ) -> None:
        self._database, self._lease, self._settings = database, lease, settings
        self._clock, self._send = clock, send

    async def send_due(self) -> None:
        async with self._database.reading() as db:
            due = await replies.due(db, self._clock())
            errands = [(one, await replies.errand(db, one, self._settings.key)) for one in due]
        for one, errand in errands:
            await (self._carry(one.id, errand) if errand else self._drop(one.id))

    async def _carry(self, id: int, errand: Errand) -> None:
        async with self._lease.transaction() as db:
            if owed := await db.get(Outgoing, id):
                replies.begin(owed)
        guard = Guard(allow_private=self._settings.private_hosts, contact=self._settings.public_url)
        try:
            sent = await self._send(guard, errand)
        except errors.Trouble as trouble:
            log.info("reply.not_sent", reply=id, why=type(trouble).__name__)
            async with self._lease.transaction() as db:
                if owed := await db.get(Outgoing, id):
                    replies.failed(owed, *told(trouble), self._clock())
            return
        async with self._lease.transaction() as db:
            if owed := await db.get(Outgoing, id):
                await replies.carried(db, owed, errand.server, sent, self._clock())

    async def _drop(self, id: int) -> None:
        """What it would carry, or whom it would answer, is not to be seen any more."""
        async with self._lease.transaction() as db:
            if owed := await db.get(Outgoing, id):
                await db.delete(owed)
