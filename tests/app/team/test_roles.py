"""Roles: changed and taken away, and never the last organiser's; also where two act at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import secrets
from app.database import Database
from app.domain import accounts
from app.domain.team import invites, roles, sign_ins
from app.errors import BadInput, Conflict, NotFound
from app.models import Account, AuditLine, Event, Invite, Membership
from app.models.account import Role
from tests.conftest import NOW
from tests.factories import make_account, make_event


class Team:
    def __init__(self, database: Database, event: Event) -> None:
        self.database, self.event = database, event

    async def add(self, name: str, role: Role, whole_house: bool = False, password: str | None = "x") -> Account:
        async with self.database.transaction() as db:
            account = await make_account(db, name)
            account.password = password
            event_id = None if whole_house else self.event.id
            db.add(Membership(account_id=account.id, event_id=event_id, role=role))
        return account

    async def change(self, account: Account, role: Role, by: Account) -> None:
        async with self.database.transaction() as db:
            await roles.change(db, self.event, account.id, role, by, NOW)

    async def remove(self, account: Account, by: Account, event: Event | None = None) -> None:
        async with self.database.transaction() as db:
            await roles.remove(db, event, account.id, by, NOW)

    async def roles(self) -> dict[str, Role]:
        async with self.database.reading() as db:
            return {one.name: one.role for one in await roles.list_helpers(db, self.event, NOW)}

    async def acts(self) -> list[str]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(AuditLine.act).order_by(AuditLine.id)))


@pytest.fixture
async def team(database: Database) -> Team:
    async with database.transaction() as db:
        return Team(database, await make_event(db, "harbour"))


async def test_role_changes_are_kept_and_noted(team: Team) -> None:
    kim, lee = await team.add("Kim", Role.ORGANISER), await team.add("Lee", Role.REPORTER)
    await team.change(lee, Role.MODERATOR, kim)
    assert await team.roles() == {"Kim": Role.ORGANISER, "Lee": Role.MODERATOR}
    await team.remove(lee, kim, team.event)
    assert await team.roles() == {"Kim": Role.ORGANISER}
    assert await team.acts() == ["role", "remove"]


async def test_role_of_the_last_organiser_can_neither_be_lowered_nor_taken(team: Team) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    await team.add("a script", Role.ORGANISER, password=None)
    with pytest.raises(Conflict):
        await team.change(kim, Role.MODERATOR, kim)
    with pytest.raises(Conflict):
        await team.remove(kim, kim, team.event)
    assert (await team.roles())["Kim"] is Role.ORGANISER
    assert await team.acts() == []
    await team.add("Lee", Role.ORGANISER)
    await team.change(kim, Role.MODERATOR, kim)


async def test_role_of_an_event_may_be_lowered_where_the_house_has_an_organiser(team: Team) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    maud = await team.add("Maud", Role.ORGANISER, whole_house=True)
    await team.change(kim, Role.REPORTER, maud)
    with pytest.raises(Conflict):
        await team.remove(maud, maud)
    with pytest.raises(NotFound):
        await team.remove(maud, kim, team.event)


async def test_role_of_two_organisers_who_remove_each_other_at_once_is_left_to_one(team: Team) -> None:
    kim, lee = await team.add("Kim", Role.ORGANISER), await team.add("Lee", Role.ORGANISER)
    told = await asyncio.gather(
        team.remove(kim, lee, team.event), team.remove(lee, kim, team.event), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["Conflict", "NoneType"]
    assert len(await team.roles()) == 1


async def test_role_of_a_screen_is_no_persons(team: Team) -> None:
    kim, screen = await team.add("Kim", Role.ORGANISER), await team.add("Hall", Role.SCREEN, password=None)
    with pytest.raises(BadInput):
        await team.change(screen, Role.MODERATOR, kim)
    with pytest.raises(BadInput):
        await team.change(kim, Role.SCREEN, kim)


async def test_role_that_is_lost_takes_the_invitations_with_it(team: Team) -> None:
    kim, lee = await team.add("Kim", Role.ORGANISER), await team.add("Lee", Role.ORGANISER)
    async with team.database.transaction() as db:
        await invites.make(db, team.event, Role.ORGANISER, "a friend", lee, NOW)
        await invites.make(db, team.event, Role.REPORTER, "", kim, NOW)
    await team.change(lee, Role.MODERATOR, kim)
    async with team.database.reading() as db:
        assert [one.by for one in await invites.list_open(db, team.event, NOW)] == ["Kim"]


async def test_role_that_was_the_only_one_ends_the_sign_ins(team: Team) -> None:
    kim, lee = await team.add("Kim", Role.ORGANISER), await team.add("Lee", Role.MODERATOR)
    async with team.database.transaction() as db:
        token = await accounts.sign_in(db, lee, "x", NOW)
    await team.remove(lee, kim, team.event)
    async with team.database.reading() as db:
        assert await accounts.who(db, token, NOW) is None


async def test_an_invitation_that_is_withdrawn_lets_nobody_in(team: Team) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    async with team.database.transaction() as db:
        token = await invites.make(db, team.event, Role.MODERATOR, " Lee  from\nthe society ", kim, NOW)
    async with team.database.reading() as db:
        (waiting,) = await invites.list_open(db, team.event, NOW)
    assert (waiting.note, waiting.by, waiting.role) == ("Lee from the society", "Kim", Role.MODERATOR)
    async with team.database.transaction() as db:
        with pytest.raises(NotFound):
            await invites.withdraw(db, None, waiting.mark, kim, NOW)
        with pytest.raises(NotFound):
            await invites.withdraw(db, team.event, "", kim, NOW)
        await invites.withdraw(db, team.event, waiting.mark, kim, NOW)
        with pytest.raises(NotFound):
            await accounts.find_invite(db, token, NOW)
        with pytest.raises(NotFound):
            await invites.withdraw(db, team.event, waiting.mark, kim, NOW)


async def test_invitations_are_bounded(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    monkeypatch.setattr(invites, "MOST", 1)
    async with team.database.transaction() as db:
        for role, note, event in ((Role.SCREEN, " ", team.event), (Role.REPORTER, "x" * 101, team.event)):
            with pytest.raises(BadInput):
                await invites.make(db, event, role, note, kim, NOW)
        with pytest.raises(BadInput):
            await invites.make(db, None, Role.MODERATOR, "", kim, NOW)
        await invites.make(db, team.event, Role.REPORTER, "x" * 100, kim, NOW)
        with pytest.raises(Conflict):
            await invites.make(db, team.event, Role.REPORTER, "", kim, NOW)


async def test_a_screens_invitation_makes_no_person_and_a_persons_no_screen(team: Team) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    async with team.database.transaction() as db:
        hall = await invites.make(db, team.event, Role.SCREEN, "Hall", kim, NOW)
        again = await invites.make(db, team.event, Role.SCREEN, "Hall", kim, NOW)
        person = await invites.make(db, team.event, Role.REPORTER, "", kim, NOW)
        with pytest.raises(NotFound):
            await accounts.accept(db, hall, "Eve", "long enough as a password", "x", NOW)
        with pytest.raises(NotFound):
            await accounts.join(db, hall, kim, NOW)
        with pytest.raises(NotFound):
            await accounts.become_screen(db, person, "x", NOW)
        token, event_id, name = await accounts.become_screen(db, hall, "x", NOW)
        await accounts.become_screen(db, again, "x", NOW)
    assert (event_id, name) == (team.event.id, "Hall")
    async with team.database.reading() as db:
        screen = await accounts.who(db, token, NOW + accounts.SCREEN_FOR - timedelta(seconds=1))
        assert screen is not None
        assert await accounts.role_in(db, screen, team.event) is Role.SCREEN
        names = set(await db.scalars(select(Account.name).where(Account.password.is_(None))))
        used = await db.scalars(select(Invite.used_at))
    assert names == {"Hall (harbour)", "Hall (harbour) 2"}
    assert sorted(used, key=str) == [NOW, NOW, None]


async def test_sign_ins_are_listed_ended_and_only_those_one_may_end(team: Team) -> None:
    kim, lee = await team.add("Kim", Role.ORGANISER), await team.add("Lee", Role.MODERATOR)
    async with team.database.transaction() as db:
        here = await accounts.sign_in(db, kim, "Firefox", NOW)
        await accounts.sign_in(db, kim, "old phone", NOW - timedelta(hours=1))
        await accounts.sign_in(db, lee, "x", NOW)
    async with team.database.reading() as db:
        mine = await sign_ins.list_open(db, [kim.id], NOW, here)
        (theirs,) = await sign_ins.list_open(db, [lee.id], NOW)
    assert [(one.device, one.here) for one in mine] == [("Firefox", True), ("old phone", False)]
    async with team.database.transaction() as db:
        with pytest.raises(NotFound):
            await sign_ins.revoke(db, theirs.mark, [kim.id], None, kim, NOW)
        with pytest.raises(NotFound):
            await sign_ins.revoke(db, "", [kim.id], None, kim, NOW)
        await sign_ins.revoke(db, theirs.mark, [lee.id], team.event.id, kim, NOW)
        assert await sign_ins.change_password(db, kim, "a longer password", "hashed", here, NOW) == 1
        with pytest.raises(BadInput):
            await sign_ins.change_password(db, kim, "short", "hashed", here, NOW)
        assert await accounts.who(db, here, NOW) is not None


async def test_when_a_sign_in_was_used_last_never_goes_back(team: Team) -> None:
    kim = await team.add("Kim", Role.ORGANISER)
    async with team.database.transaction() as db:
        token = await accounts.sign_in(db, kim, "x", NOW)
        mark = secrets.fingerprint(token)
        await sign_ins.saw(db, {mark: NOW + timedelta(minutes=5), "f" * 64: NOW})
        await sign_ins.saw(db, {mark: NOW + timedelta(minutes=3)})
        (open_,) = await sign_ins.list_open(db, [kim.id], NOW)
    assert open_.seen_at == NOW + timedelta(minutes=5)
