"""save(): what an organiser tells people about an event changes, a section at a time, and nobody overwrites unseen.

A form brings along what it was drawn from, as a short mark for each field. What somebody else changed meanwhile is kept
where this form did not touch it, and said where it did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.event.field import Field
from app.errors import BadInput, Conflict
from app.models import Account, EntryKind, Event


@dataclass(slots=True)
class Outcome:
    """What came of one save. With `errors` or `overtaken` nothing was changed."""

    changed: list[str] = field(default_factory=list)
    errors: dict[str, BadInput] = field(default_factory=dict)  # by field
    overtaken: dict[str, str] = field(default_factory=dict)  # fields somebody else changed meanwhile: what stands there
    kept: dict[str, str] = field(default_factory=dict)  # the same, where this form had nothing new to say

    @property
    def is_saved(self) -> bool:
        return not self.errors and not self.overtaken


def values(event: Event, fields: Sequence[Field]) -> dict[str, str]:
    return {one.name: one.read(event) for one in fields}


def mark(value: str) -> str:
    """What a form keeps of a value, to see later whether it is still there."""
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:12]


async def save(
    db: AsyncSession, event: Event, fields: Sequence[Field], typed: Mapping[str, str], seen: Mapping[str, str],
    now: datetime, by: Account | None = None,
) -> Outcome:  # fmt: skip
    """`typed` and `seen` by field; a field that is missing stays as it is. All of it is kept or nothing."""
    await log.lock(db, [event.id])
    stored = await db.get_one(Event, event.id, populate_existing=True)
    if stored.erased_at is not None:
        raise Conflict("Everything that was said here has been erased. There is nothing left to set.")
    outcome, wanted = Outcome(), {}
    for one in fields:
        if one.name not in typed:
            continue
        here, given, was = one.read(stored), typed[one.name], seen.get(one.name)
        if _plain(given) == _plain(here):
            continue
        if was is not None and was != mark(here):  # somebody else was here
            (outcome.kept if was == mark(given) else outcome.overtaken)[one.name] = here
            continue
        wanted[one.name] = one
    if not outcome.overtaken:
        _write(stored, wanted, typed, outcome, now)
    if outcome.is_saved and any(wanted[name].drawn for name in outcome.changed):
        await log.append(db, stored.id, EntryKind.EVENT, [stored.id], now)
    if outcome.is_saved and outcome.changed:
        await audit.note(db, stored.id, by, Line("settings", detail={"fields": outcome.changed}), now)
    if not outcome.is_saved:
        db.expire(stored)
    await db.flush()
    return outcome


def _write(
    event: Event, wanted: Mapping[str, Field], typed: Mapping[str, str], outcome: Outcome, now: datetime
) -> None:  # fmt: skip
    for name, one in wanted.items():
        before = one.read(event)
        try:
            one.write(event, typed[name], now)
            outcome.changed += [name] if one.read(event) != before else []
        except BadInput as error:
            outcome.errors[name] = error
    if not outcome.errors and set(wanted) & {"starts_at", "ends_at", "live_at", "archive_at"}:
        _check_dates(event, outcome)


def _check_dates(event: Event, outcome: Outcome) -> None:
    if event.starts_at and event.ends_at and event.ends_at < event.starts_at:
        outcome.errors["ends_at"] = BadInput("It ends before it begins.", "ends_at")
    elif event.ends_at and event.keep_until and event.ends_at >= event.keep_until:
        outcome.errors["ends_at"] = BadInput("By then everything is erased. Change the last day first.", "ends_at")
    if event.live_at and event.archive_at and event.archive_at <= event.live_at:
        outcome.errors["archive_at"] = BadInput("It would be over before it is live.", "archive_at")


def _plain(value: str) -> str:
    """Browsers send lines with \\r\\n, and trim nothing."""
    return value.replace("\r\n", "\n").strip()
