"""The spotlight and the pins from the desk: with a script and without one, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditLine, Event, Verdict
from tests.app.at_home import OURS, House
from tests.app.desk.test_screens import moderator
from tests.app.said import an_author, say

DESK = "/desk/harbour"
HEADERS = {"origin": OURS, "accept": "text/html"}
WORDS = "First time at a conference. I mend nets for a living, and I wonder whether there is room at the repair table."
Said = tuple[int, int, int]


@pytest.fixture
async def said(at_home: House) -> Said:
    """Two posts that are shown, and one that waits."""
    async with at_home.database.transaction() as db:
        first = await say(db, at_home.event, WORDS, await an_author(db, "A net mender"))
        second = await say(db, at_home.event, "Two")
        waiting = await say(db, at_home.event, "Three", verdict=Verdict.WAITING)
        return first.id, second.id, waiting.id


async def kept(house: House) -> tuple[int | None, list[int]]:
    async with house.database.reading() as db:
        event = await db.get_one(Event, house.event.id)
        return (event.spotlight or {}).get("post"), event.pins


async def test_the_spotlight_and_pins_are_set_by_the_desks_script_and_told_with_their_words(
    at_home: House, said: Said
) -> None:
    first, second, _ = said
    async with await moderator(at_home) as lee:
        told = (await lee.post(f"{DESK}/spotlight", json={"post": first})).json()
        assert told["spotlight"]["name"] == "A net mender" and told["pins"] == []
        assert WORDS.startswith(told["spotlight"]["words"].removesuffix(" …")) and len(told["spotlight"]["words"]) <= 92
        told = (await lee.post(f"{DESK}/pins", json={"post": second, "on": True})).json()
        assert [pin["id"] for pin in told["pins"]] == [second]
        assert (await lee.get(f"{DESK}/spotlight.json")).json() == told
        assert await kept(at_home) == (first, [second])
        await lee.post(f"{DESK}/pins", json={"post": second, "on": False})
        assert (await lee.post(f"{DESK}/spotlight", json={"post": None})).json() == {"spotlight": None, "pins": []}
    async with at_home.database.reading() as db:
        acts = list(await db.scalars(select(AuditLine.act).order_by(AuditLine.id)))
    assert acts[1:] == ["spotlight", "pin", "unpin", "spotlight off"]


async def test_without_a_script_the_page_of_screens_says_what_is_up_and_takes_it_down(
    at_home: House, said: Said
) -> None:
    first, second, _ = said
    async with await moderator(at_home) as lee:
        await lee.post(f"{DESK}/spotlight", json={"post": first})
        await lee.post(f"{DESK}/pins", json={"post": second, "on": True})
        page = (await lee.get(f"{DESK}/screens")).text
        assert "In the spotlight, on every screen" in page and "A net mender" in page and "Two" in page
        down = await lee.post(f"{DESK}/spotlight", data={"post": ""})
        assert (down.status_code, down.headers["location"]) == (303, f"{DESK}/screens")
        assert (await lee.post(f"{DESK}/pins", data={"post": str(second), "on": "false"})).status_code == 303
    assert await kept(at_home) == (None, [])


async def test_what_is_not_shown_or_is_no_post_cannot_go_to_the_screens(at_home: House, said: Said) -> None:
    _, _, waiting = said
    async with await moderator(at_home) as lee:
        lee.headers["accept"] = "application/json"
        for what, status, sentence in (
            ({"post": waiting}, 409, "Show it first."), ({"post": 999}, 404, "not here any more"),
            ({"post": 0}, 400, "Say which post."), ({}, 400, "Say which post."),
            ({"post": "x"}, 400, "Say which post."),
        ):  # fmt: skip
            for where in ("spotlight", "pins"):
                answer = await lee.post(f"{DESK}/{where}", json=what | ({"on": True} if where == "pins" else {}))
                assert (answer.status_code, sentence in answer.json()["error"]) == (status, True), (where, what)
    async with at_home.visitor(headers=HEADERS) as nobody:
        assert (await nobody.post(f"{DESK}/spotlight", json={"post": None})).status_code == 401
    assert await kept(at_home) == (None, [])
