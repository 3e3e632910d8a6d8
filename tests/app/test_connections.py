"""Connecting a Mastodon account at the desk, letting it go, and handing a post in: by forms, against a real server."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import select

from app.domain.events import create_event
from app.models import Account, Connection, Event, OAuthApp, Source
from app.models.account import Role
from ingest.types import Network
from tests.app.outbox.fediverse import Fediverse, fediverse
from tests.conftest import NOW
from tests.factories import make_account
from tests.server import Running, serving

CONNECT, DONE = "/desk/harbour/connect/mastodon", "/desk/harbour/connect/mastodon/done"
KEY = "only for tests"


@dataclass
class Desk:
    running: Running
    event: Event
    far: Fediverse
    organiser: Account

    @asynccontextmanager
    async def somebody(
        self, role: Role = Role.ORGANISER, account: Account | None = None
    ) -> AsyncIterator[httpx.AsyncClient]:
        account = account or (self.organiser if role is Role.ORGANISER else None)
        async with self.running.visitor(await self.running.sign_in(role, self.event, account)) as visitor:
            yield visitor

    async def connections(self) -> list[Connection]:
        async with self.running.database.reading() as db:
            return list((await db.scalars(select(Connection))).all())

    async def sources(self) -> list[Source]:
        async with self.running.database.reading() as db:
            wanted = select(Source).where(Source.kind == Network.MASTODON).order_by(Source.id)
            return list((await db.scalars(wanted)).all())


@pytest.fixture
async def desk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    shutil.copy(sqlite_template, tmp_path / "strand.sqlite")
    url = f"sqlite+aiosqlite:///{tmp_path / 'strand.sqlite'}"
    async with fediverse() as far, serving(url, tmp_path, allowed_private_hosts=far.host) as running:
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["WallDemo"], now=NOW)
            organiser = await make_account(db)
        yield Desk(running, event, far, organiser)


async def begin(visitor: httpx.AsyncClient, desk: Desk) -> str:
    """Press connect; gives the address the browser moves on to."""
    answer = await visitor.post(CONNECT, data={"server": desk.far.base})
    assert answer.status_code == 200, answer.text
    way = answer.headers["refresh"].partition("url=")[2]
    assert way in unescape(answer.text)  # for browsers that do not move on by themselves
    return way


def asked(way: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(way).query))


async def connected(visitor: httpx.AsyncClient, desk: Desk) -> None:
    back = urlsplit(desk.far.authorize(asked(await begin(visitor, desk))))
    answer = await visitor.get(f"{back.path}?{back.query}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/harbour/sources?done=connected")


async def test_an_account_is_connected_by_saying_yes_over_there(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        await connected(visitor, desk)
    (connection,), (source,) = await desk.connections(), await desk.sources()
    assert (connection.server, connection.handle, connection.ok) == (desk.far.base, "wall@near.example", True)
    assert source.url == desk.far.base
    (token,) = desk.far.tokens
    assert token not in f"{connection.secret_sealed}{source.token_sealed}{source.upstream}"
    (app,) = desk.far.apps.values()
    assert app["redirect_uris"] == f"{desk.running.base}{DONE}"


async def test_the_source_that_was_there_streams_from_then_on_and_keeps_its_place(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        db.add(
            Source(
                event_id=desk.event.id, kind=Network.MASTODON, url=desk.far.base, upstream=f"mastodon:{desk.far.base}",
                created_at=NOW, cursor='{"walldemo":{"newest":"1","oldest":"","pages":0,"for":[1]}}',
            )
        )  # fmt: skip
    async with desk.somebody() as visitor:
        await connected(visitor, desk)
    (source,) = await desk.sources()
    assert source.token_sealed is not None
    assert source.upstream.startswith(f"mastodon:{desk.far.base}#")
    assert "newest" in (source.cursor or "")


async def test_we_introduce_ourselves_once(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        await connected(visitor, desk)
        await connected(visitor, desk)
    assert desk.far.asked.count("POST /api/v1/apps") == 1
    async with desk.running.database.reading() as db:
        (app,) = (await db.scalars(select(OAuthApp))).all()
    secret = desk.far.apps[app.client_id]["secret"]
    assert secret not in app.client_secret_sealed


async def test_a_server_that_forgot_us_is_introduced_to_anew(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        back = urlsplit(desk.far.authorize(asked(await begin(visitor, desk))))
        desk.far.forgets_apps = True
        answer = await visitor.get(f"{back.path}?{back.query}")
        assert (answer.status_code, "Begin again" in answer.text) == (400, True)
        desk.far.forgets_apps = False
        await connected(visitor, desk)
    assert desk.far.asked.count("POST /api/v1/apps") == 2


async def test_a_no_over_there_connects_nothing(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        state = asked(await begin(visitor, desk))["state"]
        answer = await visitor.get(DONE, params={"error": "access_denied", "state": state})
    assert answer.headers["location"] == "/desk/harbour/sources?error=not-connected"
    assert await desk.connections() == []


async def test_a_way_back_works_once(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        way = asked(await begin(visitor, desk))
        back = urlsplit(desk.far.authorize(way))
        assert (await visitor.get(f"{back.path}?{back.query}")).status_code == 303
        again = urlsplit(desk.far.authorize(way))
        assert (await visitor.get(f"{again.path}?{again.query}")).status_code == 403
    assert len(desk.far.tokens) == 1


async def test_a_way_back_is_worth_nothing_to_anybody_else(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        way = asked(await begin(visitor, desk))
        back = urlsplit(desk.far.authorize(way))
        address = f"{back.path}?{back.query}"
        held = visitor.cookies["strand-connect"]
        async with desk.running.database.transaction() as db:
            other = await make_account(db)
        async with desk.somebody(account=other) as thief:
            assert (await thief.get(address)).status_code == 403
            thief.cookies["strand-connect"] = held
            assert (await thief.get(address)).status_code == 403  # the account is another one
        async with desk.somebody() as scanner:  # the same account, a mail scanner's or another browser
            assert (await scanner.get(address)).status_code == 403
        async with desk.running.visitor() as stranger:
            assert (await stranger.get(address)).status_code == 401
        desk.running.clock.forward(1)
        assert (await visitor.get(address.replace("state=", "state=x"))).status_code == 403
        assert await desk.connections() == []
        assert (await visitor.get(address)).status_code == 303


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.REPORTER])
async def test_only_organisers_connect_and_disconnect(desk: Desk, role: Role) -> None:
    async with desk.somebody(role) as visitor:
        for path in (CONNECT, "/desk/harbour/disconnect/mastodon"):
            assert (await visitor.post(path, data={"server": desk.far.base})).status_code == 403
        assert (await visitor.get(DONE, params={"code": "x", "state": "y"})).status_code == 403
    assert desk.far.asked == []


async def test_a_pasted_token_is_tried_before_it_is_kept(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        answer = await visitor.post(CONNECT, data={"server": desk.far.base, "token": "wrong-token"})
        assert (answer.status_code, "does not know this access token" in answer.text) == (400, True)
        assert await desk.connections() == []
        desk.far.tokens.add("good-token")
        answer = await visitor.post(CONNECT, data={"server": desk.far.base, "token": " good-token "})
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/harbour/sources?done=connected")
    assert desk.far.apps == {}


async def test_what_is_no_token_is_not_sent_anywhere(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        for token in ("two words", "short", "tab\tinside", "ünïcödé-token", "x" * 501):
            answer = await visitor.post(CONNECT, data={"server": desk.far.base, "token": token})
            assert (token, answer.status_code) == (token, 400)
    assert desk.far.asked == []


async def test_what_is_no_server_is_refused_in_a_sentence(desk: Desk) -> None:
    servers = ("", "social", "ftp://social.example", "https://", "http://10.0.0.1", "https://a@social.example", "<b>.x")
    async with desk.somebody() as visitor:
        for server in servers:
            answer = await visitor.post(CONNECT, data={"server": server})
            assert (server, answer.status_code) == (server, 400)
    assert await desk.connections() == []


async def test_another_site_s_page_connects_nothing(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        answer = await visitor.post(CONNECT, data={"server": desk.far.base}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert desk.far.asked == []


async def test_an_account_that_is_let_go_is_forgotten_here_and_told_over_there(desk: Desk) -> None:
    async with desk.somebody() as visitor:
        await connected(visitor, desk)
        (token,) = desk.far.tokens
        answer = await visitor.post("/desk/harbour/disconnect/mastodon", data={"server": desk.far.base})
        assert answer.headers["location"] == "/desk/harbour/sources?done=disconnected"
        again = await visitor.post("/desk/harbour/disconnect/mastodon", data={"server": desk.far.base})
        assert again.status_code == 404
    (source,) = await desk.sources()
    assert (await desk.connections(), source.token_sealed) == ([], None)
    assert source.upstream == f"mastodon:{desk.far.base}"
    assert desk.far.revoked == [token]
