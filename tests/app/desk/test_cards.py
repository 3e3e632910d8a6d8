"""The desk's page of cards: for organisers, without a script; one tap makes twelve tables, and each says what came."""

from __future__ import annotations

from html import unescape

import httpx
import pytest
from sqlalchemy import select

from app.models import Card, Event
from app.models.account import Role
from tests.app.desk.conftest import Desk

PAGE = "/desk/harbour/cards"


async def codes(desk: Desk) -> list[tuple[str, str, int]]:
    async with desk.running.database.reading() as db:
        rows = await db.execute(select(Card.code, Card.label, Card.opened).order_by(Card.id))
        return [(code, label, opened) for code, label, opened in rows]


async def read(visitor: httpx.AsyncClient, language: str = "en") -> str:
    answer = await visitor.get(PAGE, headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.text)


async def test_only_organisers_come_in(desk: Desk) -> None:
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert (await moderator.get(PAGE)).status_code == 403
        for path, sent in (("/tables", {"count": "3"}), ("/places", {"code": "A"}), ("/1", {}), ("/1/remove", {})):
            assert (await moderator.post(PAGE + path, data=sent)).status_code == 403
    assert await codes(desk) == []


async def test_one_tap_makes_twelve_tables_with_labels_in_the_organiser_s_language(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert 'name="count" type="number" min="1" max="100" inputmode="numeric" value="12"' in await read(kim)
        made = await kim.post(PAGE + "/tables", data={"count": "12"}, headers={"accept-language": "de"})
        assert (made.status_code, made.headers["location"]) == (303, PAGE + "#tables")
        page = await read(kim)
    assert [(code, label) for code, label, _ in await codes(desk)] == [(f"T{n}", f"Tisch {n}") for n in range(1, 13)]
    assert "12 codes" in page and "/harbour/card?code=T12&format=tent" in page and "/harbour/card/all?format=a6" in page


@pytest.mark.parametrize("count", ["", "0", "x", "101", "9" * 400, "²"])
async def test_a_number_that_is_none_is_said_and_stays_in_its_field(desk: Desk, count: str) -> None:
    async with desk.organiser() as kim:
        answer = await kim.post(PAGE + "/tables", data={"count": count})
    page = unescape(answer.text)
    assert answer.status_code == 400 and "From 1 to 100 tables at once." in page and f'value="{count}"' in page


async def test_a_code_that_is_taken_is_said_and_nothing_typed_is_lost(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert (await kim.post(PAGE + "/places", data={"code": "bar", "label": "At the <bar>"})).status_code == 303
        again = await kim.post(PAGE + "/places", data={"code": "BAR", "label": "Another bar"})
    page = unescape(again.text)
    assert again.status_code == 409 and "BAR is taken already. Choose another code." in page
    assert 'value="BAR"' in page and 'value="Another bar"' in page and "At the &lt;bar&gt;" in again.text
    assert await codes(desk) == [("BAR", "At the <bar>", 0)]


async def test_a_label_is_changed_and_a_code_removed(desk: Desk) -> None:
    async with desk.organiser() as kim:
        await kim.post(PAGE + "/tables", data={"count": "2"})
        assert (await kim.post(PAGE + "/1", data={"label": "By the stove", "room": ""})).status_code == 303
        assert (await kim.post(PAGE + "/2/remove")).status_code == 303
        assert await codes(desk) == [("T1", "By the stove", 0)]
        gone = await kim.post(PAGE + "/2", data={"label": "x"}, headers={"accept": "text/html"})
    assert gone.status_code == 404 and "There is no card with this code." in gone.text


async def test_the_form_s_script_counts_an_opening_and_sets_nothing_in_the_browser(desk: Desk) -> None:
    async with desk.organiser() as kim, desk.running.visitor() as somebody:
        await kim.post(PAGE + "/tables", data={"count": "2"})
        for code in ("T1", "t1", "T9", "", "x" * 5_000):
            answer = await somebody.post("/harbour/say/opened", data={"code": code})
            assert answer.status_code == 204 and not answer.content and "set-cookie" not in answer.headers
        assert [opened for _, _, opened in await codes(desk)] == [2, 0]
        page = await read(kim)
        assert "opened 2×" in page and "nobody is followed" in page and "nothing yet" in page
        assert (await somebody.post("/nowhere/say/opened", data={"code": "T1"})).status_code == 404
        assert (await somebody.get("/harbour/say/opened")).status_code in (404, 405)


async def test_an_opening_from_another_site_is_not_counted(desk: Desk) -> None:
    async with desk.organiser() as kim:
        await kim.post(PAGE + "/tables", data={"count": "1"})
    async with desk.running.visitor(headers={"Sec-Fetch-Site": "cross-site"}) as somebody:
        assert (await somebody.post("/harbour/say/opened", data={"code": "T1"})).status_code == 403
    assert [opened for _, _, opened in await codes(desk)] == [0]


async def test_a_tag_that_is_two_is_said_in_plain_words(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        event = await db.get_one(Event, desk.event.id)
        event.tags, event.spare_tag = ["HarbourTalks", "ev-12"], "740"
    async with desk.organiser() as kim:
        page = await read(kim)
    assert "Of #ev-12 Mastodon makes #ev and Bluesky #ev-12: two tags. #ev_12 is one on both." in page
    assert "#740 is no hashtag anywhere" in page
