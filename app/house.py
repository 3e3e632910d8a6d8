"""The House that ingest sees, made real: sources with their secrets opened, cursors, receive, reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import secrets
from app.database import Database, retrying
from app.domain import intake
from app.lease import Holder
from app.models import Author, Copy, Event, EventState, Post, Source
from app.settings import Settings
from ingest.text import tags
from ingest.types import Address, Batch, Held, Network, SourceConfig, SourceState


class RealHouse:
    """`lease` guards every write: a process that lost the ingest lease while it was asleep must not write any more."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime], lease: Holder) -> None:
        self._database, self._settings, self._clock, self._lease = database, settings, clock, lease

    async def sources(self) -> Sequence[SourceConfig]:
        async with self._database.reading() as db:
            wanted = select(Source, Event).join(Event, Event.id == Source.event_id).order_by(Source.id)
            collecting = Event.state.in_([EventState.LIVE, EventState.REHEARSAL])
            rows = (await db.execute(wanted.where(Source.enabled, collecting, Source.kind != Network.FORM))).all()
        return [config_of(source, event, self._settings) for source, event in rows]

    async def cursor(self, source_id: int) -> str | None:
        async with self._database.reading() as db:
            return await db.scalar(select(Source.cursor).where(Source.id == source_id))

    async def known(self, uris: Collection[str]) -> set[str]:
        found: set[str] = set()
        wanted = list(uris)
        async with self._database.reading() as db:
            for start in range(0, len(wanted), 500):
                part = wanted[start : start + 500]
                alive = select(Copy.uri).where(Copy.uri.in_(part), Copy.gone_at.is_(None))
                found |= set(await db.scalars(alive)) | set(
                    await db.scalars(select(Author.uri).where(Author.uri.in_(part)))
                )
        return found

    async def held(self, upstream: str, limit: int) -> Sequence[Held]:
        async with self._database.reading() as db:
            alive = select(Copy).join(Copy.post).where(Copy.upstream == upstream, Copy.gone_at.is_(None))
            newest = alive.where(Post.gone_at.is_(None)).order_by(Post.posted_at.desc(), Copy.id.desc()).limit(limit)
            copies = (await db.scalars(newest)).all()
        return [Held(c.uri, Address(c.network, c.server, c.local_id), c.version) for c in copies]

    async def receive(self, batch: Batch) -> None:
        async def act() -> None:
            async with self._lease.transaction() as db:
                await intake.receive(db, batch, self._clock())

        await retrying(act)

    async def report(self, upstream: str, state: SourceState) -> None:
        async with self._lease.transaction() as db:
            values: dict[str, Any] = {
                "mode": state.mode, "ok": state.ok, "reason": state.reason, "reported_at": state.at, "lag": state.lag
            }  # fmt: skip
            if state.ok:
                values["succeeded_at"] = state.at
            await db.execute(update(Source).where(Source.upstream == upstream).values(**values))


def config_of(source: Source, event: Event, settings: Settings) -> SourceConfig:
    """A source as its reader gets it: its secrets opened, its tags normalised."""
    token = secrets.unseal(settings.key, source.token_sealed) if source.token_sealed else None
    local = tuple(source.settings.get("local", ())) if event.rehearsal is not None else ()
    return SourceConfig(
        id=source.id, event=event.slug, kind=source.kind, upstream=source.upstream, url=source.url, token=token,
        tags=tuple(tags.normalise(t) for t in event.matching_tags), settings=source.settings,
        allow_private=(*settings.private_hosts, *local),
    )  # fmt: skip
