"""Signing in and being invited: what the cookie is, where one lands, and what a stranger can find out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from app import secrets
from app.desk import signing
from app.domain import accounts
from app.models import Account, Invite, Membership
from app.models.account import Role
from tests.app.at_home import OURS, House

PASSWORD = "nine herrings and a half"
SAFE_HTTPS = "https://wall.example"


@pytest.fixture(autouse=True)
async def kim_has_a_password(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        await db.execute(update(Account).values(password=secrets.hash_password(PASSWORD)))


async def sign_in(who: httpx.AsyncClient, name: str = "Kim", password: str = PASSWORD, **more: str) -> httpx.Response:
    return await who.post("/sign-in", data={"name": name, "password": password, **more})


def from_our_page(at_home: House, base: str = OURS) -> httpx.AsyncClient:
    return at_home.visitor(base, headers={"sec-fetch-site": "same-origin"})


@pytest.mark.parametrize(
    ("base", "name", "secure"), [(OURS, "strand", False), (SAFE_HTTPS, "__Host-strand", True)], ids=["http", "https"]
)
async def test_the_cookie_is_for_this_host_and_for_no_script(
    at_home: House, base: str, name: str, secure: bool
) -> None:
    async with from_our_page(at_home, base) as kim:
        (cookie,) = (await sign_in(kim)).headers.get_list("set-cookie")
    given, *flags = [part.strip() for part in cookie.split(";")]
    flags = [flag.casefold() for flag in flags]
    assert given.partition("=")[0] == name
    assert len(given.partition("=")[2]) >= 43, "256 bits"
    assert {"httponly", "path=/", "samesite=lax", "max-age=43200"} <= set(flags)
    assert ("secure" in flags) is secure
    assert not any(flag.startswith("domain") for flag in flags)


async def test_a_cookie_anybody_on_the_network_could_have_set_counts_for_nothing_over_https(at_home: House) -> None:
    async with await at_home.organiser() as kim:
        token = kim.cookies["strand"]
        assert (await kim.get("/desk")).status_code == 200
    async with at_home.visitor(SAFE_HTTPS, cookies={"strand": token}) as kim:
        assert (await kim.get("/desk", headers={"accept": "text/html"})).status_code == 303


async def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(at_home: House) -> None:
    async with await at_home.organiser(headers={"origin": OURS}) as kim, at_home.visitor() as thief:
        thief.cookies["strand"] = kim.cookies["strand"]
        assert (await thief.get("/desk")).status_code == 200
        assert (await kim.post("/sign-out")).status_code == 303
        assert (await thief.get("/desk")).status_code == 401


async def test_a_sign_in_ends_by_itself_after_twelve_hours(at_home: House) -> None:
    async with await at_home.organiser() as kim:
        at_home.clock.forward(accounts.SIGNED_IN_FOR.total_seconds() - 1)
        assert (await kim.get("/desk")).status_code == 200
        at_home.clock.forward(1)
        assert (await kim.get("/desk")).status_code == 401


ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "http:evil.example", "javascript:alert(1)", "data:text/html,x",
    "evil.example",
    "",
    " //evil.example",
    "/%0d%0aset-cookie:x=1", "/\r\nset-cookie: x=1", "/é//evil.example", "/desk/../../evil", "/.//evil.example",
    "/..//evil.example", "/@evil.example", "/;//evil.example", "//evil.example/desk", "/\u2028/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("to", ELSEWHERE)
async def test_signing_in_never_leads_to_another_house(at_home: House, to: str) -> None:
    async with from_our_page(at_home) as kim:
        first = await sign_in(kim, next=to)
        again = await kim.get("/sign-in", params={"next": to})
    for answer in (first, again):
        assert answer.status_code == 303
        location = answer.headers["location"]
        assert urlsplit(urljoin(OURS + "/sign-in", location)).netloc == "wall.example"
        assert location.startswith("/")
        assert not location.startswith("//")
        assert location.isascii()
        assert "\\" not in location
        assert "x" not in answer.headers.get("set-cookie", "").partition("=")[0]


async def test_signing_in_leads_on_to_where_one_was_going(at_home: House) -> None:
    async with from_our_page(at_home) as kim:
        asked = await kim.get("/desk/harbour", headers={"accept": "text/html"})
        assert asked.headers["location"] == "/sign-in?next=/desk/harbour"
        assert (await sign_in(kim, next="/desk/harbour")).headers["location"] == "/desk/harbour"


async def test_a_stranger_cannot_find_out_who_has_a_desk(at_home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words, the same status and the same work, whether the name is known or not."""
    checked: list[str] = []

    def counting(hashed: str, password: str) -> bool:
        checked.append(hashed.rpartition("$")[0].rpartition("$")[0])  # argon2's kind and costs
        return secrets.password_fits(hashed, password)

    async with at_home.database.transaction() as db:
        db.add(Account(name="Bot", password=None, created_at=at_home.clock()))
    monkeypatch.setattr(signing, "secrets", Instead(counting))
    answers = {}
    async with from_our_page(at_home) as stranger:
        for name in ("Kim", "Nobody", "Bot"):
            answer = await sign_in(stranger, name, "wrong")
            answers[name] = (answer.status_code, answer.text.replace(name, "…"), answer.headers.get("set-cookie"))
    assert len(set(answers.values())) == 1
    assert answers["Kim"][0] == 400
    assert len(checked) == 3
    assert len(set(checked)) == 1


class Instead:
    def __init__(self, password_fits: Any) -> None:
        self.password_fits, self.hash_password = password_fits, secrets.hash_password


async def test_passwords_of_one_name_can_be_tried_only_so_often(at_home: House) -> None:
    async with from_our_page(at_home) as stranger:
        told = [(await sign_in(stranger, name, "wrong")).status_code for name in ("Kim", "kim", "KIM") * 4]
        assert told == [400] * 10 + [429] * 2
        assert (await sign_in(stranger, "Lee", "wrong")).status_code == 400
        assert (await sign_in(stranger)).status_code == 429, "also with the right one, or guessing would go on"


async def invited(at_home: House, role: Role = Role.MODERATOR) -> str:
    async with at_home.database.transaction() as db:
        return await accounts.invite(db, at_home.event, role, at_home.clock(), at_home.kim)


async def accept(who: httpx.AsyncClient, token: str, name: str = "Lee") -> httpx.Response:
    return await who.post(f"/invite/{token}", data={"name": name, "password": PASSWORD})


async def test_an_invitation_works_once_and_opening_it_uses_nothing_up(at_home: House) -> None:
    token = await invited(at_home)
    async with from_our_page(at_home) as lee, from_our_page(at_home) as second:
        for _ in range(3):
            assert (await lee.get(f"/invite/{token}")).status_code == 200
        assert (await accept(lee, token)).headers["location"] == "/desk"
        assert (await lee.get("/desk/harbour")).status_code == 200
        used, unknown = await accept(second, token, "Eve"), await accept(second, "t" * 43, "Eve")
    assert (used.status_code, used.text) == (unknown.status_code, unknown.text) == (404, used.text)
    async with at_home.database.reading() as db:
        assert set(await db.scalars(select(Account.name))) == {"Kim", "Lee"}


async def test_of_two_who_take_an_invitation_at_the_same_moment_one_gets_in(at_home: House) -> None:
    token = await invited(at_home)
    async with from_our_page(at_home) as lee, from_our_page(at_home) as eve:
        answers = await asyncio.gather(accept(lee, token, "Lee"), accept(eve, token, "Eve"))
    assert sorted(answer.status_code for answer in answers) == [303, 404]


async def test_an_invitation_runs_out(at_home: House) -> None:
    token = await invited(at_home)
    at_home.clock.forward(timedelta(days=7).total_seconds())
    async with from_our_page(at_home) as lee:
        assert (await lee.get(f"/invite/{token}")).status_code == 404
        assert (await accept(lee, token)).status_code == 404


async def test_an_invitation_gives_its_role_in_its_event_and_no_other(at_home: House) -> None:
    token = await invited(at_home, Role.REPORTER)
    async with from_our_page(at_home) as lee:
        await accept(lee, token)
        assert (await lee.get("/desk/harbour")).status_code == 403
    async with at_home.database.reading() as db:
        lees = select(Membership.event_id, Membership.role).join(Account, Account.id == Membership.account_id)
        assert (await db.execute(lees.where(Account.name == "Lee"))).all() == [(at_home.event.id, Role.REPORTER)]


async def test_the_store_keeps_nothing_one_could_sign_in_with(at_home: House) -> None:
    token = await invited(at_home)
    async with from_our_page(at_home) as lee:
        await accept(lee, token)
        cookie = lee.cookies["strand"]
    async with at_home.database.reading() as db:
        kept = str((await db.execute(select(Invite.__table__))).all())
        kept += str((await db.execute(select(accounts.SignIn.__table__))).all())
        kept += str((await db.execute(select(Account.__table__))).all())
    for secret in (token, cookie, PASSWORD):
        assert secret not in kept
