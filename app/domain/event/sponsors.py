"""Sponsors: a name and a logo each, in an order, in a quiet place of the screens; never among the voices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Account, EntryKind, Event, Media, Sponsor
from ingest.text.clean import line

MOST = 24
LONGEST = 100
NO_NAME = N_("Write the sponsor's name: it is read out where the logo cannot be seen.")
TOO_LONG = N_("That is too long for a name: {most} letters at most.")
NO_LOGO = N_("Choose the file of the logo first.")
TOO_MANY = N_("{most} sponsors are as many as a screen can show in peace.")
GONE = N_("This sponsor is not here any more.")


async def list_sponsors(db: AsyncSession, event_id: int) -> Sequence[Sponsor]:
    """In their order."""
    wanted = select(Sponsor).where(Sponsor.event_id == event_id)
    return (await db.scalars(wanted.order_by(Sponsor.position, Sponsor.id))).all()


def sponsor_view(sponsor: Sponsor) -> dict[str, str]:
    """As the wire says it."""
    return {"name": sponsor.name, "src": f"/media-files/{sponsor.media_id}.webp"}


async def add(
    db: AsyncSession, event: Event, name: str, media: Media | None, by: Account, now: datetime
) -> Sponsor:  # fmt: skip
    """The last in the order. The logo's files are on the shelf already. Raises BadInput, Conflict."""
    name = _checked(name)
    if media is None:
        raise BadInput(NO_LOGO, "logo")
    await log.lock(db, [event.id])
    if (await db.scalar(select(func.count()).where(Sponsor.event_id == event.id)) or 0) >= MOST:
        raise Conflict(TOO_MANY, most=MOST)
    last = await db.scalar(select(func.max(Sponsor.position)).where(Sponsor.event_id == event.id))
    await _hold(db, media)
    sponsor = Sponsor(
        event_id=event.id, name=name, media_id=media.id, position=0 if last is None else last + 1, created_at=now
    )
    db.add(sponsor)
    await db.flush()
    await _told(db, event, by, now)
    return sponsor


async def change(
    db: AsyncSession, event: Event, sponsor_id: int, name: str, media: Media | None, by: Account, now: datetime
) -> Sponsor:
    """`media` None: the logo stays. Raises BadInput, NotFound."""
    name = _checked(name)
    await log.lock(db, [event.id])
    sponsor = await _sponsor_of(db, event.id, sponsor_id)
    sponsor.name = name
    if media is not None:
        await _hold(db, media)
        sponsor.media_id = media.id
    await _told(db, event, by, now)
    return sponsor


async def move(db: AsyncSession, event: Event, sponsor_id: int, up: bool, by: Account, now: datetime) -> None:
    """One place up or down; at the end nothing happens. Raises NotFound."""
    await log.lock(db, [event.id])
    sponsor = await _sponsor_of(db, event.id, sponsor_id)
    order = list(await list_sponsors(db, event.id))
    there = order.index(sponsor) + (-1 if up else 1)
    if not 0 <= there < len(order):
        return
    order.remove(sponsor)
    order.insert(there, sponsor)
    for position, one in enumerate(order):
        one.position = position
    await _told(db, event, by, now)


async def remove(db: AsyncSession, event: Event, sponsor_id: int, by: Account, now: datetime) -> None:
    """Its logo goes by itself once nobody holds it. Raises NotFound."""
    await log.lock(db, [event.id])
    await db.delete(await _sponsor_of(db, event.id, sponsor_id))
    await _told(db, event, by, now)


async def _sponsor_of(db: AsyncSession, event_id: int, sponsor_id: int) -> Sponsor:
    wanted = select(Sponsor).where(Sponsor.event_id == event_id, Sponsor.id == sponsor_id)
    sponsor = (await db.scalars(wanted)).one_or_none()
    if sponsor is None:
        raise NotFound(GONE)
    return sponsor


def _checked(name: str) -> str:
    name = line(name, LONGEST + 1)
    if not name:
        raise BadInput(NO_NAME, "name")
    if len(name) > LONGEST:
        raise BadInput(TOO_LONG, "name", most=LONGEST)
    return name


async def _hold(db: AsyncSession, media: Media) -> None:
    if await db.get(Media, media.id) is None:
        db.add(media)
        await db.flush()


async def _told(db: AsyncSession, event: Event, by: Account, now: datetime) -> None:
    await db.flush()
    await log.append(db, event.id, EntryKind.SCREEN, [log.ALL_SCREENS], now)
    await audit.note(db, event.id, by, Line("sponsors"), now)
