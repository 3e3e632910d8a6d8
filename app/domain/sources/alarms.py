"""Alarms: a source of a live event that brings nothing owes its organiser one mail, and one more when it is back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.sources.health import SILENT, quiet_since
from app.domain.sources.sources import place
from app.models import Event, EventState, Outgoing, Source
from ingest.types import Network


async def watched(db: AsyncSession) -> Sequence[tuple[Source, Event]]:
    """The sources somebody would want to hear about."""
    wanted = select(Source, Event).join(Event, Event.id == Source.event_id).where(
        Event.state == EventState.LIVE, Event.contact != "", Source.enabled, Source.kind != Network.FORM
    )  # fmt: skip
    return [(source, event) for source, event in await db.execute(wanted.order_by(Source.id))]


async def owe(db: AsyncSession, now: datetime, since: Mapping[int, datetime] | None = None) -> None:
    """Write down what is owed. `since`: from when on a source could have worked at all, where that is later than its
    last success: a house that was closed over night has not been failing all night.
    """
    for source, event in await watched(db):
        quiet = quiet_since(source)
        if now - max(quiet, (since or {}).get(source.id, quiet)) >= SILENT:
            await _owe(db, event, source, "silent", quiet, now)
        elif (last := await _last_silence(db, source)) and source.succeeded_at and source.succeeded_at > last:
            await _owe(db, event, source, "back", last, now)


async def _owe(db: AsyncSession, event: Event, source: Source, letter: str, quiet: datetime, now: datetime) -> None:
    key = f"{letter}:{source.id}:{quiet.isoformat()}"  # one silence begins at one moment
    if await db.scalar(select(Outgoing.id).where(Outgoing.key == key)) is not None:
        return
    content = {
        "to": event.contact, "letter": letter, "event": event.title, "slug": event.slug, "place": place(source),
        "language": (event.languages or ["en"])[0], "since": quiet.isoformat(), "reason": source.reason,
        "zone": event.time_zone,
    }  # fmt: skip
    db.add(Outgoing(event_id=event.id, kind="mail", key=key, content=content, created_at=now, due_at=now))


async def _last_silence(db: AsyncSession, source: Source) -> datetime | None:
    """When the last silence that was told began. One of a former source with this number was before this one."""
    told = select(Outgoing.key).where(Outgoing.key.startswith(f"silent:{source.id}:", autoescape=True))
    key = await db.scalar(told.order_by(Outgoing.id.desc()).limit(1))
    began = datetime.fromisoformat(key.split(":", 2)[2]) if key else None
    return began if began and began >= source.created_at else None
