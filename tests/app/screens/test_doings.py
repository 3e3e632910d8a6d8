"""What screens say they do, and their troubles: the newest, of the screen that said it, no more than one reads."""

from __future__ import annotations

from typing import Any

from app.domain import screens
from app.domain.screens import doings
from app.domain.screens.acknowledging import Acknowledgement, acknowledge
from app.domain.screens.doings import KEPT, Word
from tests.app.screens.conftest import Hall


async def said(hall: Hall, name: str = "left", audience: str = "public", **what: Any) -> None:
    async with hall.database.transaction() as db:
        await doings.keep(db, [Word(hall.event.id, name, audience, hall.clock(), **what)])


async def there(hall: Hall) -> None:
    word = Acknowledgement(hall.event.id, "left", "public", hall.event.epoch, 3, hall.clock())
    async with hall.database.transaction() as db:
        await acknowledge(db, [word])


DOING = {"mode": "strand", "kept": 2, "firsts": 1, "wait": 30}
TROUBLE = {"kind": "picture", "post": 7, "words": "it does not open"}


async def test_what_a_screen_does_is_told_while_it_is_there(hall: Hall) -> None:
    await there(hall)
    await said(hall, doing=DOING)
    state = await hall.state()
    assert (state.shows, state.mode, state.seq, state.made, state.id) == (DOING, "strand", 3, True, hall.left.id)
    hall.clock.forward(screens.SILENT_FOR.total_seconds() + 1)
    assert (await hall.state()).shows is None, "whoever is gone shows nothing"


async def test_a_screen_that_named_itself_is_one_that_nobody_made(hall: Hall) -> None:
    async with hall.database.transaction() as db:
        await acknowledge(db, [Acknowledgement(hall.event.id, "Foyer", "public", "e", 0, hall.clock())])
    assert not (await hall.state("Foyer")).made
    number = (await hall.state("Foyer")).id
    await hall.act(screens.tell_place, number, "public", hall.room.id)
    assert ((await hall.state("Foyer")).made, (await hall.state("Foyer")).room) == (True, "the Hall")


async def test_troubles_are_the_newest_and_what_happens_again_is_one(hall: Hall) -> None:
    for n in range(KEPT + 5):
        await said(hall, trouble=TROUBLE | {"post": n})
    hall.clock.forward(60)
    await said(hall, trouble=TROUBLE | {"post": 20})
    found = (await hall.state()).troubles
    assert len(found) == KEPT
    assert found[0] == TROUBLE | {"post": 20, "at": "2027-06-11T09:01:00Z"}, "the newest first"
    assert [one["post"] for one in found].count(20) == 1 and found[-1]["post"] == 5


async def test_a_word_of_another_audience_or_of_nobody_is_not_its_own(hall: Hall) -> None:
    await there(hall)
    await said(hall, audience="reviewed", doing=DOING, trouble=TROUBLE)
    await said(hall, name="nobody", doing=DOING)
    state = await hall.state()
    assert (state.shows, state.troubles) == (None, [])


async def test_a_new_name_begins_anew(hall: Hall) -> None:
    await there(hall)
    await said(hall, doing=DOING)
    await hall.act(screens.rename, hall.left.id, "Foyer")
    state = await hall.state("Foyer")
    assert (state.shows, state.seconds, state.seq) == (None, None, 0)
