"""Codes lead to one place each, rooms and tables alike; openings and posts are counted, and nobody is followed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import inspect, select

from app.database import Database
from app.domain.event import cards
from app.domain.event.cards import Place
from app.domain.intake import receive
from app.domain.schedule import schedule_feed
from app.errors import BadInput, Conflict, NotFound
from app.models import Card, Event, Post, Room
from ingest.types import Batch, IncomingDeletion, IncomingPost, Network
from tests.app.test_sessions import UP, an_event, place, placed, said
from tests.conftest import NOW
from tests.factories import an_author, make_event


async def tables(database: Database, event: Event, count: int = 3) -> list[str]:
    async with database.transaction() as db:
        return [card.code for card in await cards.make_tables(db, event, count, lambda n: f"Table {n}", NOW)]


async def places(database: Database, event: Event) -> dict[str, Place]:
    async with database.reading() as db:
        return {place.code: place for place in await cards.list_places(db, event.id)}


def by_card(code: str, name: str = "Kim", text: str = "Hello") -> IncomingPost:
    return said(text, author=an_author(name, Network.FORM), card_code=code)


async def test_tables_are_numbered_on_from_the_last(database: Database) -> None:
    event = await an_event(database)
    assert await tables(database, event) == ["T1", "T2", "T3"]
    async with database.transaction() as db:
        await cards.add_card(db, event, " t12 ", "At the stairs", None, NOW)
    assert await tables(database, event, 2) == ["T13", "T14"]
    assert list(await places(database, event)) == ["SP3", "KJ7", "T1", "T2", "T3", "T12", "T13", "T14"]


@pytest.mark.parametrize("count", [0, -1, 101])
async def test_nobody_makes_no_tables_or_ten_thousand(sqlite: Database, count: int) -> None:
    event = await an_event(sqlite)
    with pytest.raises(BadInput, match="From 1 to 100"):
        await tables(sqlite, event, count)
    for _ in range(4):
        await tables(sqlite, event, 100)
    with pytest.raises(Conflict, match="more than 500"):
        await tables(sqlite, event, 100)


@pytest.mark.parametrize("code", ["SP3", "sp3", " T1 "])
async def test_a_code_leads_to_one_place_whether_a_room_s_or_a_table_s(database: Database, code: str) -> None:
    event = await an_event(database)
    await tables(database, event)
    async with database.transaction() as db:
        with pytest.raises(Conflict, match="is taken already"):
            await cards.add_card(db, event, code, "", None, NOW)


@pytest.mark.parametrize("codes", [{"1": "T1"}, {"1": "kj7"}, {"1": "X", "2": "x"}])
async def test_a_room_takes_no_code_of_another_place(database: Database, codes: dict[str, str]) -> None:
    event = await an_event(database)
    await tables(database, event)
    with pytest.raises(Conflict, match="is taken already"):
        async with database.transaction() as db:
            await schedule_feed.set_marks(db, event, None, codes, NOW)
    assert (await places(database, event))["SP3"].label == "Speicher"


async def test_rooms_swap_their_codes_and_give_them_up(database: Database) -> None:
    event = await an_event(database)
    async with database.transaction() as db:
        await schedule_feed.set_marks(db, event, None, {"1": "kj7", "2": "SP3"}, NOW)
    assert {p.code: p.label for p in (await places(database, event)).values()} == {"KJ7": "Speicher", "SP3": "Kajüte"}
    async with database.transaction() as db:
        await schedule_feed.set_marks(db, event, None, {"1": ""}, NOW)
    assert list(await places(database, event)) == ["SP3"]


@pytest.mark.parametrize("code", ["", "A B", "T-7", "Ä1", "x" * 33, "7\n8"])
async def test_what_cannot_be_printed_as_a_code_is_none(sqlite: Database, code: str) -> None:
    event = await an_event(sqlite)
    async with sqlite.transaction() as db:
        with pytest.raises(BadInput, match="A code is made of"):
            await cards.add_card(db, event, code, "", None, NOW)
    async with sqlite.reading() as db:
        with pytest.raises(NotFound, match="no card with this code"):
            await cards.find_place(db, event.id, code)


async def test_a_post_from_a_table_in_a_room_belongs_to_what_runs_there(database: Database) -> None:
    event = await an_event(database)
    async with database.transaction() as db:
        card = await cards.add_card(db, event, "K9", "By the window", 2, NOW)
    await place(database, by_card("k9", text="at the window"), by_card("T1", text="at no table"))
    assert await placed(database) == {"at the window": (2, "card"), "at no table": (None, "")}
    async with database.transaction() as db:
        await cards.change_card(db, event, card.id, "By the door", 1, NOW)
    assert (await placed(database))["at the window"] == (1, "card")
    async with database.transaction() as db:
        await cards.remove_card(db, event, card.id)
    assert (await placed(database))["at the window"] == (1, "card")  # what was said stays where it was


async def test_openings_posts_and_first_posts_are_counted_by_code(database: Database) -> None:
    event = await an_event(database)
    await tables(database, event)
    for code in ("T1", " t1", "sp3", "SP3", "nobody gave this out", "T99", ""):
        async with database.transaction() as db:
            await cards.note_opened(db, event.id, code, NOW)
    gone = by_card("T1", "Ole")
    await place(database, by_card("T1"), by_card("t1 "), by_card("SP3", "Bo"), gone)
    async with database.transaction() as db:
        await receive(db, Batch(UP, (IncomingDeletion(address=gone.address),)), NOW)
    found = await places(database, event)
    assert (found["T1"].opened, found["T1"].posts, found["T1"].firsts) == (2, 2, 1)
    assert (found["SP3"].opened, found["SP3"].posts, found["SP3"].firsts) == (2, 1, 1)
    assert found["SP3"].is_room and found["SP3"].label == "Speicher"
    assert (found["KJ7"].opened, found["KJ7"].posts) == (0, 0)
    assert list(found) == ["SP3", "KJ7", "T1", "T2", "T3"]


async def test_two_phones_that_open_a_room_s_card_at_once_are_two(database: Database) -> None:
    event = await an_event(database)

    async def open_it() -> None:
        async with database.transaction() as db:
            await cards.note_opened(db, event.id, "SP3", NOW)

    await asyncio.gather(*(open_it() for _ in range(6)))
    assert (await places(database, event))["SP3"].opened == 6


async def test_an_old_card_of_a_room_still_leads_into_it(database: Database) -> None:
    event = await an_event(database)
    async with database.transaction() as db:
        await cards.note_opened(db, event.id, "SP3", NOW)
        await schedule_feed.set_marks(db, event, None, {"1": "NEW1"}, NOW)
    await place(database, by_card("SP3", text="with an old card"))
    assert await placed(database) == {"with an old card": (1, "card")}
    found = await places(database, event)
    assert (found["NEW1"].opened, found["SP3"].opened, found["SP3"].label) == (0, 1, "Speicher")


async def test_cards_of_one_event_are_not_another_s(sqlite: Database) -> None:
    event = await an_event(sqlite)
    [first, *_] = await tables(sqlite, event)
    async with sqlite.transaction() as db:
        other = await make_event(db)
        card = (await db.scalars(select(Card).where(Card.code == first))).one()
        with pytest.raises(NotFound):
            await cards.change_card(db, other, card.id, "Mine", None, NOW)
        with pytest.raises(NotFound):
            await cards.remove_card(db, other, card.id)
        with pytest.raises(BadInput, match="no such room"):
            await cards.add_card(db, other, "A1", "", 1, NOW)
        await cards.note_opened(db, other.id, first, NOW)
        await cards.note_opened(db, other.id, "SP3", NOW)
    assert await places(sqlite, other) == {}
    assert (await places(sqlite, event))[first].opened == 0


def test_a_card_knows_nothing_of_who_opened_it() -> None:
    """No browser, no address, no moment of an opening: there is nowhere to write them."""
    columns = {column.name for column in inspect(Card).columns}
    assert columns == {"id", "event_id", "code", "label", "room_id", "opened", "created_at"}
    assert "card_code" in {column.name for column in inspect(Post).columns} & {c.name for c in inspect(Room).columns}


async def test_the_wall_hears_where_posts_moved(database: Database) -> None:
    event = await an_event(database)
    await place(database, by_card("K9"))
    async with database.reading() as db:
        before = (await db.get_one(Event, event.id)).seq
    async with database.transaction() as db:
        await cards.add_card(db, event, "K9", "", 2, NOW)
    async with database.reading() as db:
        assert (await db.get_one(Event, event.id)).seq == before + 1
