"""The event's own account on Bluesky: connected at the desk, sealed at rest, handed to the reader, let go again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.sources import bluesky_account, sources
from app.errors import BadInput
from app.house import RealHouse
from app.models import Connection, Event
from app.models.account import Role
from app.settings import Settings
from ingest.bluesky import session as sessions
from ingest.types import SourceConfig
from tests.conftest import NOW, Clock
from tests.factories import make_event
from tests.ingest.bluesky.pds import PASSWORD, SHAPE, FakePds
from tests.server import Running, serving

HANDLE = str(SHAPE["handle"])
SETTINGS = Settings(secret_key="only for tests")


@pytest.fixture
async def pds() -> AsyncIterator[FakePds]:
    async with FakePds().running() as pds:
        yield pds


@pytest.fixture
async def running(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Running]:
    store = tmp_path / "strand.sqlite"
    store.write_bytes(sqlite_template.read_bytes())
    async with serving(f"sqlite+aiosqlite:///{store}", tmp_path, allowed_private_hosts="127.0.0.1") as running:
        yield running


async def an_event(database: Database, slug: str = "harbour") -> Event:
    async with database.transaction() as db:
        event = await make_event(db, slug)
        await sources.add_bluesky(db, event, [], "", NOW)
    return event


async def connections(database: Database) -> list[Connection]:
    async with database.reading() as db:
        return list(await db.scalars(select(Connection)))


def house(database: Database, clock: Clock) -> RealHouse:
    return RealHouse(database, SETTINGS, clock, database)  # type: ignore[arg-type]


async def connected(database: Database, event: Event, session: str = "{}") -> None:
    async with database.transaction() as db:
        await bluesky_account.connect(
            db, event, "https://pds.example", HANDLE, PASSWORD, session, SETTINGS.key, NOW
        )  # fmt: skip


@pytest.mark.parametrize(
    ("identifier", "password"),
    [
        ("", PASSWORD), ("a b", PASSWORD), ("x" * 300, PASSWORD), (HANDLE, ""), (HANDLE, "correct horse battery"),
        (HANDLE, "abcdefgh2345wxyz"), (HANDLE, PASSWORD.upper()), (HANDLE, f"{PASSWORD}-more"), ("a{b}", "x{y}"),
    ],
)  # fmt: skip
async def test_only_a_name_and_an_app_password_are_taken_and_nothing_else_ever_leaves(
    running: Running, pds: FakePds, identifier: str, password: str
) -> None:
    event = await an_event(running.database)
    async with running.visitor(await running.sign_in(Role.ORGANISER, event)) as visitor:
        told = {"identifier": identifier, "password": password, "service": pds.base}
        answer = await visitor.post("/desk/harbour/connect/bluesky", data=told)
    assert answer.status_code == 400 and pds.asked == []
    assert password not in answer.text or not password
    assert await connections(running.database) == []


async def test_connecting_signs_in_once_and_keeps_everything_sealed(running: Running, pds: FakePds) -> None:
    event = await an_event(running.database)
    async with running.visitor(await running.sign_in(Role.ORGANISER, event)) as visitor:
        told = {"identifier": f"@{HANDLE} ", "password": f" {PASSWORD}", "service": pds.base}
        answer = await visitor.post("/desk/harbour/connect/bluesky", data=told)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/harbour/sources?done=connected")
    (kept,) = await connections(running.database)
    assert (kept.handle, kept.server, kept.ok) == (HANDLE, pds.base, True)
    sealed = f"{kept.secret_sealed}{kept.session_sealed}"
    assert not [secret for secret in (PASSWORD, "access-1", "refresh-1") if secret in sealed]
    store = b"".join(path.read_bytes() for path in running.app.state.strand.settings.data_dir.glob("strand.sqlite*"))
    assert PASSWORD.encode() not in store and b"refresh-1" not in store
    async with running.database.reading() as db:
        (source,) = await sources.list_sources(db, event)
        opened = await bluesky_account.session(db, source.id, running.app.state.strand.settings.key)
    assert (made := sessions.read(opened)) and (made.access, made.did) == ("access-1", SHAPE["did"])


async def test_connecting_again_takes_the_place_of_the_account_before(running: Running, pds: FakePds) -> None:
    event = await an_event(running.database)
    await connected(running.database, event)
    async with running.visitor(await running.sign_in(Role.ORGANISER, event)) as visitor:
        told = {"identifier": HANDLE, "password": PASSWORD, "service": pds.base}
        await visitor.post("/desk/harbour/connect/bluesky", data=told)
        assert [c.server for c in await connections(running.database)] == [pds.base]
        answer = await visitor.post("/desk/harbour/disconnect/bluesky")
    assert answer.headers["location"] == "/desk/harbour/sources?done=disconnected"
    assert await connections(running.database) == []


async def test_a_refusal_is_one_plain_sentence(running: Running, pds: FakePds) -> None:
    event = await an_event(running.database)
    async with running.visitor(await running.sign_in(Role.ORGANISER, event)) as visitor:
        told = {"identifier": "somebody.test", "password": PASSWORD, "service": pds.base}
        answer = await visitor.post("/desk/harbour/connect/bluesky", data=told)
        nowhere = await visitor.post("/desk/harbour/connect/bluesky", data=told | {"service": "http://10.0.0.1"})
        wrong = await visitor.post("/desk/harbour/connect/bluesky", data=told | {"service": "ftp://x"})
    assert answer.status_code == nowhere.status_code == wrong.status_code == 400
    assert "does not take this name and app password" in answer.text
    assert "not be encrypted" in nowhere.text and "no address of a server" in wrong.text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.REPORTER])
async def test_only_organisers_connect_accounts(running: Running, pds: FakePds, role: Role) -> None:
    event = await an_event(running.database)
    async with running.visitor(await running.sign_in(role, event)) as visitor:
        told = {"identifier": HANDLE, "password": PASSWORD, "service": pds.base}
        assert (await visitor.post("/desk/harbour/connect/bluesky", data=told)).status_code == 403
        assert (await visitor.post("/desk/harbour/disconnect/bluesky")).status_code == 403
    async with running.visitor() as stranger:
        assert (await stranger.post("/desk/harbour/connect/bluesky", data=told)).status_code in (303, 401)
    assert pds.asked == []


async def configs(database: Database, clock: Clock) -> list[SourceConfig]:
    return list(await house(database, clock).sources())


async def test_the_reader_gets_the_account_opened_and_no_other_event_s_does(database: Database, clock: Clock) -> None:
    event = await an_event(database)
    other = await an_event(database, "other")
    await connected(database, event)
    found = {config.event: config for config in await configs(database, clock)}
    assert found["harbour"].token == PASSWORD
    account: dict[str, Any] = found["harbour"].settings["account"]
    assert (account["identifier"], account["server"]) == (HANDLE, "https://pds.example")
    assert found[other.slug].token is None and "account" not in found[other.slug].settings


async def test_a_refreshed_session_is_kept_without_the_reader_being_started_anew(
    database: Database, clock: Clock
) -> None:
    event = await an_event(database)
    await connected(database, event, "first")
    before = await configs(database, clock)
    assert await house(database, clock).session(before[0].id) == "first"
    await house(database, clock).keep_session(before[0].id, "second")
    assert await house(database, clock).session(before[0].id) == "second"
    assert await configs(database, clock) == before


async def test_an_account_that_cannot_be_used_is_said_and_not_used(database: Database, clock: Clock) -> None:
    event = await an_event(database)
    await connected(database, event)
    (config,) = await configs(database, clock)
    await house(database, clock).keep_session(config.id, None, "Make a new app password.")
    (kept,) = await connections(database)
    assert (kept.ok, kept.reason, kept.session_sealed) == (False, "Make a new app password.", None)
    (config,) = await configs(database, clock)
    assert config.token is None


async def test_a_session_that_comes_after_the_account_was_let_go_is_thrown_away(
    database: Database, clock: Clock
) -> None:
    event = await an_event(database)
    (config,) = await configs(database, clock)
    await house(database, clock).keep_session(config.id, "late")
    assert await connections(database) == [] and event.id


async def test_a_session_sealed_with_another_key_is_none(database: Database, clock: Clock) -> None:
    event = await an_event(database)
    await connected(database, event, "first")
    other = RealHouse(database, Settings(secret_key="another"), clock, database)  # type: ignore[arg-type]
    (config,) = await other.sources()
    assert config.token is None and await other.session(config.id) is None


async def test_services_whose_labels_count_are_named_by_their_did(database: Database, clock: Clock) -> None:
    async with database.transaction() as db:
        event = await make_event(db, "labelled")
        with pytest.raises(BadInput, match="someone is no labeler"):
            await sources.add_bluesky(db, event, [], "", NOW, ["someone"])
        await sources.add_bluesky(db, event, [], "", NOW, [" did:plc:ours "])
    (config,) = await configs(database, clock)
    assert config.settings["labelers"] == ["did:plc:ours"]
