"""Freeze and blank on a phone, by a signed link and from the command line."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from app.cli import app as cli
from app.domain import freezing
from app.models import AuditLine, Event, SignIn
from tests.app.at_home import OURS, SECRET, House
from tests.app.well import WellHouse

PAGE, SCREENS = "/desk/harbour/freeze", "/desk/harbour/screens"
HEADERS = {"origin": OURS, "accept": "text/html"}


async def event_of(house: House) -> Event:
    async with house.database.reading() as db:
        return await db.get_one(Event, house.event.id)


async def acts(house: House) -> list[tuple[str, str]]:
    async with house.database.reading() as db:
        rows = await db.scalars(select(AuditLine).order_by(AuditLine.id))
        return [(row.act, row.detail.get("way", "")) for row in rows if row.chain_id == house.event.id]


async def test_freeze_by_one_big_button_without_a_script(at_home: House) -> None:
    async with await at_home.organiser(headers=HEADERS) as kim:
        page = (await kim.get(PAGE)).text
        assert "The screens show the strand." in page
        for act, told in (
            ("freeze", "The screens are frozen since 11:00."), ("blank", "The screens are dark since 11:00."),
            ("unblank", "The screens are frozen since"), ("release", "The screens show the strand."),
        ):  # fmt: skip
            answer = await kim.post(PAGE, data={"act": act})
            assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
            assert told in (await kim.get(PAGE)).text
        for wrong in ({"act": "melt"}, {}):
            assert (await kim.post(PAGE, data=wrong)).status_code == 400
    assert await acts(at_home) == [(act, "phone") for act in ("freeze", "blank", "unblank", "release")]


async def the_link(house: House) -> str:
    async with await house.organiser(headers=HEADERS) as kim:
        page = (await kim.post(f"{SCREENS}/link")).text
        found = re.search(r"/freeze/[\w.-]+(?=</p>)", page)
        assert found, page
        assert found[0] not in (await kim.get(SCREENS)).text, "shown once"
    return found[0]


async def test_freeze_by_a_link_needs_no_sign_in_and_opening_it_changes_nothing(at_home: House) -> None:
    link = await the_link(at_home)
    async with at_home.database.transaction() as db:
        await db.execute(delete(SignIn))  # nobody can sign in, nobody is
    async with at_home.visitor(headers=HEADERS) as anybody:
        assert "Freeze the screens" in (await anybody.get(link)).text
        assert (await event_of(at_home)).frozen_at is None
        answer = await anybody.post(link)
        assert (answer.status_code, "The screens are frozen." in answer.text) == (200, True)
        assert (await event_of(at_home)).frozen_at is not None
        assert (await anybody.post(link)).status_code == 200, "once more does no harm"
    assert (await acts(at_home))[-2:] == [("freeze", "link")] * 2


async def told_over(house: House, link: str) -> bool:
    async with house.visitor(headers=HEADERS) as anybody:
        answers = [await anybody.get(link), await anybody.post(link)]
    assert (await event_of(house)).frozen_at is None
    return all(a.status_code == 404 and "This link does not work any more" in a.text for a in answers)


async def test_freeze_links_end_with_a_newer_one_and_by_hand(at_home: House) -> None:
    first = await the_link(at_home)
    second = await the_link(at_home)
    assert await told_over(at_home, first)
    async with await at_home.organiser(headers=HEADERS) as kim:
        assert (await kim.post(f"{SCREENS}/end-link")).status_code == 303
    assert await told_over(at_home, second)


@pytest.mark.parametrize("dated", [True, False], ids=["of an event with an end", "of one without"])
async def test_freeze_links_end_by_themselves(at_home: House, dated: bool) -> None:
    async with at_home.database.transaction() as db:
        ends = at_home.clock() + timedelta(days=2) if dated else None
        await db.execute(update(Event).values(ends_at=ends))
    link = await the_link(at_home)
    at_home.clock.forward((timedelta(days=32) if dated else freezing.UNDATED).total_seconds() - 1)
    async with at_home.visitor(headers=HEADERS) as anybody:
        assert (await anybody.get(link)).status_code == 200
    at_home.clock.forward(1)
    assert await told_over(at_home, link)


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: "x" * 500, lambda t: "é%00", lambda t: "a.b.c"]
)
async def test_freeze_links_that_are_forged_or_torn_are_told_in_one_sentence(at_home: House, spoil: object) -> None:
    word = (await the_link(at_home)).rpartition("/")[2]
    async with at_home.visitor(headers=HEADERS) as anybody:
        answer = await anybody.post(f"/freeze/{spoil(word)}")  # type: ignore[operator]
    assert answer.status_code in (400, 404)
    assert (await event_of(at_home)).frozen_at is None


async def test_freeze_links_of_another_house_or_another_purpose_freeze_nothing(at_home: House) -> None:
    from app import secrets

    await the_link(at_home)
    nonce = (await event_of(at_home)).freeze_nonce
    said = [at_home.event.id, nonce, int(at_home.clock().timestamp())]
    for key, purpose, value in (
        ("another key", "freeze", said), (SECRET, "receipt", said), (SECRET, "freeze", [at_home.event.id, "", said[2]]),
        (SECRET, "freeze", {"e": 1}), (SECRET, "freeze", [999, nonce, said[2]]), (SECRET, "freeze", ["1", nonce, 0]),
    ):  # fmt: skip
        assert await told_over(at_home, "/freeze/" + secrets.sign(key, purpose, value))


async def test_freeze_links_can_be_tried_only_so_often(at_home: House) -> None:
    async with at_home.visitor(headers=HEADERS) as anybody:
        told = [(await anybody.get("/freeze/guess")).status_code for _ in range(40)]
    assert (set(told[:25]), told[-1]) == ({404}, 429)


def test_freeze_and_blank_from_the_command_line(
    store_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    WellHouse(store_url, tmp_path, monkeypatch)  # type: ignore[arg-type]
    for words, told in (
        (["freeze", "harbour"], "The screens of harbour are frozen."),
        (["freeze", "harbour", "--blank"], "The screens of harbour are dark."),
        (["freeze", "harbour", "--off", "--blank"], "The screens of harbour are not dark any more."),
        (["freeze", "harbour", "--off"], "The screens of harbour go on."),
    ):
        assert CliRunner().invoke(cli, words).output.strip() == told
