"""Sources are added, switched off and on, and removed: a server or a stream to read for one event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.errors import BadInput, Conflict, NotFound
from app.models import Event, Source
from ingest.text.facets import is_did
from ingest.types import Mode, Network

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")  # a name in any script, or a number


async def add_mastodon(
    db: AsyncSession, event: Event, url: str, token: str, key: str, now: datetime, every: float | None = None
) -> Source:
    """Read an event's tags from one server that speaks the Mastodon API. `key` seals the token; `every`: seconds."""
    base = _base(url, ("http://", "https://"))
    upstream = mastodon_upstream(base, token)
    settings = {"every": every} if every else {}
    sealed = secrets.seal(key, token) if token else None
    return await _add(db, event, Network.MASTODON, base, upstream, settings, sealed, now)


def mastodon_upstream(base: str, token: str) -> str:
    """A token belongs to an account, whose view of the network may differ: readers are shared only without one."""
    return f"mastodon:{base}" + (f"#{secrets.fingerprint(token)[:12]}" if token else "")


async def add_bluesky(
    db: AsyncSession, event: Event, jetstream: Sequence[str], appview: str, now: datetime, labelers: Sequence[str] = ()
) -> Source:
    """Read an event's tags from Bluesky. Without addresses the public ones are used.

    `labelers`: services whose labels count here, beside Bluesky's own moderation.
    """
    settings: dict[str, Any] = {"labelers": [_did(one) for one in labelers]} if labelers else {}
    if jetstream:
        settings["jetstream"] = [_base(j, ("ws://", "wss://")) for j in jetstream]
    if appview:
        settings["appview"] = _base(appview, ("http://", "https://"))
    hosts = ",".join(settings.get("jetstream", [])) + (f"+{settings['appview']}" if appview else "")
    return await _add(db, event, Network.BLUESKY, "", f"bluesky:{hosts}"[:255], settings, None, now)


async def list_sources(db: AsyncSession, event: Event) -> Sequence[Source]:
    return (await db.scalars(select(Source).where(Source.event_id == event.id).order_by(Source.id))).all()


async def find_source(db: AsyncSession, event: Event, source_id: int) -> Source:
    """Raises NotFound, also for another event's."""
    wanted = select(Source).where(Source.event_id == event.id, Source.id == source_id)
    source = (await db.scalars(wanted)).one_or_none()
    if source is None:
        raise NotFound("There is no such source here.")
    return source


async def note_success(db: AsyncSession, event: Event, source_id: int, now: datetime) -> None:
    """It was reached just now, by a trial: also of an event that does not collect yet."""
    (await find_source(db, event, source_id)).succeeded_at = now


async def switch(db: AsyncSession, source: Source, on: bool) -> None:
    """Read it, or do not. Its cursor stays, so that nothing is missed in between where the network still has it."""
    _not_the_form(source)
    if source.enabled != on:
        source.enabled, source.mode, source.ok, source.reason, source.reported_at = on, Mode.OFF, False, "", None
        source.lag = source.budget = None


async def remove(db: AsyncSession, source: Source) -> None:
    """It is read no more; the posts it brought stay."""
    _not_the_form(source)
    await db.delete(source)


def _not_the_form(source: Source) -> None:
    if source.kind is Network.FORM:
        raise Conflict("The form belongs to the event: it stays open as long as the event takes posts.")


async def _add(
    db: AsyncSession, event: Event, kind: Network, url: str, upstream: str, settings: dict[str, Any],
    token_sealed: str | None, now: datetime,
) -> Source:  # fmt: skip
    if await db.scalar(select(Source.id).where(Source.event_id == event.id, Source.upstream == upstream)) is not None:
        raise Conflict("This event reads from there already.")
    source = Source(
        event_id=event.id, kind=kind, url=url, upstream=upstream, settings=settings, token_sealed=token_sealed,
        created_at=now,
    )  # fmt: skip
    db.add(source)
    await db.flush()
    return source


def _base(url: str, schemes: tuple[str, ...]) -> str:
    """A base address: scheme, host, port. Paths are ours to add; one that was pasted with it is left out."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    host = parts.hostname or ""
    if f"{parts.scheme}://" not in schemes or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise BadInput("{url} is no address. It begins with {schemes}.", "url", url=url, schemes=" or ".join(schemes))
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _did(text: str) -> str:
    if not is_did(text.strip()):
        raise BadInput("{name} is no labeler. It looks like did:plc:…", "labeler", name=text[:80])
    return text.strip()


def place(source: Source) -> str:
    """Where it reads, in words."""
    if source.kind is Network.FORM:
        return "the form"
    if source.kind is Network.MASTODON:
        return source.url
    return "Bluesky" + (f" by {', '.join(source.settings['jetstream'])}" if source.settings.get("jetstream") else "")


def describe(source: Source) -> str:
    """One line for a terminal: where, how, what came."""
    state = source.reason or ("" if source.kind is Network.FORM else "not read yet")
    return f"{place(source)}\t{source.mode.value}\t{source.taken} taken of {source.seen}\t{state}".rstrip()
