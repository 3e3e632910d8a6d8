"""/screen as a browser meets it: nothing by opening it, a code by its button, and then the wall, of a draft as well."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import func, select, update

from app.domain import screens
from app.models import Account, Event, EventState, Pairing, Screen
from display import pairing
from tests.app.at_home import OURS, House, at_home

__all__ = ["at_home"]
HEADERS = {"origin": OURS, "accept": "text/html"}


async def the_code(tv: httpx.AsyncClient) -> str:
    answer = await tv.post("/screen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/screen?asked=1")
    page = (await tv.get("/screen?asked=1")).text
    letters = re.findall(r"<b>(\w)</b>", page)
    assert len(letters) == 6, page
    return "".join(letters)


async def typed(house: House, code: str) -> Screen:
    """At the desk, for the screen “Hall, left”."""
    async with house.database.transaction() as db:
        made = await screens.find_screen(db, house.event.id, "Hall, left")
        made = made or await screens.make(db, house.event, "Hall, left", "reviewed", house.kim, house.clock())
        return await screens.pair(db, house.event, code, made.id, house.kim, house.clock())


async def state(tv: httpx.AsyncClient) -> str:
    answer = await tv.get("/screen/state.json")
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["state"])


@pytest.mark.parametrize("kind", [EventState.LIVE, EventState.DRAFT])
async def test_a_browser_shows_its_code_and_goes_to_its_wall(at_home: House, kind: EventState) -> None:
    async with at_home.database.transaction() as db:
        await db.execute(update(Event).values(state=kind))
    async with at_home.visitor(headers=HEADERS) as tv:
        assert await state(tv) == "over"
        code = await the_code(tv)
        assert await state(tv) == "waiting"
        assert (await tv.post("/screen/go")).headers["location"] == "/screen", "nobody has typed it yet"
        await typed(at_home, code)
        assert await state(tv) == "taken"
        assert "This is the screen “Hall, left” now." in (await tv.get("/screen")).text
        answer = await tv.post("/screen/go")
        assert answer.headers["location"] == "/harbour/wall?screen=Hall%2C+left"
        wall = await tv.get(answer.headers["location"])
        assert wall.status_code == 200 and '"audience": "reviewed"' in wall.text
        assert await state(tv) == "over", "used up"
        told = await tv.get("/harbour/wall/screen.json?screen=Hall%2C+left")
        assert told.json()["name"] == "Hall, left"
        assert (await tv.get("/desk/harbour/screens")).status_code == 403, "it is a screen, and nobody else"
    async with at_home.visitor(headers=HEADERS) as stranger:
        assert (await stranger.get("/harbour/wall")).status_code == (200 if kind is EventState.LIVE else 404)


async def test_opening_the_page_changes_nothing(at_home: House) -> None:
    async with at_home.visitor(headers=HEADERS) as anybody:
        page = await anybody.get("/screen")
        assert page.status_code == 200 and "Show a code" in page.text and not page.cookies
    async with at_home.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Pairing)) == 0


async def test_another_code_ends_the_one_before(at_home: House) -> None:
    async with at_home.visitor(headers=HEADERS) as tv:
        first, second = await the_code(tv), await the_code(tv)
    assert first != second
    async with at_home.database.reading() as db:
        assert list(await db.scalars(select(Pairing.code))) == [second]


async def test_an_organiser_who_pairs_their_own_browser_stays_signed_in(at_home: House) -> None:
    async with await at_home.organiser(headers=HEADERS) as kim:
        await typed(at_home, await the_code(kim))
        assert (await kim.post("/screen/go")).headers["location"].startswith("/harbour/wall")
        assert (await kim.get("/desk/harbour/screens")).status_code == 200
    async with at_home.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Account)) == 1


async def test_a_browser_without_cookies_is_told_and_does_not_ask_for_ever(at_home: House) -> None:
    async with at_home.visitor(headers=HEADERS) as tv:
        await tv.post("/screen")
        tv.cookies.clear()
        page = await tv.get("/screen?asked=1")
    assert page.status_code == 400 and "keeps no cookies" in page.text and "data-later" in page.text


async def test_codes_are_not_given_out_without_end(at_home: House) -> None:
    async with at_home.visitor(headers=HEADERS) as tv:
        for _ in range(pairing.BY_ADDRESS.burst):
            assert (await tv.post("/screen")).status_code == 303
        page = (await tv.post("/screen")).text
        assert "Wait a moment" in page and "The code" in page, "the one it has stays"
        tv.cookies.clear()
        answer = await tv.post("/screen")
        assert answer.status_code == 429 and "Wait a moment" in answer.text and "data-later" in answer.text


async def test_a_code_of_somebody_elses_page_is_refused(at_home: House) -> None:
    async with at_home.visitor(headers={"origin": "http://elsewhere.example"}) as tv:
        assert (await tv.post("/screen")).status_code == 403
