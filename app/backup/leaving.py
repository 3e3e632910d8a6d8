"""What has left the house or went out of sight, read from its log: the lines of the ledger.

The log is the truth and the ledger follows it, so that nothing is written down that was not committed, and nothing
missed that was. Whoever begins looks at everything once; afterwards only at what the log has grown by.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.backup import ledger
from app.backup.ledger import Leavings, Left
from app.models import Author, Entry, EntryKind, Event, Post, Refusal, Verdict
from app.models.author import Standing

STRETCH = 1_000
LAG = timedelta(minutes=5)
_KEPT_BACK = (Verdict.WAITING, Verdict.HOLD, Verdict.HIDE)
Heads = dict[int, tuple[str, int]]  # how far each event's log was followed


@dataclass(frozen=True, slots=True)
class News:
    lines: Leavings = field(default_factory=dict)
    heads: Heads = field(default_factory=dict)


class Follower:
    """Knows what its ledger says, so that only what is new is written there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: Leavings = ledger.read_file(path)
        self._heads: Heads = {}
        self._looked: datetime | None = None

    async def look(self, db: AsyncSession, now: datetime) -> News:
        """What is new since what was kept last. `db`: of one moment."""
        news = News()
        for event_id, epoch, seq, created_at, erased_at in (await db.execute(_EVENTS)).all():
            event, before = ledger.event_print(event_id, created_at), self._heads.get(event_id)
            self._note(news, event, ledger.ERASED if erased_at else ledger.HERE, now)
            if before != (epoch, seq):
                after = before[1] if before is not None and before[0] == epoch else None
                async for rows in _posts(db, event_id, after):
                    for row in rows:
                        self._note(news, ledger.post_print(event, row.uri), _state(row), now)
            for print_ in await db.scalars(_refused(event_id, self._looked)):
                self._note(news, f"{event}:{print_}", ledger.REFUSED, now)
            news.heads[event_id] = (epoch, seq)
        return news

    def keep(self, news: News, now: datetime) -> None:
        """On the disk first: what could not be written is found again by the next look."""
        ledger.append(self._path, news.lines)
        self._known |= news.lines
        self._heads, self._looked = news.heads, now

    def _note(self, news: News, print_: str, state: str, now: datetime) -> None:
        """That something is here is worth a line only where the ledger says otherwise."""
        said = self._known.get(print_)
        if said is None and state == ledger.HERE:
            return
        if said is None or said.state != state:
            news.lines[print_] = Left(now, state)


async def _posts(db: AsyncSession, event_id: int, after: int | None) -> AsyncIterator[Sequence[Row[Any]]]:
    """Those that may differ: of the entries after a number, or everything that is not simply here."""
    if after is None:
        last = 0
        while rows := (await db.execute(_whole(event_id, last))).all():
            yield rows
            last = rows[-1].id
        return
    while subjects := await _subjects(db, event_id, after):
        yield (await db.execute(_some(event_id, {subject for _, subject in subjects}))).all()
        after = subjects[-1][0]


async def _subjects(db: AsyncSession, event_id: int, after: int) -> list[tuple[int, int]]:
    wanted = select(Entry.seq, Entry.subject_id).where(
        Entry.event_id == event_id, Entry.seq > after, Entry.kind == EntryKind.POST
    )  # fmt: skip
    return [(seq, subject) for seq, subject in await db.execute(wanted.order_by(Entry.seq).limit(STRETCH))]


_EVENTS = select(Event.id, Event.epoch, Event.seq, Event.created_at, Event.erased_at).order_by(Event.id)
_COLUMNS: Any = select(
    Post.id, Post.uri, Post.version, Post.verdict, Post.media_verdict, Post.decided_by, Post.shown_at, Post.gone_at,
    Post.withheld_at, Post.unpublic_at, Post.untagged_at, Post.edited_at, Author.standing,
).join(Author, Author.id == Post.author_id)  # fmt: skip


def _whole(event_id: int, last: int) -> Any:
    return _COLUMNS.where(Post.event_id == event_id, Post.id > last).order_by(Post.id).limit(STRETCH)


def _some(event_id: int, ids: Collection[int]) -> Any:
    return _COLUMNS.where(Post.event_id == event_id, Post.id.in_(ids))


def _refused(event_id: int, since: datetime | None) -> Select[str]:
    """Those put on the list since the last look, and a little before: their moment is older than their commit."""
    wanted = select(Refusal.fingerprint).where(Refusal.event_id == event_id)
    return wanted.where(Refusal.created_at > since - LAG) if since is not None else wanted


def _state(row: Row[Any]) -> str:
    if row.gone_at is not None:
        return ledger.GONE
    if _is_away(row):
        return ledger.AWAY
    if row.shown_at is not None and row.media_verdict in _KEPT_BACK:
        return ledger.BARE
    return ledger.version_print(row.version) if row.edited_at is not None else ledger.HERE


def _is_away(row: Row[Any]) -> bool:
    """Out of sight although it was shown, or because somebody wanted it so. What nobody has judged yet is neither."""
    if row.withheld_at or row.unpublic_at or row.untagged_at or row.standing is not Standing.ACTIVE:
        return True
    return row.verdict is not Verdict.APPROVE and (row.shown_at is not None or row.decided_by is not None)
