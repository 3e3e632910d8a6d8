"""An event is made on one page: what is right becomes a draft, what is wrong is said at once, nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain import accounts
from app.domain.event import address, founding
from app.domain.events import RESERVED, create_event
from app.models import AuditLine, Event, EventState, Policy
from app.models.account import Role
from tests.conftest import NOW
from tests.server import Running, serving

WHOLE = {
    "title": "Hafentage Rostock", "slug": "", "tags": "#HafenTage, ht27", "spare_tag": "HafenRuhe", "policy": "trusted",
    "starts_at": "2027-07-01T09:00", "ends_at": "2027-07-02T18:00", "time_zone": "Europe/Berlin", "languages": "de",
}  # fmt: skip


@pytest.fixture
async def running(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Running]:
    shutil.copy(sqlite_template, tmp_path / "strand.sqlite")
    async with serving(f"sqlite+aiosqlite:///{tmp_path / 'strand.sqlite'}", tmp_path) as opened:
        yield opened


async def events(running: Running) -> list[Event]:
    async with running.database.reading() as db:
        return list(await db.scalars(select(Event).order_by(Event.id)))


async def make(running: Running, **changed: str) -> tuple[int, str]:
    async with running.visitor(await running.sign_in(Role.ORGANISER)) as kim:
        answer = await kim.post("/setup", data=WHOLE | changed)
        return answer.status_code, answer.headers.get("location") or unescape(answer.text)


async def test_what_is_typed_becomes_a_draft_with_an_address_from_its_title(running: Running) -> None:
    assert await make(running) == (303, "/desk/hafentage-rostock/settings?made=yes")
    (event,) = await events(running)
    assert (event.state, event.policy, event.tags) == (EventState.DRAFT, Policy.TRUSTED, ["HafenTage", "ht27"])
    assert (event.spare_tag, event.languages, event.time_zone) == ("HafenRuhe", ["de"], "Europe/Berlin")
    assert event.starts_at is not None and event.starts_at.hour == 7  # nine o'clock there
    async with running.database.reading() as db:
        (line,) = (await db.scalars(select(AuditLine).where(AuditLine.chain_id == event.id))).all()
    assert (line.act, line.detail) == ("found", {"slug": "hafentage-rostock"})
    async with running.visitor() as nobody:
        assert (await nobody.get("/hafentage-rostock")).status_code == 404


async def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(running: Running) -> None:
    wrong = {
        "title": " ", "slug": "desk", "tags": "#Hafen-Tage", "spare_tag": "2027", "ends_at": "2027-06-30T09:00",
        "policy": "whatever",
    }  # fmt: skip
    status, page = await make(running, **wrong)
    assert status == 400 and await events(running) == []
    for sentence in (
        "An event needs a title.", "/desk is taken by the house itself.", "#Hafen_Tage is one on both",
        "needs a letter", "It ends before it begins.", "Choose when a post is shown.", "6 things are not right yet.",
    ):  # fmt: skip
        assert sentence in page
    for kept in ('value="desk"', 'value="#Hafen-Tage"', 'value="2027"', 'value="2027-06-30T09:00"'):
        assert kept in page
    assert '<option value="Europe/Berlin" selected>' in page


async def test_who_has_a_title_and_no_hashtag_is_offered_one(running: Running) -> None:
    status, page = await make(running, tags="", title="Hafentage am Kai")
    assert status == 400 and "An event needs a hashtag." in page and 'value="HafentageAmKai"' in page


async def test_an_address_that_somebody_has_is_refused_and_a_proposal_steps_aside(running: Running) -> None:
    await make(running)
    status, page = await make(running, slug="hafentage-rostock")
    assert status == 409 and "There is an event at /hafentage-rostock already." in page
    assert await make(running) == (303, "/desk/hafentage-rostock-2/settings?made=yes")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.REPORTER, Role.ORGANISER])
async def test_whoever_looks_after_one_event_makes_no_others(running: Running, role: Role) -> None:
    async with running.database.transaction() as db:
        event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW)
    async with running.visitor(await running.sign_in(role, event)) as somebody:
        assert (await somebody.get("/setup")).status_code == 403
        assert (await somebody.post("/setup", data=WHOLE)).status_code == 403
        assert "/setup" not in (await somebody.get("/desk")).text
    async with running.visitor() as nobody:
        assert (await nobody.post("/setup", data=WHOLE)).status_code == 401
        assert (await nobody.get("/setup", headers={"accept": "text/html"})).headers["location"].startswith("/sign-in")
    assert len(await events(running)) == 1


async def test_the_first_organiser_of_an_empty_house_is_led_here_and_later_ones_to_the_desk(running: Running) -> None:
    for name, to in (("Kim", "/setup"), ("Lee", "/desk")):
        async with running.database.transaction() as db:
            token = await accounts.invite(db, None, Role.ORGANISER, NOW)
        async with running.visitor() as somebody:
            came = await somebody.post(f"/invite/{token}", data={"name": name, "password": "a short sentence is good"})
            assert (came.status_code, came.headers["location"]) == (303, to)
        await make(running)


PROPOSED = [
    ("Hafentage Rostock 2027", "hafentage-rostock-2027"),
    ("  Über-Größe & Œuvre, l'été!  ", "ueber-groesse-and-uvre-lete"),
    ("x" * 90, "x" * 40),
    ("Wer hat den längsten Namen von allen Veranstaltungen hier", "wer-hat-den-laengsten-namen-von-allen"),
    ("港の話", ""),
]


@pytest.mark.parametrize(("title", "slug"), PROPOSED)
def test_addresses_are_proposed_in_letters_that_can_be_typed(title: str, slug: str) -> None:
    assert address.proposed(title) == slug


async def test_a_title_in_other_letters_gets_an_address_too(running: Running) -> None:
    assert (await make(running, title="港の話", tags="港の話"))[1] == "/desk/event/settings?made=yes"
    assert (await make(running, title="港の話", tags="港の話"))[1] == "/desk/event-2/settings?made=yes"
    assert (await make(running, title="Desk", tags="Desk"))[1] == "/desk/desk-event/settings?made=yes"
    assert "desk" in RESERVED


def test_a_proposed_tag_works_on_both_networks() -> None:
    assert founding.proposed_tag("harbour talks") == "HarbourTalks"
    assert founding.proposed_tag("2027") == "s2027"
    assert founding.proposed_tag("!!!") == ""
