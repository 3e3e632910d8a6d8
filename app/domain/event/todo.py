"""What is still to do before an event can do without its organiser: facts, each with whether it is so. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Account, Card, Event, EventState, Invite, Membership, Post, Screen, Session, Source
from ingest.programme import INVENTED
from ingest.types import Network


@dataclass(frozen=True, slots=True)
class Todo:
    key: str
    done: bool
    needed: bool = True  # False: an event can do without


async def todos(db: AsyncSession, event: Event, account: Account, now: datetime) -> list[Todo]:
    """In the order somebody does them."""
    read = [source for source in await db.scalars(_sources(event)) if "local" not in source.settings]
    real = event.rehearsal is None
    return [
        Todo("sources", bool(read)),
        Todo("tried", any(source.succeeded_at for source in read)),
        Todo("people", await _is_any(db, Membership, Membership.account_id != account.id, event=event)
             or await _is_any(db, Invite, Invite.used_at.is_(None), Invite.expires_at > now, event=event)),
        Todo("look", bool(event.logo_id or event.colour), needed=False),
        Todo("programme", await _is_any(db, Session, ~Session.guid.startswith(INVENTED), event=event), needed=False),
        Todo("card", await _is_any(db, Card, event=event), needed=False),
        Todo("live", event.state in (EventState.LIVE, EventState.ARCHIVED)),
        Todo("screen", await _is_any(db, Screen, Screen.seen_at.is_not(None), event=event)),
        Todo("post", real and await _is_any(db, Post, event=event)),
    ]  # fmt: skip


def left(found: list[Todo]) -> list[Todo]:
    """What is open and cannot be done without. There is nothing to try before there is a source."""
    done = {one.key for one in found if one.done}
    return [one for one in found if one.needed and not one.done and (one.key != "tried" or "sources" in done)]


def _sources(event: Event) -> Any:
    return select(Source).where(Source.event_id == event.id, Source.enabled, Source.kind != Network.FORM)


async def _is_any(db: AsyncSession, noun: Any, *more: ColumnElement[bool], event: Event) -> bool:
    return await db.scalar(select(noun.event_id).where(noun.event_id == event.id, *more).limit(1)) is not None
