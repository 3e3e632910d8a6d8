"""The event's own accounts on Mastodon servers, and us as those servers know us. Tokens are sealed.

A connected account's token goes to the event's source at that server, which can stream from then on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain.sources import sources
from app.errors import BadInput, NotFound
from app.models import Connection, Copy, Event, OAuthApp, Source
from ingest.text.clean import href
from ingest.types import Network

_TOKEN = re.compile(r"[!-~]{8,500}")  # what a header can carry


@dataclass(frozen=True, slots=True)
class App:
    """What a server knows us by."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A server that answers us as somebody it knows, and the reader its posts come in by."""

    server: str
    token: str
    upstream: str


def server_of(text: str) -> str:
    """The base address somebody means: social.example, https://social.example/@ada, @ada@social.example."""
    word = text.strip()
    if "://" not in word:
        word = "https://" + word.rpartition("@")[2]
    scheme, _, rest = word.partition("://")
    base = f"{scheme.lower()}://{rest.partition('/')[0].lower()}"
    if href(base) is None or "@" in base or "." not in base.replace("localhost", "."):
        raise BadInput("{server} is no server's address. It looks like social.example.", "server", server=text[:100])
    return base


def checked_token(text: str) -> str:
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise BadInput("This is no access token. Copy it as a whole, without spaces.", "token")
    return token


async def find_app(db: AsyncSession, server: str, redirect_uri: str, key: str) -> App | None:
    """None too where we are known there by another address of ours: that server would not lead back here."""
    found = await db.get(OAuthApp, server)
    secret = secrets.unseal(key, found.client_secret_sealed) if found is not None else None
    if found is None or secret is None or found.redirect_uri != redirect_uri:
        return None
    return App(found.client_id, secret)


async def keep_app(db: AsyncSession, server: str, app: App, redirect_uri: str, key: str, now: datetime) -> None:
    await db.merge(
        OAuthApp(
            server=server, client_id=app.client_id, client_secret_sealed=secrets.seal(key, app.client_secret),
            redirect_uri=redirect_uri, created_at=now,
        )
    )  # fmt: skip


async def forget_app(db: AsyncSession, server: str) -> None:
    """A server forgot us: the next time we introduce ourselves anew."""
    await db.execute(delete(OAuthApp).where(OAuthApp.server == server))


async def connect(
    db: AsyncSession, event: Event, server: str, handle: str, token: str, key: str, now: datetime
) -> Connection:
    """Read that server as this account from now on. A source there is made where there was none."""
    connection = await _at(db, event, server)
    if connection is None:
        connection = Connection(event_id=event.id, network=Network.MASTODON, server=server)
        db.add(connection)
    connection.handle, connection.secret_sealed = handle, secrets.seal(key, token)
    connection.ok, connection.reason, connection.connected_at, connection.checked_at = True, "", now, now
    source = await _source_at(db, event, server)
    if source is None:
        await sources.add_mastodon(db, event, server, token, key, now)
    else:
        source.token_sealed = connection.secret_sealed
        await _move(db, source, sources.mastodon_upstream(server, token))
    await db.flush()
    return connection


async def disconnect(db: AsyncSession, event: Event, server: str, key: str) -> str | None:
    """Forget the account. The source reads on as everybody may. Gives the token, so that it can be taken back there."""
    connection = await _at(db, event, server)
    if connection is None:
        raise NotFound("No account is connected there.")
    token = secrets.unseal(key, connection.secret_sealed) if connection.secret_sealed else None
    source = await _source_at(db, event, server)
    if source is not None and source.token_sealed is not None:
        source.token_sealed = None
        await _move(db, source, sources.mastodon_upstream(server, ""))
    await db.delete(connection)
    await db.flush()
    return token


async def list_connections(db: AsyncSession, event: Event) -> Sequence[Connection]:
    """On Mastodon servers."""
    wanted = select(Connection).where(Connection.event_id == event.id, Connection.network == Network.MASTODON)
    return (await db.scalars(wanted.order_by(Connection.id))).all()


async def told(db: AsyncSession, upstream: str, taken: bool, reason: str, now: datetime) -> None:
    """What a reader learned about its token: the account is connected, or expired and why."""
    reading = select(Source.event_id, Source.url).where(Source.upstream == upstream, Source.kind == Network.MASTODON)
    for event_id, server in (await db.execute(reading.where(Source.token_sealed.is_not(None)))).all():
        here = update(Connection).where(Connection.event_id == event_id, Connection.network == Network.MASTODON)
        await db.execute(
            here.where(Connection.server == server).values(ok=taken, reason="" if taken else reason, checked_at=now)
        )


async def voice(db: AsyncSession, event: Event, key: str) -> Voice | None:
    """One of the event's servers that we may ask things as somebody; an account known to be broken comes last."""
    wanted = select(Source).where(Source.event_id == event.id, Source.kind == Network.MASTODON, Source.enabled)
    readable = (await db.scalars(wanted.where(Source.token_sealed.is_not(None)).order_by(Source.id))).all()
    broken = {c.server for c in await list_connections(db, event) if not c.ok}
    for source in sorted(readable, key=lambda source: source.url in broken):
        token = secrets.unseal(key, source.token_sealed or "")
        if token is not None:
            return Voice(source.url, token, source.upstream)
    return None


async def _at(db: AsyncSession, event: Event, server: str) -> Connection | None:
    wanted = select(Connection).where(Connection.event_id == event.id, Connection.network == Network.MASTODON)
    return (await db.scalars(wanted.where(Connection.server == server))).one_or_none()


async def _source_at(db: AsyncSession, event: Event, server: str) -> Source | None:
    wanted = select(Source).where(Source.event_id == event.id, Source.kind == Network.MASTODON, Source.url == server)
    return (await db.scalars(wanted.order_by(Source.id))).first()


async def _move(db: AsyncSession, source: Source, upstream: str) -> None:
    """Another reader takes over: what the old one brought is looked after by the new one. The cursor stays."""
    brought = update(Copy).where(Copy.event_id == source.event_id, Copy.upstream == source.upstream)
    await db.execute(brought.values(upstream=upstream))
    source.upstream = upstream
