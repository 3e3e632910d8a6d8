"""The House that ingest sees, made real: sources with their secrets opened, cursors, receive, reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from app import secrets
from app.database import Database, retrying
from app.domain import intake
from app.domain.posts import rechecks
from app.domain.sources import bluesky_account, connections
from app.lease import Holder
from app.models import Author, Connection, Copy, Event, EventState, Post, Source
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
            # What an author takes back must leave an archive too, and nobody but us would ask.
            archive = and_(Event.state == EventState.ARCHIVED, Event.rehearsal.is_(None))
            read = or_(collecting, archive)
            rows = (await db.execute(wanted.where(Source.enabled, read, Source.kind != Network.FORM))).all()
            accounts = await bluesky_account.of_events(db, {event.id for _, event in rows})
        return [self._config(source, event, accounts.get(event.id)) for source, event in rows]

    def _config(self, source: Source, event: Event, account: Connection | None) -> SourceConfig:
        config = config_of(source, event, self._settings)
        if account is None or source.kind is not Network.BLUESKY or config.over:
            return config
        return bluesky_account.reading_with(config, account, self._settings.key)

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
        return [_held(copy) for copy in copies]

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        async with self._database.reading() as db:
            return [_held(copy) for copy in await rechecks.due(db, upstream, self._clock(), limit)]

    async def session(self, source_id: int) -> str | None:
        async with self._database.reading() as db:
            return await bluesky_account.session(db, source_id, self._settings.key)

    async def keep_session(self, source_id: int, session: str | None, problem: str = "") -> None:
        async with self._lease.transaction() as db:
            await bluesky_account.keep_session(db, source_id, session, problem, self._settings.key, self._clock())

    async def receive(self, batch: Batch) -> None:
        async def act() -> None:
            async with self._lease.transaction() as db:
                await intake.receive(db, batch, self._clock())

        await retrying(act)

    async def report(self, upstream: str, state: SourceState) -> None:
        async with self._lease.transaction() as db:
            values: dict[str, Any] = {
                "mode": state.mode, "ok": state.ok, "reason": state.reason, "reported_at": state.at, "lag": state.lag,
                "budget": state.budget,
            }  # fmt: skip
            if state.ok:
                values["succeeded_at"] = state.at
            await db.execute(update(Source).where(Source.upstream == upstream).values(**values))
            if state.token_ok is not None:
                await connections.told(db, upstream, state.token_ok, state.reason, state.at)


def config_of(source: Source, event: Event, settings: Settings) -> SourceConfig:
    """A source as its reader gets it: its secrets opened, its tags normalised."""
    token = secrets.unseal(settings.key, source.token_sealed) if source.token_sealed else None
    local = tuple(source.settings.get("local", ())) if event.rehearsal is not None else ()
    return SourceConfig(
        id=source.id, event=event.slug, kind=source.kind, upstream=source.upstream, url=source.url, token=token,
        tags=tuple(tags.normalise(t) for t in event.matching_tags) if event.collects else (),
        settings=source.settings, allow_private=(*settings.private_hosts, *local), over=not event.collects,
    )  # fmt: skip


def _held(copy: Copy) -> Held:
    return Held(copy.uri, Address(copy.network, copy.server, copy.local_id), copy.version)
