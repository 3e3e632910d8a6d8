"""How an event's sources are doing: the figures an organiser, a terminal and an alarm look at. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.leases import INGEST
from app.domain.sources.sources import list_sources
from app.errors import N_
from app.models import Event, EventState, Lease, Source, Tally
from ingest.types import Mode, Network

SILENT = timedelta(minutes=10)  # without any success: somebody should look


class Doing(StrEnum):
    OPEN = "open"  # the form
    LIVE = "live"
    POLLED = "polled"
    NEW = "new"
    RESTING = "resting"  # its event does not collect now
    OFF = "off"
    FAILING = "failing"
    SILENT = "silent"

    @property
    def needs_somebody(self) -> bool:
        return self in (Doing.FAILING, Doing.SILENT)


WORDS = {
    Doing.OPEN: N_("Open"),
    Doing.LIVE: N_("Live"),
    Doing.POLLED: N_("Not live"),
    Doing.NEW: N_("Not read yet"),
    Doing.RESTING: N_("Resting: the event takes no posts now"),
    Doing.OFF: N_("Switched off"),
    Doing.FAILING: N_("Does not work as it should"),
    Doing.SILENT: N_("Silent"),
}


@dataclass(frozen=True, slots=True)
class Health:
    source: Source
    doing: Doing
    left_out: Mapping[str, int] = field(default_factory=dict)  # by reason, most first
    over: bool = False  # nothing is taken there any more, and what we have from there is still looked after


async def of_event(db: AsyncSession, event: Event, now: datetime) -> list[Health]:
    """Every source of an event, in the order they were added."""
    sources = await list_sources(db, event)
    tallies = await _tallies(db, sources)
    return [Health(s, doing(s, event, now), tallies.get(s.id, {}), is_over(s, event)) for s in sources]


def doing(source: Source, event: Event, now: datetime) -> Doing:
    if not source.enabled:
        return Doing.OFF
    if not event.collects:
        return Doing.RESTING
    if source.kind is Network.FORM:
        return Doing.OPEN
    if source.reported_at is None:
        return Doing.NEW  # also one that was switched on again: its last success was before that
    if is_silent(source, now):
        return Doing.SILENT
    if not source.ok:
        return Doing.FAILING
    return Doing.LIVE if source.mode is Mode.STREAM else Doing.POLLED


def is_over(source: Source, event: Event) -> bool:
    archived = event.state is EventState.ARCHIVED and event.rehearsal is None
    return archived and source.enabled and source.kind is not Network.FORM


def is_silent(source: Source, now: datetime) -> bool:
    return now - quiet_since(source) >= SILENT


def quiet_since(source: Source) -> datetime:
    """When it last worked; for one that never did, since it was added."""
    return source.succeeded_at or source.created_at


async def reader(db: AsyncSession, now: datetime) -> str | None:
    """The process that reads the networks now, by its number; None where nobody does."""
    held = (await db.scalars(select(Lease).where(Lease.name == INGEST, Lease.expires_at > now))).one_or_none()
    return [*held.owner.split(":"), ""][1] if held else None


async def _tallies(db: AsyncSession, sources: Sequence[Source]) -> dict[int, dict[str, int]]:
    wanted = (
        select(Tally).where(Tally.source_id.in_([s.id for s in sources])).order_by(Tally.count.desc(), Tally.reason)
    )
    found: dict[int, dict[str, int]] = {}
    for tally in await db.scalars(wanted):
        found.setdefault(tally.source_id, {})[tally.reason] = tally.count
    return found
