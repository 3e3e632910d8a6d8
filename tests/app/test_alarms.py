"""A source that falls silent owes its organiser one mail, and one more when it is back; never two about one silence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.sources import sources
from app.jobs.alarms import Alarms
from app.jobs.deliveries import AGAIN, STALE, Deliveries
from app.lease import Holder
from app.models import Event, EventState, Outgoing, Source
from app.outbox.mail import Mail, NotSent, Server
from app.pages import Catalogue
from app.settings import Settings
from tests.conftest import NOW, Clock
from tests.factories import make_event, make_source

MINUTE = 60.0


@dataclass
class House:
    database: Database
    lease: Holder
    clock: Clock
    settings: Settings
    event: Event
    source_id: int
    sent: list[Mail] = field(default_factory=list)
    refusing: str = ""

    def __post_init__(self) -> None:
        gettexts = {"de": Catalogue("de").gettext}
        self.alarms = Alarms(self.database, self.lease, self.settings, self.clock)
        self.deliveries = Deliveries(self.database, self.lease, self.settings, gettexts, self.clock, self._send)

    async def _send(self, through: Server, mail: Mail) -> None:
        if self.refusing:
            raise NotSent(self.refusing)
        self.sent.append(mail)

    async def after(self, minutes: float) -> list[str]:
        """Both jobs, every minute until then. Gives the subjects of what was sent meanwhile."""
        before = len(self.sent)
        for _ in range(round(minutes)):
            self.clock.forward(MINUTE)
            await self.alarms.look()
            await self.deliveries.send_due()
        return [mail.subject for mail in self.sent[before:]]

    async def succeeds(self) -> None:
        async with self.database.transaction() as db:
            (await db.get_one(Source, self.source_id)).succeeded_at = self.clock()

    async def change(self, **fields: object) -> None:
        async with self.database.transaction() as db:
            for name, value in fields.items():
                setattr(await db.get_one(Event, self.event.id), name, value)

    async def owed(self) -> list[Outgoing]:
        async with self.database.reading() as db:
            return list((await db.scalars(select(Outgoing).order_by(Outgoing.id))).all())


@pytest.fixture
async def house(database: Database, clock: Clock) -> AsyncIterator[House]:
    settings = Settings(smtp_url="smtp://127.0.0.1:1", public_url="https://wall.example", secret_key="only for tests")
    async with database.transaction() as db:
        event = await make_event(db, "harbour", contact="kim@example.org")
        source = await make_source(db, event)
        source.reason = "kueste.example has trouble at the moment (it answers 502)."
    import asyncio

    lease = Holder(database, "ingest", clock)
    holding = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    house = House(database, lease, clock, settings, event, source.id)
    await house.alarms.look()
    yield house
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)


SILENT = "Nothing comes from https://kueste.example for Harbour Talks"
BACK = "https://kueste.example is back for Harbour Talks"


async def test_ten_minutes_without_a_success_are_one_mail(house: House) -> None:
    await house.succeeds()
    assert await house.after(9) == []
    assert await house.after(1) == [SILENT]
    assert await house.after(60) == []


async def test_the_mail_says_since_when_and_why_and_where_to_look(house: House) -> None:
    await house.succeeds()
    await house.after(10)
    (mail,) = house.sent
    assert mail.to == "kim@example.org"
    assert "Since 2027-06-11 11:00 CEST nothing has come from https://kueste.example for Harbour Talks." in mail.text
    assert "What we know: kueste.example has trouble at the moment (it answers 502)." in mail.text
    assert "https://wall.example/desk/harbour/sources" in mail.text


async def test_a_source_that_never_worked_is_told_too(house: House) -> None:
    assert await house.after(10) == [SILENT]


async def test_its_return_is_one_mail_more(house: House) -> None:
    await house.after(10)
    await house.succeeds()
    assert await house.after(1) == [BACK]
    await house.succeeds()
    assert await house.after(5) == []


async def test_a_source_that_goes_on_working_is_never_told(house: House) -> None:
    for _ in range(4):
        await house.succeeds()
        assert await house.after(9) == []
    assert await house.owed() == []


async def test_the_next_silence_is_another_one(house: House) -> None:
    await house.after(10)
    await house.succeeds()
    assert await house.after(10) == [BACK, SILENT]


async def test_a_new_process_does_not_tell_of_an_old_silence_again(house: House) -> None:
    await house.after(10)
    house.__post_init__()
    assert await house.after(30) == []
    await house.succeeds()
    assert await house.after(1) == [BACK]


async def test_a_house_that_was_closed_over_night_is_given_its_ten_minutes(house: House) -> None:
    await house.succeeds()
    house.clock.forward(8 * 3600)
    house.__post_init__()
    assert await house.after(9) == []
    await house.succeeds()
    assert await house.after(5) == []


async def test_a_source_that_was_switched_off_meanwhile_begins_to_count_anew(house: House) -> None:
    await house.succeeds()
    for on in (False, True):
        async with house.database.transaction() as db:
            await sources.switch(db, await db.get_one(Source, house.source_id), on)
        assert await house.after(9) == []
    assert await house.after(2) == [SILENT]


@pytest.mark.parametrize("fields", [{"contact": ""}, {"state": EventState.REHEARSAL}, {"state": EventState.ARCHIVED}])
async def test_nobody_is_told_where_nobody_wants_to_know(house: House, fields: dict[str, object]) -> None:
    await house.change(**fields)
    await house.after(30)
    assert await house.owed() == []


async def test_without_a_mail_server_nothing_is_owed(house: House) -> None:
    house.settings.smtp_url = ""
    await house.after(30)
    assert await house.owed() == []


async def test_it_is_written_in_the_language_of_the_event(house: House) -> None:
    await house.change(languages=["de", "en"])
    assert await house.after(10) == ["Von https://kueste.example kommt nichts für Harbour Talks"]


async def test_a_mail_that_does_not_go_is_tried_after_1_5_and_30_minutes_and_then_given_up(house: House) -> None:
    house.refusing = "mail.example cannot be reached for mail."
    await house.after(10)
    tries = [(await house.owed())[0].tries]
    for wait in AGAIN:
        await house.after(wait.total_seconds() / MINUTE - 1)
        tries.append((await house.owed())[0].tries)
        await house.after(1)
        tries.append((await house.owed())[0].tries)
    assert tries == [1, 1, 2, 2, 3, 3, 4]
    await house.after(120)
    (owed,) = await house.owed()
    assert (owed.tries, owed.sent_at, owed.failed) == (4, None, "mail.example cannot be reached for mail.")


async def test_a_mail_that_goes_at_the_second_try_is_sent_once(house: House) -> None:
    house.refusing = "mail.example did not answer in time."
    await house.after(10)
    house.refusing = ""
    assert await house.after(5) == [SILENT]
    (owed,) = await house.owed()
    assert (owed.sent_at is not None, owed.tries, owed.failed) == (True, 2, "")


async def test_old_news_is_not_sent(house: House) -> None:
    house.refusing = "mail.example did not answer in time."
    await house.after(10)
    house.refusing = ""
    house.clock.forward(STALE.total_seconds())
    await house.succeeds()
    assert await house.after(1) == [BACK]
    assert timedelta(days=1) + NOW < house.clock()
