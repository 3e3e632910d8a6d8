"""The event's own account on Bluesky, for what is only told to people who are signed in: older posts.

Keeps an app password and the session made with it, both sealed. A main password is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.errors import N_, BadInput
from app.models import Connection, Event, Source
from ingest.types import Network, SourceConfig

SERVICE = "https://bsky.social"  # signs in accounts of Bluesky's own servers, wherever these are
_APP_PASSWORD = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")
_NAME = re.compile(r"[^\s@/]{3,253}")
_LIKE = N_("{name} is no name on Bluesky. It looks like name.bsky.social.")
_NO_APP_PASSWORD = N_(
    "This is not an app password. Never give your main password away: make one for Strand under Settings, "
    "Privacy and security, App passwords. It looks like xxxx-xxxx-xxxx-xxxx."
)


def checked(identifier: str, password: str) -> tuple[str, str]:
    """Name and app password as Bluesky wants them. Raises BadInput."""
    name, word = identifier.strip().lstrip("@"), password.strip()
    if not _NAME.fullmatch(name):
        raise BadInput(_LIKE, "identifier", name=name[:80] or "…")
    if not _APP_PASSWORD.fullmatch(word):
        raise BadInput(_NO_APP_PASSWORD, "password")
    return name, word


async def connect(
    db: AsyncSession, event: Event, server: str, handle: str, password: str, session: str, key: str, now: datetime
) -> Connection:
    """Read with this account from now on, and with no other. `server` is its own, not the one that signed it in."""
    await disconnect(db, event)
    connection = Connection(
        event_id=event.id, network=Network.BLUESKY, server=server, handle=handle, connected_at=now, checked_at=now,
        secret_sealed=secrets.seal(key, password), session_sealed=secrets.seal(key, session),
    )  # fmt: skip
    db.add(connection)
    await db.flush()
    return connection


async def disconnect(db: AsyncSession, event: Event) -> None:
    """Forget the account, its password and its session."""
    await db.execute(
        delete(Connection).where(Connection.event_id == event.id, Connection.network == Network.BLUESKY)
    )  # fmt: skip


async def of_events(db: AsyncSession, event_ids: Collection[int]) -> dict[int, Connection]:
    """Accounts that can be used, by event."""
    wanted = select(Connection).where(Connection.network == Network.BLUESKY, Connection.ok)
    return {c.event_id: c for c in await db.scalars(wanted.where(Connection.event_id.in_(event_ids)))}


def reading_with(source: SourceConfig, account: Connection, key: str) -> SourceConfig:
    """The source as its reader gets it: with the account's name and app password, opened."""
    password = secrets.unseal(key, account.secret_sealed) if account.secret_sealed else None
    told = {"identifier": account.handle, "server": account.server, "since": account.connected_at.isoformat()}
    return replace(source, token=password, settings={**source.settings, "account": told}) if password else source


async def session(db: AsyncSession, source_id: int, key: str) -> str | None:
    connection = await _of_source(db, source_id)
    return secrets.unseal(key, connection.session_sealed) if connection and connection.session_sealed else None


async def keep_session(
    db: AsyncSession, source_id: int, session: str | None, problem: str, key: str, now: datetime
) -> None:
    """A refreshed session takes the place of the old one, which is worth nothing any more."""
    connection = await _of_source(db, source_id)
    if connection is None:
        return  # disconnected meanwhile
    connection.session_sealed = secrets.seal(key, session) if session else None
    connection.ok, connection.reason, connection.checked_at = not problem, problem, now


async def _of_source(db: AsyncSession, source_id: int) -> Connection | None:
    wanted = select(Connection).join(Source, Source.event_id == Connection.event_id)
    return (await db.scalars(wanted.where(Source.id == source_id, Connection.network == Network.BLUESKY))).first()
