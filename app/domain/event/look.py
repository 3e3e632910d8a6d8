"""How an event looks: where its colours and its logo are to be had, and hanging another logo up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.models import Account, EntryKind, Event, Media


def theme_address(event: Event) -> str:
    """Its stylesheet, under an address that changes when the colours do; empty where it wears ours."""
    if not (event.colour or event.colour_2):
        return ""
    return f"/{event.slug}/theme.css?v={event.colour[1:]}-{event.colour_2[1:]}"


def logo_address(event: Event) -> str:
    return f"/media-files/{event.logo_id}.webp" if event.logo_id else ""


async def hang_logo(db: AsyncSession, event: Event, media: Media | None, by: Account, now: datetime) -> None:
    """Its files are on the shelf already. None: take it down; the picture goes by itself once nobody holds it."""
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    if media is not None and await db.get(Media, media.id) is None:
        db.add(media)
        await db.flush()
    event.logo_id = media.id if media else None
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)
    await audit.note(db, event.id, by, Line("settings", detail={"fields": ["logo"]}), now)
