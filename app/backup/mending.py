"""What becomes of rows that lived elsewhere, or earlier, before anybody sees them. On the restore's own transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain import log
from app.domain.control import retention
from app.domain.posts import pictures
from app.models import (
    Attachment,
    Connection,
    Copy,
    Event,
    EventState,
    Media,
    OAuthApp,
    Policy,
    Post,
    Screen,
    Source,
    Sponsor,
)
from app.models.base import Base
from ingest.types import Mode

CONNECT_ANEW = "This house was restored without its key: connect anew."
_SEALED = (
    (Source, "token_sealed"), (Connection, "secret_sealed"), (Connection, "session_sealed"),
    (OAuthApp, "client_secret_sealed"),
)  # fmt: skip


async def begin_anew(db: AsyncSession, now: datetime) -> None:
    """Logs begin another epoch, so that every page and screen takes a snapshot; readers say how they are doing when
    they have read; every copy is asked about again; and nothing shows itself because its time ran out meanwhile."""
    for event in (await db.scalars(select(Event).order_by(Event.id))).all():
        event.epoch, event.raid_proposal = log.new_epoch(), None
        if event.state is EventState.LIVE and event.policy is not Policy.REVIEW and event.raid is None:
            # What moderators hid since comes in a second time, and must not pass because nobody remembers.
            event.raid = {"mode": "review_all", "at": now.isoformat(), "by": "strand restore", "froze": False}
    await db.execute(update(Screen).values(epoch="", acknowledged=0, seen_at=None, shows=None))
    await db.execute(update(Post).where(Post.due_at.is_not(None)).values(due_at=None))
    await db.execute(update(Copy).where(Copy.gone_at.is_(None)).values(checked_at=None))
    await db.execute(update(Source).values(mode=Mode.OFF, ok=False, reason="", reported_at=None, lag=None, budget=None))
    await db.flush()


async def fit_key(db: AsyncSession, old: str | None, new: str) -> int:
    """What is sealed opens with this house's key. `old` None: nobody has the key it was sealed with, and accounts
    must be connected anew. Returns how many."""
    if old is not None:
        for model, name in _SEALED:
            await _seal_anew(db, model, name, old, new)
        await db.flush()
        return 0
    connections = (await db.scalars(select(Connection).where(Connection.secret_sealed.is_not(None)))).all()
    for connection in connections:
        connection.ok, connection.reason = False, CONNECT_ANEW
    await db.execute(delete(OAuthApp))
    await db.flush()
    return len(connections)


async def _seal_anew(db: AsyncSession, model: type[Base], name: str, old: str, new: str) -> None:
    for row in (await db.scalars(select(model))).all():
        sealed = getattr(row, name)
        opened = secrets.unseal(old, sealed) if sealed else None
        if opened is not None:
            setattr(row, name, secrets.seal(new, opened))


async def erase_due(db: AsyncSession, now: datetime) -> bool:
    """Events whose last day passed while the backup lay there. Says whether there was any."""
    due = await retention.due(db, now)
    for event_id in due:
        while await retention.erase(db, event_id, now):
            pass
    return bool(due)


async def drop_pictures(db: AsyncSession, missing: Collection[str]) -> list[str]:
    """Pictures whose file is not in the backup are fetched again, logos hung anew by hand; those nothing shows any more
    go. Returns the files that nobody needs."""
    torn = {name.partition(".")[0].partition("-")[0] for name in missing}
    await db.execute(update(Attachment).where(Attachment.media_id.in_(torn)).values(media_id=None, tries=0))
    await db.execute(update(Event).where(Event.logo_id.in_(torn)).values(logo_id=None))
    await db.execute(delete(Sponsor).where(Sponsor.media_id.in_(torn)))  # one without a logo is nowhere to be seen
    extra = (await db.scalars(select(Media).where(~pictures.held()))).all()
    for media in extra:
        await db.delete(media)
    await db.flush()
    return [name for media in extra for name in media.files]
