"""Looks for people's words: in posts of ours, in profiles on either network, on pages of their own."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.control import claims
from app.lease import Holder
from app.models import Claim, Event, EventState, Source
from app.settings import Settings
from ingest import lookup
from ingest.bluesky.appview import PUBLIC
from ingest.http import Guard, OutboundError
from ingest.lookup import Elsewhere, Shown, Unknown
from ingest.types import Network

log = structlog.get_logger(__name__)
AT_ONCE = 8
PER_HOST = 6  # looks a minute; everything of Bluesky is one host
MINUTE = timedelta(minutes=1)
SECONDS = 10.0


class Claims:
    """`find` asks only our own store; `look` goes out."""

    def __init__(self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock
        self._guard = Guard(allow_private=settings.private_hosts, contact=settings.public_url)
        self._asked: defaultdict[str, deque[datetime]] = defaultdict(deque)

    async def find(self) -> None:
        async with self._database.reading() as db:
            found = await claims.found_in_posts(db, self._clock())
            if not found and not await claims.is_behind(db, self._clock()):
                return
        async with self._lease.transaction() as db:
            for claim_id, uri in found:
                await claims.prove(db, claim_id, uri, "post", self._clock())
            await claims.link_newcomers(db)
            await claims.lapse(db, self._clock())

    async def look(self) -> None:
        async with self._database.reading() as db:
            due = await claims.due(db, self._clock(), 50)
            appview = await _appview(db)
        chosen = self._choose(due)
        if not chosen:
            return
        async with asyncio.TaskGroup() as group:
            for claim in chosen:
                group.create_task(self._one(claim, appview))

    def _choose(self, due: Sequence[Claim]) -> list[Claim]:
        """A few, and none of a host that was asked enough in the last minute: it waits for a later turn."""
        now = self._clock()
        for host in [host for host, asked in self._asked.items() if not asked or asked[-1] <= now - MINUTE]:
            del self._asked[host]
        chosen: list[Claim] = []
        for claim in due:
            asked = self._asked[_host(claim)]
            while asked and asked[0] <= now - MINUTE:
                asked.popleft()
            if len(asked) < PER_HOST and len(chosen) < AT_ONCE:
                asked.append(now)
                chosen.append(claim)
        return chosen

    async def _one(self, claim: Claim, appview: str) -> None:
        try:
            shown = await self._shown(claim, appview)
            reason = "" if claims.says(shown.text, claim.person.word) else "not_there"
        except Unknown:
            reason = "unknown"
        except Elsewhere:
            reason = "elsewhere"
        except OutboundError as error:
            log.info("claim.not_looked_at", why=str(error)[:200])
            reason = "away"
        async with self._lease.transaction() as db:
            if reason:
                await claims.note_look(db, claim.id, reason, self._clock())
            else:
                how = "page" if claim.network is None else "bio"
                await claims.prove(db, claim.id, shown.uri, how, self._clock())

    async def _shown(self, claim: Claim, appview: str) -> Shown:
        async with self._guard.client(SECONDS) as client:
            if claim.network is Network.MASTODON:
                return await lookup.mastodon(self._guard, client, claim.handle)
            if claim.network is Network.BLUESKY:
                return await lookup.bluesky(self._guard, client, appview, claim.uri or claim.handle)
            return await lookup.page(client, claim.handle)


async def _appview(db: AsyncSession) -> str:
    """Where Bluesky's profiles are asked for: as the sources of real events do it."""
    named = select(Source.settings).join(Event, Event.id == Source.event_id).where(
        Source.kind == Network.BLUESKY, Source.enabled, Event.state != EventState.REHEARSAL
    )  # fmt: skip
    for settings in await db.scalars(named.order_by(Source.id)):
        if settings.get("appview"):
            return str(settings["appview"])
    return PUBLIC


def _host(claim: Claim) -> str:
    if claim.network is Network.MASTODON:
        return claim.handle.partition("@")[2].lower()
    return "bluesky" if claim.network is Network.BLUESKY else urlsplit(claim.handle).netloc.lower()
