"""How much hangs on posts at the desk: reports nobody has seen to, and notes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.view import Attached
from app.models import Note, Report

CHUNK = 500


async def attached_to(db: AsyncSession, ids: Collection[int]) -> dict[int, Attached]:
    """Those of these that have anything."""
    wanted, found = list(ids), dict[int, Attached]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        reports, notes = await _count(db, _reports(part)), await _count(db, _notes(part))
        found |= {i: Attached(reports.get(i, 0), notes.get(i, 0)) for i in reports.keys() | notes.keys()}
    return found


async def _count(db: AsyncSession, query: Select[int, int]) -> dict[int, int]:
    return dict((await db.execute(query)).all())


def _reports(ids: Collection[int]) -> Select[int, int]:
    open_ = Report.post_id.in_(ids), Report.closed_at.is_(None)
    return select(Report.post_id, func.count()).where(*open_).group_by(Report.post_id)


def _notes(ids: Collection[int]) -> Select[int, int]:
    return select(Note.post_id, func.count()).where(Note.post_id.in_(ids)).group_by(Note.post_id)
