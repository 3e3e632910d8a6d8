"""What is particular about some settings: clocks, the order of languages; and what the audit log is told of any."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from app.models import AuditLine
from tests.app.desk.conftest import Desk
from tests.app.desk.test_settings import opened, send, stored


async def test_what_is_at_nine_stays_at_nine_in_another_zone(desk: Desk) -> None:
    async with desk.organiser() as kim:
        sent = {"starts_at": "2027-07-01T09:00", "ends_at": "2027-07-02T18:00"}
        await send(kim, "event", await opened(kim, "event"), **sent)
        assert (await stored(desk)).starts_at == datetime(2027, 7, 1, 9, tzinfo=UTC)
        assert (await send(kim, "event", await opened(kim, "event"), time_zone="Europe/Berlin"))[0] == 200
        assert (await opened(kim, "event"))["starts_at"] == "2027-07-01T09:00"
    assert (await stored(desk)).starts_at == datetime(2027, 7, 1, 7, tzinfo=UTC)


async def test_the_first_language_stays_the_first_when_others_are_added(desk: Desk) -> None:
    async with desk.organiser() as kim:
        await send(kim, "event", await opened(kim, "event"), languages="de")
        await send(kim, "event", await opened(kim, "event"), languages="en da de")
    assert (await stored(desk)).languages == ["de", "en", "da"]


async def test_what_changed_is_noted_by_the_names_of_its_fields_and_nothing_else(desk: Desk) -> None:
    async with desk.organiser() as kim:
        await send(kim, "people", await opened(kim, "people"), organiser="A secret society", imprint="Quay 3")
        await send(
            kim, "hashtags", await opened(kim, "hashtags"), tags="HarbourTalks"
        )  # as it was, but for the sign before it
    async with desk.running.database.reading() as db:
        (line,) = (await db.scalars(select(AuditLine).where(AuditLine.chain_id == desk.event.id))).all()
    assert (line.act, line.detail) == ("settings", {"fields": ["organiser", "imprint"]})
    assert line.account_id is not None and "secret" not in str(line.detail)
