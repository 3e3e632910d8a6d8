"""The log of an event: the only code that counts. Entries are gapless and commit-ordered, and hold ids only.

The number is the counter on the event's row, raised in the transaction that writes the entry. A sequence would hand
out numbers that commit out of order, and a reader that polls "after N" would lose rows for ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import ring_after_commit
from app.models import Entry, EntryKind, Event, Post

ALL_SCREENS = 0  # the subject of an entry that makes every wall ask what it is to show


async def lock(db: AsyncSession, event_ids: Collection[int]) -> None:
    """Take the events' rows before touching anything of theirs: one order for all writers, so no deadlock."""
    await db.execute(select(Event.id).where(Event.id.in_(event_ids)).order_by(Event.id).with_for_update())


async def append(db: AsyncSession, event_id: int, kind: EntryKind, subjects: Iterable[int], now: datetime) -> int:
    """One entry per subject, in the order given. Returns the log's new head."""
    ids = list(subjects)
    head: int = (await db.execute(_RAISE, {"event": event_id, "by": len(ids)})).scalar_one()
    if not ids:
        return head
    first = head - len(ids) + 1
    rows = [
        {"event_id": event_id, "seq": first + i, "kind": kind, "subject_id": subject, "created_at": now}
        for i, subject in enumerate(ids)
    ]
    await db.execute(_ENTRIES, rows)
    ring_after_commit(db, event_id)
    return head


async def append_posts(
    db: AsyncSession, event_id: int, post_ids: Collection[int], now: datetime, unanswered: Collection[int] = ()
) -> int:
    """Entries for posts that look different now, and for the answers that name them. `unanswered`: those of the posts
    that are so new that whatever answers them is named itself."""
    ids = list(dict.fromkeys(post_ids))
    if not ids:
        return (await head(db, event_id))[1]
    if older := [i for i in ids if i not in unanswered]:
        ids = list(dict.fromkeys([*ids, *await db.scalars(_ANSWERS, {"posts": older})]))
    return await append(db, event_id, EntryKind.POST, ids, now)


async def read(db: AsyncSession, event_id: int, after: int, limit: int) -> Sequence[Entry]:
    """The entries after a number, in order, at most `limit`."""
    rows = select(Entry).where(Entry.event_id == event_id, Entry.seq > after).order_by(Entry.seq).limit(limit)
    return (await db.scalars(rows)).all()


async def head(db: AsyncSession, event_id: int) -> tuple[str, int]:
    """(epoch, seq) of the newest entry; seq 0 where nothing happened yet."""
    row = (await db.execute(select(Event.epoch, Event.seq).where(Event.id == event_id))).one()
    return row.epoch, row.seq


async def reset(db: AsyncSession, event_id: int) -> str:
    """Begin a new epoch: every reader must take a snapshot. Only a restore or the end of a rehearsal does this."""
    epoch = new_epoch()
    # The event's row first: it makes us wait for whoever is appending, so that the deletion sees their entries too.
    await db.execute(update(Event).where(Event.id == event_id).values(epoch=epoch, seq=0, switched_seq=0))
    await db.execute(delete(Entry).where(Entry.event_id == event_id))
    ring_after_commit(db, event_id)
    return epoch


def new_epoch() -> str:
    return secrets.token_hex(8)


# Every post goes through these, so they are made once. On tables and not on models: no object in a session needs to
# hear of it.
_event: Any = Event.__table__
_entry: Any = Entry.__table__
_RAISE = update(_event).where(_event.c.id == bindparam("event")).values(seq=_event.c.seq + bindparam("by"))
_RAISE = _RAISE.returning(_event.c.seq)
_ENTRIES = insert(_entry)
_ANSWERS = select(Post.id).where(Post.reply_to_id.in_(bindparam("posts", expanding=True)), Post.gone_at.is_(None))
_ANSWERS = _ANSWERS.order_by(Post.id)
