"""A code that is shown, typed and used: by one browser, for one screen, within a quarter of an hour."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain import accounts, screens
from app.domain.screens import pairing
from app.errors import BadInput, Conflict, NotFound
from app.models import Pairing
from app.models.account import Role
from tests.app.screens.conftest import Hall


async def begun(hall: Hall) -> tuple[str, str]:
    async with hall.database.transaction() as db:
        return await pairing.begin(db, hall.clock())


async def waiting(hall: Hall, secret: str) -> pairing.Waiting | None:
    async with hall.database.reading() as db:
        return await pairing.find_waiting(db, secret, hall.clock())


async def test_a_code_that_is_typed_makes_its_browser_that_screen(hall: Hall) -> None:
    code, secret = await begun(hall)
    before = await waiting(hall, secret)
    assert before is not None and (before.code, before.screen) == (code, "")
    spoken = f" {code[:3].lower()}-{code[3:]} "
    screen = await hall.act(screens.pair, spoken, hall.left.id)
    after = await waiting(hall, secret)
    assert after is not None and (screen.name, after.screen, after.event_id) == ("left", "left", hall.event.id)
    async with hall.database.transaction() as db:
        word = await pairing.become(db, secret, "a TV", hall.clock())
        await pairing.use(db, secret)
    async with hall.database.reading() as db:
        account = await accounts.who(db, word, hall.clock())
        assert account is not None
        assert await accounts.role_in(db, account, hall.event) is Role.SCREEN
    assert await waiting(hall, secret) is None, "used up"
    assert "pair screen" in await hall.acts()


async def test_a_code_is_over_after_a_quarter_of_an_hour_and_its_row_goes(hall: Hall) -> None:
    code, secret = await begun(hall)
    hall.clock.forward(14 * 60 + 59)
    assert await waiting(hall, secret) is not None
    hall.clock.forward(1)
    assert await waiting(hall, secret) is None
    with pytest.raises(NotFound, match="No screen shows this code"):
        await hall.act(screens.pair, code, hall.left.id)
    await begun(hall)
    async with hall.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Pairing)) == 1


async def test_only_the_browser_that_shows_the_code_can_use_it(hall: Hall) -> None:
    code, secret = await begun(hall)
    await begun(hall)
    await hall.act(screens.pair, code, hall.left.id)
    for wrong in ("", code, secret[:-1]):
        assert await waiting(hall, wrong) is None
        with pytest.raises(NotFound):
            async with hall.database.transaction() as db:
                await pairing.become(db, wrong, "a stranger", hall.clock())
    async with hall.database.reading() as db:
        row = (await db.scalars(select(Pairing).where(Pairing.code == code))).one()
        assert secret not in (row.secret_hash, row.code)


async def test_nobody_becomes_a_screen_before_somebody_typed_the_code(hall: Hall) -> None:
    _, secret = await begun(hall)
    with pytest.raises(NotFound, match="Nobody has typed"):
        async with hall.database.transaction() as db:
            await pairing.become(db, secret, "a TV", hall.clock())


async def test_a_code_is_for_one_screen_and_of_this_event(hall: Hall) -> None:
    code, _ = await begun(hall)
    await hall.act(screens.pair, code, hall.left.id)
    await hall.act(screens.pair, code, hall.left.id)  # pressed twice
    with pytest.raises(Conflict, match="used already"):
        await hall.act(screens.pair, code, hall.right.id)
    with pytest.raises(NotFound, match="This screen is not here"):
        await hall.act(screens.pair, code, 999)


@pytest.mark.parametrize("typed", ["", "CDF34", "CDF34CC", "CDF340", "<b>!!", "ÄÖÜ347", "C" * 5_000])
async def test_what_is_no_code_is_told_so(hall: Hall, typed: str) -> None:
    with pytest.raises(BadInput, match="six letters") as raised:
        await hall.act(screens.pair, typed, hall.left.id)
    assert raised.value.field == "code"


async def test_a_screen_that_is_removed_takes_its_code_along(hall: Hall) -> None:
    code, secret = await begun(hall)
    await hall.act(screens.pair, code, hall.left.id)
    await hall.act(screens.remove, hall.left.id)
    assert await waiting(hall, secret) is None


async def test_codes_have_an_end(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST", 2)
    await begun(hall)
    await begun(hall)
    with pytest.raises(Conflict, match="Too many screens"):
        await begun(hall)
    hall.clock.forward(15 * 60)
    await begun(hall)


async def test_codes_are_drawn_from_all_there_are_and_never_twice(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {(await begun(hall))[0] for _ in range(40)}
    assert len(drawn) == 40 and {len(code) for code in drawn} == {pairing.LETTERS}
    assert len(pairing.ALPHABET) ** pairing.LETTERS > 60_000_000
    again = iter(sorted(drawn)[0] + "CCCCCC")
    monkeypatch.setattr("app.domain.screens.pairing.chance.choice", lambda _: next(again))
    assert (await begun(hall))[0] == "CCCCCC"
