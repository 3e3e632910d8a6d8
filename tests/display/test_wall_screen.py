"""What a wall asks: what it is to show, single posts, whose turn it is. A draft's walls are for its screens alone."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import update

from app.domain import screens
from app.domain.screens import showings
from app.domain.screens.showings import Piece
from app.models import Event, EventState, Post, Verdict
from tests.app.at_home import House, at_home
from tests.app.said import say

__all__ = ["at_home"]


@pytest.fixture
async def house(at_home: House) -> House:
    """With a screen for everybody, and one for what was read."""
    async with at_home.database.transaction() as db:
        for name, audience in (("Hall, left", "public"), ("Foyer", "reviewed")):
            await screens.make(db, at_home.event, name, audience, at_home.kim, at_home.clock())
        left = await screens.find_screen(db, at_home.event.id, "Hall, left")
        assert left is not None
        await screens.tell_look(db, at_home.event, [left.id], {"theme": "light"}, at_home.kim, at_home.clock())
    return at_home


async def said(house: House, **fields: Any) -> Post:
    async with house.database.transaction() as db:
        more: dict[str, Any] = {"shown_at": house.clock(), "first": True} | fields
        return await say(db, house.event, "Hello", **more)


async def asked(house: House, what: str, **query: str) -> Any:
    async with house.visitor() as wall:
        answer = await wall.get(f"/harbour/wall/{what}.json", params=query)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store", answer.text
    return answer.json()


async def test_the_page_holds_what_its_screen_is_to_show(house: House) -> None:
    async with house.visitor() as wall:
        page = await wall.get("/harbour/wall", params={"screen": "Hall, left"})
    assert page.headers["x-strand"] == "wall"
    told = await asked(house, "screen", screen="Hall, left")
    assert told["look"] == screens.LOOK | {"theme": "light"} and 'data-theme="light"' in page.text
    if found := re.search(r'<script type="application/json" id="screen">(.*?)</script>', page.text, re.S):
        assert json.loads(html.unescape(found[1])) == told
    assert json.loads(re.findall(r'id="live">(.*?)</script>', page.text, re.S)[0])["screen"] == "Hall, left"


async def test_an_unknown_name_is_a_public_screen_that_shows_the_strand(house: House) -> None:
    for name in ("", "nobody", "x" * 999):
        told = await asked(house, "screen", screen=name)
        assert (told["name"], told["audience"], told["mode"]) == (name[:64], "public", "strand")
    assert (await asked(house, "screen", screen="Foyer"))["audience"] == "reviewed"


async def test_a_theme_can_be_tried_on_in_the_address(house: House) -> None:
    assert (await asked(house, "screen", screen="Hall, left", theme="contrast"))["look"]["theme"] == "contrast"
    assert (await asked(house, "screen", screen="Hall, left", theme="pink"))["look"]["theme"] == "light"


async def test_single_posts_are_those_this_screen_may_show(house: House) -> None:
    read, unread = await said(house, decided_by=house.kim.id), await said(house)
    hidden = await said(house, verdict=Verdict.HIDE)
    ids = f"{unread.id},{hidden.id},999,{read.id},x,-1,{'9' * 50},²"
    told = await asked(house, "posts", screen="Hall, left", ids=ids)
    assert [post["id"] for post in told["posts"]] == [unread.id, read.id], "in the order they were asked for"
    assert (told["epoch"], told["seq"]) == (house.event.epoch, 1)
    assert [post["id"] for post in (await asked(house, "posts", screen="Foyer", ids=ids))["posts"]] == [read.id]
    assert "verdict" not in told["posts"][0], "nothing of the desk's"
    assert (await asked(house, "posts", ids=""))["posts"] == []
    many = await asked(house, "posts", ids=",".join([str(read.id)] * 60 + [str(unread.id)]))
    assert unread.id not in [post["id"] for post in many["posts"]], "no more than fifty at once"


async def test_airtime_is_told_by_screen(house: House) -> None:
    post = await said(house)
    assert [one["id"] for one in (await asked(house, "airtime", screen="Hall, left"))["firsts"]] == [post.id]
    began = house.clock()
    async with house.database.transaction() as db:
        await showings.keep(
            db, [Piece(house.event.id, "Hall, left", "public", post.id, began, house.clock.forward(8))]
        )  # fmt: skip
    told = await asked(house, "airtime", screen="Hall, left")
    assert (told["posts"], told["firsts"]) == ({str(post.id): 8.0}, [])
    assert (await asked(house, "airtime", screen="Foyer"))["posts"] == {}


async def test_a_drafts_walls_are_for_its_people_and_screens(house: House) -> None:
    async with house.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.DRAFT))
    async with house.visitor() as stranger, await house.organiser() as kim:
        for what in ("screen", "posts", "airtime"):
            assert (await stranger.get(f"/harbour/wall/{what}.json")).status_code == 404
            assert (await kim.get(f"/harbour/wall/{what}.json")).status_code == 200
