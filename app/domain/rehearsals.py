"""A rehearsal begins and ends: an event plays an invented conference, and afterwards nothing of it is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain import log
from app.domain.posts import pictures
from app.domain.schedule.schedule import import_schedule
from app.domain.strand import search
from app.errors import Conflict
from app.models import (
    Account,
    Author,
    Decision,
    EntryKind,
    Event,
    EventState,
    Post,
    Room,
    Session,
    Source,
    Tombstone,
)
from app.models.post import Attachment
from ingest.programme import INVENTED, IncomingSchedule
from ingest.types import Network

MODERATOR = "Rehearsal moderator"


async def begin(db: AsyncSession, event: Event, tag: str, speed: float, made: bool, now: datetime) -> None:
    """Let an event rehearse, from the start. Its real tags stay; the script's tag counts as one of them meanwhile.

    `made`: the event exists only for this. Raises Conflict where real posts could mix with invented ones.
    """
    if event.state in (EventState.LIVE, EventState.ARCHIVED):
        raise Conflict(
            "This event is not a draft: invented posts would mix with real ones. Rehearse with another event."
        )
    if event.rehearsal is not None:
        made = bool(event.rehearsal["made"])
        await _wipe(db, event, now)
    event.state = EventState.REHEARSAL
    event.rehearsal = {"tag": tag, "speed": speed, "made": made, "opened_at": now.isoformat(), "ports": None}
    await db.flush()
    await log.append(db, event.id, EntryKind.EVENT, [event.id], now)


async def end(db: AsyncSession, event: Event, now: datetime) -> bool:
    """Remove every trace. True where the event itself was one, and is gone too."""
    if event.rehearsal is None:
        raise Conflict("This event is not rehearsing.")
    made = bool(event.rehearsal["made"])
    await _wipe(db, event, now)
    if made:
        await db.delete(event)
    else:
        event.rehearsal, event.state = None, EventState.DRAFT
    await db.flush()
    return made


async def connect(
    db: AsyncSession, event: Event, sources: Sequence[Mapping[str, Any]], ports: Sequence[int], key: str, now: datetime
) -> None:
    """The rehearsal's servers listen: its sources read there. A source keeps its cursor when only its port changed."""
    event.rehearsal = {**(event.rehearsal or {}), "ports": list(ports)}
    kept = (await db.scalars(select(Source).where(Source.event_id == event.id, Source.kind != Network.FORM))).all()
    ours = [s for s in kept if "local" in s.settings]
    for number, told in enumerate(sources):
        source = ours[number] if number < len(ours) else Source(event_id=event.id, created_at=now)
        source.kind, source.url = Network(told["kind"]), told["url"]
        source.settings = {**told["settings"], "local": list(told["allow_private"])}
        source.upstream = f"rehearsal:{event.id}:{number}"
        source.token_sealed = secrets.seal(key, told["token"]) if told["token"] else None
        db.add(source)
    await db.flush()


async def plan(db: AsyncSession, event: Event, programme: IncomingSchedule, session_tag: str, now: datetime) -> None:
    """The invented sessions, beside what the event has of its own. `session_tag` names them meanwhile."""
    event.rehearsal = {**(event.rehearsal or {}), "session_tag": session_tag}
    await db.flush()
    await import_schedule(db, event, programme, now, prefix=INVENTED)


async def moderator(db: AsyncSession, now: datetime) -> Account:
    """The account that plays the moderator. It has no password: nobody can sign in with it."""
    account = (await db.scalars(select(Account).where(Account.name == MODERATOR))).one_or_none()
    if account is None:
        account = Account(name=MODERATOR, created_at=now)
        db.add(account)
        await db.flush()
    return account


async def _wipe(db: AsyncSession, event: Event, now: datetime) -> None:
    """Posts with all that hangs on them, invented authors, sources, rows of pictures, the log."""
    await log.lock(db, [event.id])
    await search.forget_event(db, event.id)
    mine = select(Post.id).where(Post.event_id == event.id)
    await db.execute(delete(Attachment).where(Attachment.post_id.in_(mine)))
    await db.execute(delete(Decision).where(Decision.post_id.in_(mine)))
    await db.execute(update(Post).where(Post.event_id == event.id).values(reply_to_id=None))
    await db.execute(delete(Post).where(Post.event_id == event.id))
    await db.execute(delete(Session).where(Session.event_id == event.id, Session.guid.startswith(INVENTED)))
    used = exists().where(Session.room_id == Room.id)
    await db.execute(delete(Room).where(Room.event_id == event.id, ~used))
    for source in await db.scalars(select(Source).where(Source.event_id == event.id)):
        if "local" in source.settings:
            await db.delete(source)
    await db.flush()
    # The event's own begin anew: what they brought meanwhile is gone, and is wanted now.
    await db.execute(
        update(Source).where(Source.event_id == event.id).values(cursor=None, seen=0, taken=0, succeeded_at=None)
    )
    await db.execute(delete(Author).where(~exists().where(Post.author_id == Author.id)))
    await pictures.discard(db)
    await db.execute(delete(Tombstone))  # fingerprints do not tell whose they are; a real one comes again in time
    rehearsing = select(Event.id).where(Event.state == EventState.REHEARSAL, Event.id != event.id)
    if await db.scalar(rehearsing.limit(1)) is None:
        decided = exists().where(Decision.account_id == Account.id)
        await db.execute(delete(Account).where(Account.name == MODERATOR, ~decided))
    await log.reset(db, event.id)
    await db.refresh(event)
