"""Sends the mail that is owed, and tries again where it did not go: after 1, 5 and 30 minutes, then no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select

from app.database import Database
from app.errors import StrandError
from app.lease import Holder
from app.models import Outgoing
from app.outbox import letters, mail
from app.settings import Settings

log = structlog.get_logger(__name__)
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
STALE = timedelta(days=1)  # older news is none: the house was closed meanwhile
AT_ONCE = 20
Send = Callable[[mail.Server, mail.Mail], Awaitable[None]]
Gettexts = Mapping[str, Callable[[str], str]]


class Deliveries:
    def __init__(
        self, database: Database, lease: Holder, settings: Settings, gettexts: Gettexts,
        clock: Callable[[], datetime], send: Send = mail.send,
    ) -> None:  # fmt: skip
        """`gettexts`: by language; English where a language is not among them."""
        self._database, self._lease, self._settings = database, lease, settings
        self._gettexts, self._clock, self._send = gettexts, clock, send

    async def send_due(self) -> None:
        if not self._settings.smtp_url:
            return
        through = mail.server(self._settings.smtp_url, urlsplit(self._settings.public_url).hostname or "")
        for owed in await self._due():
            await self._record(owed.id, await self._tried(through, owed))

    async def _due(self) -> Sequence[Outgoing]:
        now = self._clock()
        unsent = select(Outgoing).where(
            Outgoing.kind == "mail", Outgoing.sent_at.is_(None), Outgoing.due_at <= now,
            Outgoing.created_at > now - STALE, Outgoing.tries <= len(AGAIN),
        )  # fmt: skip
        async with self._database.reading() as db:
            return (await db.scalars(unsent.order_by(Outgoing.due_at, Outgoing.id).limit(AT_ONCE))).all()

    async def _tried(self, through: mail.Server, owed: Outgoing) -> str:
        """Why it did not go; empty where it did."""
        gettext = self._gettexts.get(owed.content["language"][:2], str)
        try:
            await self._send(through, letters.written(owed.content, self._settings.public_url, gettext))
        except StrandError as error:
            return error.sentence
        return ""

    async def _record(self, id: int, failed: str) -> None:
        now = self._clock()
        async with self._lease.transaction() as db:
            owed = await db.get(Outgoing, id)
            if owed is None:
                return  # its event was removed meanwhile
            owed.tries, owed.failed = owed.tries + 1, failed[:300]
            if not failed:
                owed.sent_at = now
            elif owed.tries <= len(AGAIN):
                owed.due_at = now + AGAIN[owed.tries - 1]
            else:
                log.warning("mail.given_up", mail=owed.key.partition(":")[0], why=failed)
