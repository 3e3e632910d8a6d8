"""Screens: what each projector painted last, written in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Screen


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    event_id: int
    name: str
    audience: str
    epoch: str
    seq: int
    at: datetime


async def acknowledge(db: AsyncSession, said: Iterable[Acknowledgement]) -> None:
    """Note the newest word of each screen; a screen that was never heard of is known from now on."""
    for word in said:
        screen = await find_screen(db, word.event_id, word.name)
        if screen is None:
            screen = Screen(event_id=word.event_id, name=word.name)
            db.add(screen)
        screen.audience, screen.epoch, screen.acknowledged, screen.seen_at = (
            word.audience,
            word.epoch,
            word.seq,
            word.at,
        )
        await db.flush()


async def list_screens(db: AsyncSession, event_id: int) -> Sequence[Screen]:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id).order_by(Screen.name))).all()


async def find_screen(db: AsyncSession, event_id: int, name: str) -> Screen | None:
    return (await db.scalars(select(Screen).where(Screen.event_id == event_id, Screen.name == name))).one_or_none()
