"""The pages of people: inviting, changing roles, ending sign-ins; what an organiser may not do, and what is refused."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from sqlalchemy import select, update
from websockets.exceptions import ConnectionClosed

from app import secrets
from app.domain import accounts
from app.domain.team import sign_ins
from app.models import Account, EventState, Membership
from app.models.account import Role
from app.security import Visitor, may_enter
from tests.app.at_home import OURS, House
from tests.app.desk.conftest import Desk
from tests.factories import make_account, make_event

PEOPLE = "/desk/harbour/people"
PASSWORD = "nine herrings and a half"
HEADERS = {"origin": OURS, "accept": "text/html"}


async def member(house: House, name: str, role: Role, event: bool = True) -> Account:
    async with house.database.transaction() as db:
        account = await make_account(db, name)
        account.password = secrets.hash_password(PASSWORD) if name == "Kim" else "x"
        db.add(Membership(account_id=account.id, event_id=house.event.id if event else None, role=role))
    return account


async def as_(house: House, account: Account) -> httpx.AsyncClient:
    async with house.database.transaction() as db:
        token = await accounts.sign_in(db, account, "Mozilla/5.0 (Android 14) Firefox/140.0", house.clock())
    return house.visitor(cookies={"strand": token}, headers=HEADERS)


@pytest.fixture
async def maud(at_home: House) -> Account:
    return await member(at_home, "Maud", Role.ORGANISER)


def link_in(page: str) -> str:
    found = re.search(r"http://[^<\s]+/(?:invite|freeze)/[^<\s]+", page)
    assert found, page
    return found[0].removeprefix(OURS)


async def test_an_organiser_invites_somebody_who_comes_in_and_is_listed(at_home: House, maud: Account) -> None:
    async with await as_(at_home, maud) as she, at_home.visitor(headers=HEADERS) as lee:
        page = (await she.post(f"{PEOPLE}/invite", data={"role": "moderator", "note": "Lee from the pier"})).text
        link = link_in(page)
        assert "Lee from the pier" in page
        assert link not in (await she.get(PEOPLE)).text, "shown once"
        assert (await lee.post(link, data={"name": "Lee", "password": PASSWORD})).status_code == 303
        page = (await she.get(PEOPLE)).text
    assert "Lee from the pier" not in page
    assert re.search(r"<bdi>Lee</bdi>.*?moderator", page, re.S)


@pytest.mark.parametrize(
    ("role", "note", "sentence"),
    [("king", "x", "Choose what they may do here"), ("", "x", "Choose what"), ("screen", "x", "Choose what"),
     ("reporter", "ü" * 101, "too long for a note")],
)  # fmt: skip
async def test_an_invitation_that_makes_no_sense_is_told_and_nothing_typed_is_lost(
    at_home: House, maud: Account, role: str, note: str, sentence: str
) -> None:
    async with await as_(at_home, maud) as she:
        answer = await she.post(f"{PEOPLE}/invite", data={"role": role, "note": note})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'value="{note}"' in answer.text


async def test_an_invitation_is_withdrawn(at_home: House, maud: Account) -> None:
    async with await as_(at_home, maud) as she, at_home.visitor(headers=HEADERS) as lee:
        link = link_in((await she.post(f"{PEOPLE}/invite", data={"role": "reporter"})).text)
        mark = re.search(r'name="mark" value="(\w+)"', (await she.get(PEOPLE)).text.partition('id="invited"')[2])
        assert mark
        assert (await she.post(f"{PEOPLE}/withdraw", data={"mark": mark[1]})).status_code == 303
        assert (await lee.get(link)).status_code == 404
        again = await she.post(f"{PEOPLE}/withdraw", data={"mark": mark[1]})
    assert (again.status_code, "does not wait any more" in again.text) == (404, True)


async def test_a_role_that_is_lowered_counts_for_the_page_that_is_open(at_home: House, maud: Account) -> None:
    lee = await member(at_home, "Lee", Role.MODERATOR)
    async with await as_(at_home, maud) as she, await as_(at_home, lee) as he:
        act = {"on": False}
        assert (await he.post("/desk/harbour/freeze", json=act)).status_code == 200
        answer = await she.post(f"{PEOPLE}/role", data={"account": lee.id, "role": "reporter"})
        assert answer.headers["location"] == f"{PEOPLE}#helper-{lee.id}"
        assert (await he.post("/desk/harbour/freeze", json=act)).status_code == 403


async def test_the_role_of_the_last_organiser_stays(at_home: House, maud: Account) -> None:
    async with at_home.database.transaction() as db:  # nobody runs the house but a script
        await db.execute(update(Account).where(Account.name == "Kim").values(password=None))
    async with await as_(at_home, maud) as she:
        for act, data in (("role", {"role": "moderator"}), ("remove", {})):
            answer = await she.post(f"{PEOPLE}/{act}", data={"account": maud.id, **data})
            assert (answer.status_code, "Somebody must be able to run this" in answer.text) == (409, True)
        assert (await she.get(PEOPLE)).status_code == 200


async def test_an_organiser_of_an_event_ends_no_sign_in_of_the_house_and_changes_no_role_there(
    at_home: House, maud: Account
) -> None:
    async with await as_(at_home, at_home.kim), await as_(at_home, maud) as she:
        async with at_home.database.reading() as db:
            (kims,) = await sign_ins.list_open(db, [at_home.kim.id], at_home.clock())
        assert kims.mark not in (await she.get(PEOPLE)).text
        assert (await she.post(f"{PEOPLE}/revoke", data={"mark": kims.mark})).status_code == 404
        for act in ("role", "remove"):
            data = {"account": at_home.kim.id, "role": "reporter"}
            assert (await she.post(f"{PEOPLE}/{act}", data=data)).status_code == 404


async def test_people_of_another_event_are_out_of_reach(at_home: House, maud: Account) -> None:
    async with at_home.database.transaction() as db:
        quay = await make_event(db, "quay")
        lee = await make_account(db, "Lee")
        db.add(Membership(account_id=lee.id, event_id=quay.id, role=Role.MODERATOR))
    async with await as_(at_home, maud) as she:
        assert (await she.get("/desk/quay/people")).status_code == 403
        for act in ("role", "remove"):
            data = {"account": lee.id, "role": "reporter"}
            assert (await she.post(f"{PEOPLE}/{act}", data=data)).status_code == 404


async def test_the_house_is_run_by_its_organisers_alone(at_home: House, maud: Account) -> None:
    async with await as_(at_home, maud) as she, await as_(at_home, at_home.kim) as kim:
        assert (await she.get("/desk/people")).status_code == 403
        link = link_in((await kim.post("/desk/people/invite", data={"note": "Ada"})).text)
        async with at_home.visitor(headers=HEADERS) as ada:
            await ada.post(link, data={"name": "Ada", "password": PASSWORD})
            assert "<bdi>Kim</bdi>" in (await ada.get("/desk/people")).text
            await ada.post("/desk/people/remove", data={"account": at_home.kim.id})
        assert (await kim.get("/desk/people")).headers["location"].startswith("/sign-in")


async def test_ones_own_password_ends_the_other_sign_ins(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        hashed = secrets.hash_password(PASSWORD)
        await db.execute(update(Account).where(Account.name == "Kim").values(password=hashed))
        at_home.kim.password = hashed
    async with await as_(at_home, at_home.kim) as here, await as_(at_home, at_home.kim) as there:
        wrong = await here.post("/desk/me/password", data={"old": "no", "new": "a longer password"})
        assert (wrong.status_code, "not the password you have now" in wrong.text) == (400, True)
        short = await here.post("/desk/me/password", data={"old": PASSWORD, "new": "short"})
        assert (short.status_code, "10 to 128 characters" in short.text) == (400, True)
        assert (await there.get("/desk/me")).status_code == 200
        done = await here.post("/desk/me/password", data={"old": PASSWORD, "new": "a longer password"})
        assert done.status_code == 303
        assert ((await here.get("/desk/me")).status_code, (await there.get("/desk/me")).status_code) == (200, 303)
        told = [
            (await here.post("/desk/me/password", data={"old": "x", "new": "y" * 10})).status_code for _ in "12345678"
        ]
    assert told[-1] == 429


async def test_a_link_makes_a_browser_a_screen_that_sees_the_wall_of_a_draft_and_no_desk(
    at_home: House, maud: Account
) -> None:
    async with at_home.database.transaction() as db:
        event = await db.merge(at_home.event)
        event.state = EventState.DRAFT
    async with await as_(at_home, maud) as she, at_home.visitor(headers=HEADERS) as browser:
        await she.post("/desk/harbour/screens", data={"name": "Hall, left", "audience": "reviewed"})
        link = link_in((await she.post("/desk/harbour/screens/1/invite")).text)
        assert (await browser.get("/harbour/wall")).status_code == 404
        assert "Hall, left" in (await browser.get(link)).text
        answer = await browser.post(link)
        assert answer.headers["location"] == "/harbour/wall?screen=Hall%2C+left"
        assert "max-age=10368000" in answer.headers["set-cookie"].casefold()
        assert '"audience": "reviewed"' in (await browser.get(answer.headers["location"])).text
        for closed in ("/harbour", "/harbour/say", "/desk/harbour"):
            assert (await browser.get(closed)).status_code in (403, 404), closed
        assert (await browser.get("/desk/me")).status_code == 403
        async with at_home.database.reading() as db:
            screen = (await db.scalars(select(Account).where(Account.name == "Hall, left (harbour)"))).one()
            assert not await may_enter(db, Visitor(screen), at_home.event, Role.REPORTER)
        await she.post(f"{PEOPLE}/remove", data={"account": screen.id})
        assert (await browser.get("/harbour/wall")).status_code == 404


@pytest.mark.parametrize("how", ["revoke", "role", "remove"])
async def test_sockets_close_within_a_second_of_what_is_taken_away(desk: Desk, how: str) -> None:
    running = desk.running
    async with running.database.transaction() as db:
        lee = await make_account(db, "Lee")
        db.add(Membership(account_id=lee.id, event_id=desk.event.id, role=Role.MODERATOR))
    token = await running.sign_in(Role.MODERATOR, desk.event, lee)
    mark = secrets.fingerprint(token)[:16]
    async with desk.organiser() as kim, running.socket("harbour", token, audience="desk") as ws:
        await ws.recv()
        data = {"mark": mark, "account": lee.id, "role": "reporter"}
        assert (await kim.post(f"/desk/harbour/people/{how}", data=data)).status_code == 303
        began = asyncio.get_running_loop().time()
        with pytest.raises(ConnectionClosed) as raised:
            async with asyncio.timeout(5):
                while True:
                    await ws.recv()
    assert raised.value.rcvd is not None
    assert raised.value.rcvd.code == 4003
    took = asyncio.get_running_loop().time() - began
    assert took <= 1 + 1, f"{took:.2f} s"  # a second, and room for a busy machine
