"""Looking for a word over the network: each account's own server is asked, and nothing it says counts for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.control import claims
from app.domain.control.claimed import claimed
from app.jobs.claims import PER_HOST, Claims
from app.lease import Holder
from app.models import Claim, ClaimState, Source
from app.settings import Settings
from ingest.types import Network
from tests.conftest import NOW, Clock
from tests.factories import make_event
from tests.ingest.bluesky.captures import answer as captured
from tests.ingest.mastodon.captures import account, gotosocial
from tests.ingest.servers import RawServer, Request, raw_server, reply


@dataclass
class Elsewhere:
    """A Mastodon server, an AppView and somebody's own pages, on one port."""

    server: RawServer
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name
    actors: dict[str, str] = field(default_factory=dict)  # what webfinger says, by name
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)  # by whom they are asked for
    pages: dict[str, bytes] = field(default_factory=dict)  # whole answers, by path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def moves_in(self, name: str, **fields: Any) -> dict[str, Any]:
        """Somebody with an account, as Mastodon tells of it."""
        actor = f"http://{self.host}/users/{name}"
        given = account(username=name, acct=name, uri=actor, url=f"http://{self.host}/@{name}", **fields)
        self.accounts[name], self.actors[name] = given, actor
        return given

    def answer(self, request: Request) -> bytes:
        parts = urlsplit(request.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/webfinger":
            return self._webfinger(asked["resource"])
        if parts.path == "/api/v1/accounts/lookup":
            found = self.accounts.get(asked["acct"].partition("@")[0])
            return _json(found, {"error": "Record not found"}, "404 Not Found")
        if parts.path == "/xrpc/app.bsky.actor.getProfile":
            return _json(self.profiles.get(asked["actor"]), _NOT_FOUND, "400 Bad Request")
        return self.pages.get(parts.path, reply(b"no", "404 Not Found"))

    def _webfinger(self, resource: str) -> bytes:
        name = resource.removeprefix("acct:").partition("@")[0]
        if name not in self.actors:
            return reply(b"", "404 Not Found")
        links = [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": self.actors[name]},
            {"rel": "self", "type": "application/activity+json", "href": self.actors[name]},
        ]
        return reply(orjson.dumps({"subject": resource, "links": links}), content_type="application/jrd+json")


_NOT_FOUND = captured("appview.getProfile.deleted.error.json")["body"]


def _json(found: dict[str, Any] | None, otherwise: dict[str, Any], status: str) -> bytes:
    if found is None:
        return reply(orjson.dumps(otherwise), status, content_type="application/json")
    return reply(orjson.dumps(found), content_type="application/json; charset=utf-8")


@dataclass
class Looking:
    database: Database
    clock: Clock
    job: Claims

    async def begin(self, *addresses: str) -> tuple[str, str]:
        async with self.database.transaction() as db:
            token = await claims.begin(db, self.clock())
        async with self.database.transaction() as db:
            person = await claims.find_person(db, token)
            for address in addresses:
                await claims.add(db, person, claimed(address), self.clock())
            return token, person.word

    async def claims(self) -> list[Claim]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(Claim).order_by(Claim.id)))

    async def looked(self) -> Claim:
        """The one claim, after a look that was asked for now."""
        async with self.database.transaction() as db:
            for claim in await db.scalars(select(Claim)):
                claim.due_at = self.clock() if claim.state is ClaimState.ASKED else None
        await self.job.look()
        return (await self.claims())[0]


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(elsewhere.answer(request))

    async with raw_server(answer) as server:
        elsewhere = Elsewhere(server)
        yield elsewhere


@pytest.fixture
async def looking(database: Database, clock: Clock, tmp_path: Path, elsewhere: Elsewhere) -> AsyncIterator[Looking]:
    async with database.transaction() as db:
        event = await make_event(db)
        db.add(Source(
            event_id=event.id, kind=Network.BLUESKY, upstream="bluesky", created_at=NOW,
            settings={"appview": elsewhere.server.base},
        ))  # fmt: skip
    lease = Holder(database, "ingest", clock)
    keeping = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    settings = Settings(data_dir=tmp_path, allowed_private_hosts=f"{elsewhere.host},localhost:{elsewhere.server.port}")
    yield Looking(database, clock, Claims(database, lease, settings, clock))
    keeping.cancel()
    await asyncio.wait([keeping])


@pytest.mark.parametrize(
    "shown", [{"note": "<p>Hi, <b>{}</b>!</p>"}, {"fields": [{"name": "me", "value": "{}", "verified_at": None}]}]
)
async def test_a_word_in_a_mastodon_profile_proves_the_account(
    looking: Looking, elsewhere: Elsewhere, shown: dict[str, Any]
) -> None:
    token, word = await looking.begin(f"@inka@{elsewhere.host}")
    elsewhere.moves_in("inka")
    claim = await looking.looked()
    assert (claim.state, claim.reason) == (ClaimState.ASKED, "not_there")
    told = orjson.loads(orjson.dumps(shown).replace(b"{}", word.encode()))
    elsewhere.moves_in("inka", **told)
    claim = await looking.looked()
    assert (claim.state, claim.how, claim.uri) == (ClaimState.PROVED, "bio", f"http://{elsewhere.host}/users/inka")
    async with looking.database.reading() as db:
        assert await claims.proved_uris(db, token) == [claim.uri]


async def test_a_server_that_does_not_tell_actors_addresses_is_understood(
    looking: Looking, elsewhere: Elsewhere
) -> None:
    """As GoToSocial answered when it was recorded."""
    _, word = await looking.begin(f"@ada@{elsewhere.host}")
    recorded = gotosocial("post_plain")["account"]
    assert "uri" not in recorded
    elsewhere.moves_in("ada")
    elsewhere.accounts["ada"] = recorded | {"note": f"<p>{word}</p>"}
    claim = await looking.looked()
    assert (claim.state, claim.uri) == (ClaimState.PROVED, f"http://{elsewhere.host}/users/ada")


@pytest.mark.parametrize("tells", [True, False])
async def test_a_claim_over_a_host_that_points_at_somebody_else_proves_nothing(
    looking: Looking, elsewhere: Elsewhere, tells: bool
) -> None:
    """Mallory's own host says that mallory is inka; inka's server only knows mallory's words as mallory's."""
    _, word = await looking.begin(f"@mallory@{elsewhere.host}")
    mallory = elsewhere.moves_in("mallory", note=f"<p>{word}</p>")
    elsewhere.moves_in("inka")
    if not tells:
        del mallory["uri"]
    elsewhere.actors["mallory"] = elsewhere.actors["inka"]
    claim = await looking.looked()
    assert (claim.state, claim.reason) == (ClaimState.ASKED, "unknown")


@pytest.mark.parametrize("by_did", [True, False])
async def test_a_word_in_a_bluesky_profile_proves_the_account(
    looking: Looking, elsewhere: Elsewhere, by_did: bool
) -> None:
    profile = captured("appview.getProfiles.json")["profiles"][0]
    who = profile["did"] if by_did else profile["handle"]
    _, word = await looking.begin(who)
    elsewhere.profiles[who] = profile
    assert (await looking.looked()).reason == "not_there"
    elsewhere.profiles[who] = profile | {"description": f"It is me\n{word}"}
    claim = await looking.looked()
    assert (claim.state, claim.how, claim.uri) == (ClaimState.PROVED, "bio", profile["did"])


async def test_an_account_nobody_knows_is_told_so(looking: Looking, elsewhere: Elsewhere) -> None:
    await looking.begin(f"@nobody@{elsewhere.host}", "nobody.bsky.example")
    await looking.looked()
    assert [claim.reason for claim in await looking.claims()] == ["unknown", "unknown"]


async def test_a_word_on_a_page_of_one_s_own_proves_the_page(looking: Looking, elsewhere: Elsewhere) -> None:
    token, word = await looking.begin(f"http://{elsewhere.host}/about")
    elsewhere.pages["/about"] = reply(f"<html><p>{word}</p>".encode())
    claim = await looking.looked()
    assert (claim.state, claim.how) == (ClaimState.PROVED, "page")
    async with looking.database.reading() as db:
        assert await claims.proved_uris(db, token) == []


async def test_a_page_that_is_too_long_or_leads_away_proves_nothing(looking: Looking, elsewhere: Elsewhere) -> None:
    _, word = await looking.begin(f"http://{elsewhere.host}/long", f"http://{elsewhere.host}/away")
    elsewhere.pages["/long"] = reply(b"x" * 600_000 + word.encode())
    elsewhere.pages["/away"] = reply(b"", "302 Found", location=f"http://localhost:{elsewhere.server.port}/about")
    elsewhere.pages["/about"] = reply(word.encode())
    await looking.looked()
    assert [c.reason for c in await looking.claims()] == ["away", "elsewhere"]


async def test_no_address_inside_the_house_is_opened(looking: Looking, elsewhere: Elsewhere) -> None:
    await looking.begin("http://127.0.0.1:1/", "https://169.254.169.254/latest", "@root@localhost.localdomain")
    await looking.looked()
    assert {c.reason for c in await looking.claims()} == {"away"}
    assert elsewhere.server.asked == []


async def test_one_host_is_asked_a_few_times_a_minute(looking: Looking, elsewhere: Elsewhere) -> None:
    for n in range(2):
        await looking.begin(*[f"@n{n}x{m}@{elsewhere.host}" for m in range(claims.MOST)])
    for _ in range(5):
        await looking.job.look()
    assert len(elsewhere.server.asked) == PER_HOST
    looking.clock.forward(61)
    await looking.job.look()
    assert len(elsewhere.server.asked) == 2 * PER_HOST


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"links": 7}', b'{"links": [{"rel": "self"}]}', b"<html>"])
async def test_garbage_is_no_proof_and_no_fault(looking: Looking, elsewhere: Elsewhere, body: bytes) -> None:
    await looking.begin(f"@inka@{elsewhere.host}")
    elsewhere.answer = lambda request: reply(body)  # type: ignore[method-assign]
    assert (await looking.looked()).state is ClaimState.ASKED
