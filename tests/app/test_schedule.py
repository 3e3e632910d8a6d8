"""Importing a schedule: idempotent, saying what changed, never losing a session with its posts. On both databases."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import log
from app.domain.schedule import programme, schedule
from app.domain.schedule.imported import Imported
from app.errors import BadInput
from app.models import Entry, EntryKind, Event, Room, Session
from ingest.programme import INVENTED, IncomingRoom, IncomingSchedule, IncomingSession
from tests.conftest import NOW
from tests.factories import make_event
from tests.ingest.schedule.worlds import FORMATS, read

LATER = NOW + timedelta(minutes=5)


def a_session(guid: str = "a", title: str = "Talk", minutes: int = 0, **fields: Any) -> IncomingSession:
    start = NOW + timedelta(minutes=minutes)
    return IncomingSession(guid, title, start, start + timedelta(minutes=45), **{"room": "Hall", **fields})


def a_schedule(*sessions: IncomingSession, **fields: Any) -> IncomingSchedule:
    rooms = dict.fromkeys(session.room for session in sessions)
    return IncomingSchedule(sessions, tuple(IncomingRoom(room) for room in rooms if room), **fields)


async def an_event(database: Database) -> Event:
    async with database.transaction() as db:
        return await make_event(db)


async def imported(
    database: Database, event: Event, given: IncomingSchedule, now: datetime = NOW, prefix: str = ""
) -> Imported:
    async with database.transaction() as db:
        return await schedule.import_schedule(db, await db.get_one(Event, event.id), given, now, prefix)


async def sessions(database: Database, event: Event) -> dict[str, Session]:
    async with database.reading() as db:
        return {s.guid: s for s in await programme.list_sessions(db, event.id)}


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_is_imported_twice_with_a_change_in_between(sqlite: Database, form: str) -> None:
    event = await an_event(sqlite)
    assert (await imported(sqlite, event, read(form, "first"))).told() == "5 sessions: 5 new."
    assert not (await imported(sqlite, event, read(form, "first"), LATER)).changes

    told = await imported(sqlite, event, read(form, "second"), LATER)
    assert (told.added, told.moved, told.renamed, told.cancelled) == (1, 1, 1, 0)
    by_title = {s.title: s for s in (await sessions(sqlite, event)).values()}
    assert len(by_title) == 6 and by_title["Repair what floats"].cancelled_at is None  # its row was only unreadable
    moved = by_title["Reading the tide, again by ear"]
    assert moved.room is not None and moved.room.name == "Werft" and moved.changed_at == LATER
    assert moved.before == {
        "title": "Reading the tide by ear", "room": "Großer Saal",
        "starts_at": "2027-10-30T09:00:00+00:00", "ends_at": "2027-10-30T10:00:00+00:00",
    }  # fmt: skip
    assert not (await imported(sqlite, event, read(form, "second"), LATER)).changes


async def test_what_disappeared_is_cancelled_and_what_returns_is_back(database: Database) -> None:
    event = await an_event(database)
    both = a_schedule(a_session("a", minutes=0), a_session("b", minutes=60))
    await imported(database, event, both)
    told = await imported(database, event, a_schedule(both.sessions[0]), LATER)
    assert told.told() == "1 session: 1 cancelled."
    assert (await sessions(database, event))["b"].cancelled_at == LATER
    told = await imported(database, event, both, LATER)
    assert told.told() == "2 sessions: 1 back again."
    back = (await sessions(database, event))["b"]
    assert (back.cancelled_at, back.before) == (None, {"cancelled": True})


async def test_nothing_changes_where_nothing_can_be_read(database: Database) -> None:
    event = await an_event(database)
    await imported(database, event, a_schedule(a_session()))
    for nothing in (IncomingSchedule(known_format=False), IncomingSchedule()):
        with pytest.raises(BadInput):
            await imported(database, event, nothing)
    assert (await sessions(database, event))["a"].cancelled_at is None


async def test_screens_hear_of_a_change_and_of_nothing_else(database: Database) -> None:
    event = await an_event(database)
    await imported(database, event, a_schedule(a_session()))
    async with database.reading() as db:
        _, before = await log.head(db, event.id)
    await imported(database, event, a_schedule(a_session()), LATER)
    async with database.reading() as db:
        assert (await log.head(db, event.id))[1] == before
    await imported(database, event, a_schedule(a_session(title="Another name")), LATER)
    async with database.reading() as db:
        new = (await db.scalars(select(Entry).where(Entry.event_id == event.id, Entry.seq > before))).all()
    assert [entry.kind for entry in new] == [EntryKind.EVENT, EntryKind.SCREEN]


async def test_a_schedule_without_numbers_gets_some_that_stay(database: Database) -> None:
    event = await an_event(database)
    await imported(database, event, a_schedule(a_session("a"), a_session("b", minutes=5)))
    await imported(database, event, a_schedule(a_session("c"), a_session("b"), a_session("a", minutes=90)), LATER)
    assert {guid: s.number for guid, s in (await sessions(database, event)).items()} == {"a": 1, "b": 2, "c": 3}


async def test_a_room_is_known_by_its_name_and_keeps_its_code(database: Database) -> None:
    event = await an_event(database)
    await imported(database, event, a_schedule(a_session()))
    async with database.transaction() as db:
        (await db.scalars(select(Room))).one().card_code = "H7"
    await imported(database, event, a_schedule(a_session(room="Attic"), a_session("b", room="Hall")), LATER)
    async with database.reading() as db:
        rooms = (await db.scalars(select(Room).order_by(Room.position))).all()
    assert [(room.name, room.card_code) for room in rooms] == [("Attic", None), ("Hall", "H7")]


async def test_invented_sessions_and_a_real_schedule_leave_each_other_alone(database: Database) -> None:
    event = await an_event(database)
    invented = a_schedule(a_session(INVENTED + "x"))
    await imported(database, event, invented, prefix=INVENTED)
    await imported(database, event, a_schedule(a_session("real")), LATER)
    await imported(database, event, invented, LATER, INVENTED)
    assert not [s for s in (await sessions(database, event)).values() if s.cancelled_at]


def test_a_line_says_what_was_left_out() -> None:
    told = Imported(3, moved=1, skipped={"no_title": 2, "twice": 1})
    assert told.told() == "3 sessions: 1 moved. Left out: 2 without a title, 1 that stand there twice."


async def test_five_thousand_sessions_are_imported_and_compared_within_seconds(database: Database) -> None:
    event = await an_event(database)
    many = a_schedule(*(a_session(f"g{n}", f"Talk {n}", minutes=n, room=f"R{n % 20}") for n in range(5_000)))
    began = time.monotonic()
    await imported(database, event, many)
    moved = tuple(replace(s, title=s.title + "!") if n % 10 == 0 else s for n, s in enumerate(many.sessions))
    told = await imported(database, event, replace(many, sessions=moved), LATER)
    assert told.renamed == 500
    assert time.monotonic() - began < 60  # a fifth of it on a machine that has nothing else to do
