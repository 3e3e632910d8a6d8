"""The log of an event: the only code that counts. Entries are gapless and commit-ordered, and hold ids only.

The number is the counter on the event's row, raised in the transaction that writes the entry. A sequence would hand
out numbers that commit out of order, and a reader that polls "after N" would lose rows for ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import ring_after_commit
from app.models import Entry, EntryKind, Event, Post


async def lock(db: AsyncSession, event_ids: Collection[int]) -> None:
    """Take the events' rows before touching anything of theirs: one order for all writers, so no deadlock."""
    await db.execute(select(Event.id).where(Event.id.in_(event_ids)).order_by(Event.id).with_for_update())


async def append(db: AsyncSession, event_id: int, kind: EntryKind, subjects: Iterable[int], now: datetime) -> int:
    """One entry per subject, in the order given. Returns the log's new head."""
    ids = list(subjects)
    raised = update(Event).where(Event.id == event_id).values(seq=Event.seq + len(ids)).returning(Event.seq)
    head: int = (await db.execute(raised.execution_options(synchronize_session=False))).scalar_one()
    if not ids:
        return head
    first = head - len(ids) + 1
    rows = [
        {"event_id": event_id, "seq": first + i, "kind": kind, "subject_id": subject, "created_at": now}
        for i, subject in enumerate(ids)
    ]
    await db.execute(insert(Entry), rows)
    ring_after_commit(db, event_id)
    return head


async def append_posts(db: AsyncSession, event_id: int, post_ids: Collection[int], now: datetime) -> int:
    """Entries for posts that look different now, and for the answers that name them."""
    ids = list(dict.fromkeys(post_ids))
    if not ids:
        return (await head(db, event_id))[1]
    answers = select(Post.id).where(Post.reply_to_id.in_(ids), Post.gone_at.is_(None)).order_by(Post.id)
    ids += [i for i in (await db.scalars(answers)).all() if i not in ids]
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
    await db.execute(update(Event).where(Event.id == event_id).values(epoch=epoch, seq=0))
    await db.execute(delete(Entry).where(Entry.event_id == event_id))
    ring_after_commit(db, event_id)
    return epoch


def new_epoch() -> str:
    return secrets.token_hex(8)
