"""Sponsors: a name and a logo, in their order, on every screen; the picture is there as long as somebody needs it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.backup import mending
from app.domain.event import sponsors
from app.domain.posts import pictures
from app.errors import BadInput, Conflict, NotFound
from app.models import Media, Sponsor
from tests.app.screens.conftest import Hall
from tests.app.test_pictures import a_copy


async def names(hall: Hall) -> list[tuple[str, str]]:
    return [(one["name"], one["src"][13:14]) for one in (await hall.wished())["sponsors"]]


async def media(hall: Hall) -> set[str]:
    async with hall.database.transaction() as db:
        await pictures.discard(db)
        return {one.id[0] for one in await db.scalars(select(Media))}


async def may_serve(hall: Hall, letter: str) -> bool:
    async with hall.database.reading() as db:
        return await pictures.may_serve(db, letter * 64)


async def test_sponsors_come_in_their_order_and_every_wall_hears_of_it(hall: Hall) -> None:
    a, b, c = [await hall.act(sponsors.add, name, a_copy(name[0])) for name in ("axis", "bank", "cafe")]
    assert await names(hall) == [("axis", "a"), ("bank", "b"), ("cafe", "c")]
    for who, up in ((c, True), (a, True), (a, False), (a, False), (a, False)):
        await hall.act(sponsors.move, who.id, up)
    assert [name for name, _ in await names(hall)] == ["cafe", "bank", "axis"]
    await hall.act(sponsors.remove, b.id)
    await hall.act(sponsors.add, "dock", a_copy("d"))
    assert [name for name, _ in await names(hall)] == ["cafe", "axis", "dock"]
    log = await hall.log()
    assert set(log) == {("screen", 0)} and len(log) == 3 + 3 + 2, "where nothing moved nothing is told"
    assert (await hall.acts())[2:] == ["sponsors"] * 8


async def test_a_logo_is_served_and_kept_as_long_as_it_hangs(hall: Hall) -> None:
    one = await hall.act(sponsors.add, "axis", a_copy("a"))
    assert await may_serve(hall, "a") and await media(hall) == {"a"}
    await hall.act(sponsors.change, one.id, "Axis", a_copy("b"))
    assert await names(hall) == [("Axis", "b")]
    assert (await may_serve(hall, "a"), await may_serve(hall, "b"), await media(hall)) == (False, True, {"b"})
    await hall.act(sponsors.change, one.id, "Axis & sons", None)
    assert await names(hall) == [("Axis & sons", "b")], "the logo stays"
    await hall.act(sponsors.add, "twice", a_copy("b"))
    await hall.act(sponsors.remove, one.id)
    assert await media(hall) == {"b"}, "another has the same"


@pytest.mark.parametrize(
    ("name", "picture", "field"),
    [("", a_copy(), "name"), (" \u200e ", a_copy(), "name"), ("x" * 101, a_copy(), "name"), ("axis", None, "logo")],
)
async def test_a_sponsor_has_a_name_and_a_logo(hall: Hall, name: str, picture: Any, field: str) -> None:
    with pytest.raises(BadInput) as raised:
        await hall.act(sponsors.add, name, picture)
    assert raised.value.field == field and await names(hall) == []


async def test_sponsors_have_an_end_and_one_that_is_not_there_is_told_so(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sponsors, "MOST", 1)
    await hall.act(sponsors.add, "axis", a_copy("a"))
    with pytest.raises(Conflict, match="1 sponsors"):
        await hall.act(sponsors.add, "bank", a_copy("b"))
    for verb, asked in ((sponsors.remove, ()), (sponsors.move, (True,)), (sponsors.change, ("axis", None))):
        with pytest.raises(NotFound):
            await hall.act(verb, 999, *asked)


async def test_a_logo_that_a_backup_does_not_hold_takes_its_sponsor_along(hall: Hall) -> None:
    for name in ("axis", "bank"):
        await hall.act(sponsors.add, name, a_copy(name[0]))
    async with hall.database.transaction() as db:
        assert await mending.drop_pictures(db, [f"{'a' * 64}.webp"]) == [f"{'a' * 64}.webp"]
        assert [one.name for one in await db.scalars(select(Sponsor))] == ["bank"]
