"""Events are made, found and listed; their addresses are checked here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.event import one_tag
from app.errors import BadInput, Conflict, NotFound
from app.models import Event, EventState, Policy, Source
from ingest.text.clean import line
from ingest.types import Network

RESERVED = frozenset(
    {
        "api",
        "audit",
        "card",
        "care",
        "desk",
        "docs",
        "embed",
        "favicon.ico",
        "feed",
        "freeze",
        "healthz",
        "invite",
        "live",
    }
    | {"me", "media-files", "metrics", "oembed", "people", "readyz", "rehearsal", "robots.txt", "say", "screen"}
    | {"setup", "sign-in", "sign-out", "static"}
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


async def create_event(
    db: AsyncSession, slug: str, title: str, tags: Sequence[str], now: datetime, state: EventState = EventState.LIVE,
    policy: Policy = Policy.REVIEW, **more: Any,
) -> Event:  # fmt: skip
    """A new event with its form open. Raises BadInput, Conflict."""
    slug = check_slug(slug)
    if await db.scalar(select(Event.id).where(Event.slug == slug)) is not None:
        raise Conflict("There is an event at /{slug} already. Choose another address.", slug=slug)
    title = line(title)
    if not title:
        raise BadInput("An event needs a title.", "title")
    event = Event(
        slug=slug, title=title, tags=check_tags(tags), state=state, policy=policy, created_at=now,
        epoch=log.new_epoch(), seq=0, time_zone=check_zone(more.pop("time_zone", "UTC")),
        contact=check_contact(more.pop("contact", "")), **more,
    )  # fmt: skip
    db.add(event)
    await db.flush()
    db.add(Source(event_id=event.id, kind=Network.FORM, upstream=form_upstream(event.slug), created_at=now, ok=True))
    await db.flush()
    return event


async def find_event(db: AsyncSession, slug: str) -> Event:
    """Raises NotFound."""
    event = (await db.scalars(select(Event).where(Event.slug == slug))).one_or_none()
    if event is None:
        raise NotFound("There is no event at this address.")
    return event


async def list_events(db: AsyncSession, public_only: bool = False) -> Sequence[Event]:
    """Newest first."""
    wanted = select(Event).order_by(Event.created_at.desc(), Event.id.desc())
    if public_only:
        wanted = wanted.where(Event.state != EventState.DRAFT)
    return (await db.scalars(wanted)).all()


def form_upstream(slug: str) -> str:
    """The upstream under which an event's own form hands posts in."""
    return f"form:{slug}"


def check_slug(slug: str) -> str:
    if slug in RESERVED:
        raise BadInput("/{slug} is taken by the house itself. Choose another address.", "slug", slug=slug)
    if not _SLUG.fullmatch(slug):
        raise BadInput("An event's address is made of small letters, digits and dashes, at most 63.", "slug")
    return slug


def check_tags(tags: Sequence[str]) -> list[str]:
    """As written, without #. Each must work as one tag on every network, or nobody's posts are found."""
    clean = list(dict.fromkeys(t.strip().lstrip("#＃") for t in tags))
    if not clean or not all(clean):
        raise BadInput("An event needs a hashtag.", "tags")
    for tag in clean:
        if (trouble := one_tag.trouble(tag)) is not None:
            raise trouble
    return clean


def check_contact(address: str) -> str:
    """Where its organiser gets mail; empty: nowhere."""
    address = address.strip()
    if address and (len(address) > 200 or not address.isprintable() or not _MAIL.fullmatch(address)):
        raise BadInput("That is no address for mail. kim@example.org is one.", "contact")
    return address


def check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("{name} is not a time zone. Europe/Berlin is one.", "time_zone", name=name) from None
    return name
