"""An event's address, its slug: proposed from its title, free or not, and changed while nobody has it yet."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.events import RESERVED, check_slug, form_upstream
from app.errors import Conflict
from app.models import Account, Card, Event, EventState, Post, Source

LONGEST = 40  # of one we propose: it is typed from a screen
_APART = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l", "đ": "d", "&": " and "}


def proposed(title: str) -> str:
    """From a title, or empty where nothing of it can stand in an address."""
    lower = "".join(_APART.get(letter, letter) for letter in unicodedata.normalize("NFC", title).lower())
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug


async def free(db: AsyncSession, wanted: str) -> str:
    """The proposal itself, or with a number behind it where somebody has it."""
    wanted = f"{wanted}-event" if wanted in RESERVED else wanted
    taken = set(await db.scalars(select(Event.slug).where(Event.slug.like(f"{wanted}%"))))
    return next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if one not in taken)


async def is_given_out(db: AsyncSession, event: Event) -> bool:
    """Whether somebody may have it: on a card, in a link, in the address of a post, in the receipt of their own."""
    if event.state is not EventState.DRAFT:
        return True
    found = [select(one.id).where(one.event_id == event.id).limit(1) for one in (Post, Card)]
    return any([await db.scalar(wanted) is not None for wanted in found])


async def change(db: AsyncSession, event: Event, slug: str, by: Account, now: datetime) -> Event:
    """Raises BadInput, Conflict."""
    await log.lock(db, [event.id])
    event = await db.get_one(Event, event.id, populate_existing=True)
    slug = check_slug(slug.strip().strip("/"))
    if slug == event.slug:
        return event
    if await is_given_out(db, event):
        raise Conflict(
            "The address stays: it may be printed on cards, and it is in every link, feed and receipt people have."
        )
    if await db.scalar(select(Event.id).where(Event.slug == slug)) is not None:
        raise Conflict("There is an event at /{slug} already. Choose another address.", slug=slug)
    before, event.slug = event.slug, slug
    await db.execute(
        update(Source).where(Source.upstream == form_upstream(before)).values(upstream=form_upstream(slug))
    )
    await db.flush()
    await audit.note(db, event.id, by, Line("address", detail={"from": before, "to": slug}), now)
    return event
