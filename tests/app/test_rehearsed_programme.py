"""A rehearsal brings its programme and takes it away again; an event's own sessions do not notice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.database import Database
from app.domain import rehearsals
from app.domain.schedule import programme, schedule
from app.domain.schedule.sessions import How, numbers, patterns_of
from app.models import Event, EventState, Room, Session
from ingest.programme import INVENTED, IncomingRoom, IncomingSchedule, IncomingSession
from tests.conftest import NOW
from tests.factories import make_event

HOUR = timedelta(hours=1)
OWN = IncomingSchedule((IncomingSession("own", "Ours", NOW, NOW + HOUR, "Hall", 1),), (IncomingRoom("Hall"),))
PLAYED = IncomingSchedule(
    (IncomingSession(INVENTED + "x", "Played", NOW, NOW + HOUR, "Speicher", 1),), (IncomingRoom("Speicher", "SP3"),)
)


async def test_the_programme_comes_and_goes_with_the_rehearsal(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db, state=EventState.DRAFT, session_tag="own_s{number}")
        await schedule.import_schedule(db, event, OWN, NOW)
        await rehearsals.begin(db, event, "Script", 20.0, False, NOW)
        await rehearsals.plan(db, event, PLAYED, "ht_s{number}", NOW)
    async with database.transaction() as db:
        event = await db.get_one(Event, event.id)
        assert {s.title for s in await programme.list_sessions(db, event.id) if not s.cancelled_at} == {
            "Ours",
            "Played",
        }
        assert {n for _, n in numbers(patterns_of(event)[How.TAG], ["own_s3", "ht_s4"])} == {3, 4}
        await rehearsals.end(db, event, NOW)
    async with database.reading() as db:
        assert (await db.scalars(select(Session.title))).all() == ["Ours"]
        assert (await db.scalars(select(Room.name))).all() == ["Hall"]
        assert not numbers(patterns_of(await db.get_one(Event, event.id))[How.TAG], ["ht_s4"])
