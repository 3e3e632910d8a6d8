"""Trying a source is one honest attempt: what it found is what its reader would find, and it ends in time."""

from __future__ import annotations

import asyncio
import string
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.domain.sources.trials import SENTENCES, sentence
from ingest.http import Guard
from ingest.trial import Trial, trial
from ingest.types import Network, SourceConfig
from tests.ingest.bluesky.fakes import FakeAppView, FakeJetstream, refusal, sends, then_closes
from tests.ingest.mastodon.server import FakeMastodon, fake_mastodon
from tests.ingest.servers import raw_server, reply, silent


async def tried(source: SourceConfig, seconds: float = 10.0) -> Trial:
    return await trial(source, Guard(), seconds=seconds)


def keys(found: Trial) -> list[str]:
    return [finding.key for finding in found.findings]


def said(found: Trial) -> str:
    return " ".join(sentence(finding.key, finding.values) for finding in found.findings)


@pytest.fixture
async def mastodon() -> AsyncIterator[FakeMastodon]:
    async with fake_mastodon() as fake:
        fake.say(1)
        fake.say(2)
        fake.say(3, "Elsewhere", "other")
        yield fake


@asynccontextmanager
async def a_socket(fake: FakeMastodon) -> AsyncIterator[list[str]]:
    """Lets everybody in who knows the token; gives what it was asked."""
    asked: list[str] = []

    async def talk(client: ServerConnection) -> None:
        assert client.request is not None
        asked.append(client.request.path)
        await client.wait_closed()

    async with serve(talk, "127.0.0.1", 0, subprotocols=["good"]) as server:  # type: ignore[list-item]
        fake.socket = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield asked


async def test_a_server_with_a_token_is_live(mastodon: FakeMastodon) -> None:
    found = await tried(mastodon.source(token="good"))
    assert (found.ok, keys(found)) == (True, ["answers", "live"])
    host = mastodon.server.base.removeprefix("http://")
    assert said(found).startswith(f"{host} answers. Posts on its newest page of #wall: 2. Its live stream is open")


async def test_without_a_token_it_is_polled_and_says_why(mastodon: FakeMastodon) -> None:
    found = await tried(replace(mastodon.source(), settings={"every": 7}))
    assert (found.ok, keys(found)) == (True, ["answers", "polled"])
    assert said(found).endswith("We look there every 7 seconds: its live stream needs an access token.")


async def test_a_server_without_streams_is_polled_and_says_why(mastodon: FakeMastodon) -> None:
    mastodon.streaming = False
    found = await tried(mastodon.source(token="good"))
    assert (found.ok, said(found).endswith("seconds: it offers no live stream.")) == (True, True)


async def test_without_events_the_socket_is_found(mastodon: FakeMastodon) -> None:
    async with a_socket(mastodon) as asked:
        found = await tried(mastodon.source(token="good"))
    assert (found.ok, keys(found)) == (True, ["answers", "socket"])
    assert asked == ["/api/v1/streaming?stream=hashtag&tag=wall"]


async def test_a_server_that_streams_no_tags_is_read_by_its_public_stream(mastodon: FakeMastodon) -> None:
    mastodon.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"
    async with a_socket(mastodon) as asked:
        found = await tried(mastodon.source(token="good"))
    assert (found.ok, keys(found)) == (True, ["answers", "public"])
    assert asked == ["/api/v1/streaming?stream=public"]


async def test_a_token_that_no_longer_works_is_told_and_the_page_is_read_without_it(mastodon: FakeMastodon) -> None:
    found = await tried(mastodon.source(token="old"))
    assert (found.ok, keys(found)) == (False, ["token_refused", "answers", "polled"])


async def test_a_stream_that_refuses_the_token_needs_somebody(mastodon: FakeMastodon) -> None:
    denied = reply(b"{}", "403 Forbidden")
    mastodon.override = lambda path: denied if "streaming" in path else None
    found = await tried(mastodon.source(token="good"))
    assert (found.ok, keys(found)) == (False, ["answers", "polled"])
    assert "refused our access token" in said(found)


async def test_a_server_that_shows_strangers_nothing_says_what_to_do(mastodon: FakeMastodon) -> None:
    mastodon.closed = True
    found = await tried(mastodon.source())
    assert (found.ok, keys(found)) == (False, ["failed"])
    assert said(found).endswith("shows hashtags only to people who are signed in there: add an access token.")


async def test_what_a_server_does_not_show_strangers_is_told(mastodon: FakeMastodon) -> None:
    mastodon.access = {"local": "public", "remote": "authenticated"}
    found = await tried(mastodon.source())
    assert (found.ok, keys(found)) == (True, ["answers", "hidden", "polled"])


async def test_nothing_of_the_stream_stays_open(mastodon: FakeMastodon) -> None:
    await tried(mastodon.source(token="good"))
    (_, writer), *_ = mastodon.streams
    async with asyncio.timeout(5):
        while not writer.transport.is_closing():  # whoever left sends everything back
            writer.write(b":\n")
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("status", "words"), [("502 Bad Gateway", "it answers 502"), ("429 Too Many", "asks us to wait")]
)
async def test_trouble_is_told_in_its_own_sentence(mastodon: FakeMastodon, status: str, words: str) -> None:
    mastodon.override = lambda path: reply(b"", status)
    found = await tried(mastodon.source())
    assert (found.ok, keys(found), words in said(found)) == (False, ["failed"], True)


async def test_a_server_that_says_nothing_does_not_keep_us() -> None:
    async with raw_server(silent) as server:
        source = SourceConfig(
            1, "wall", Network.MASTODON, "m", server.base, ("wall",), allow_private=(f"127.0.0.1:{server.port}",)
        )
        found = await tried(source, seconds=0.2)
    assert (found.ok, keys(found)) == (False, ["slow"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://10.0.0.1", "https://[::1]"])
async def test_an_address_inside_the_house_is_not_tried(url: str) -> None:
    found = await tried(SourceConfig(1, "wall", Network.MASTODON, "m", url, ("wall",)))
    assert (found.ok, "Strand does not connect to" in said(found)) == (False, True)


def bluesky(*streams: FakeJetstream, appview: FakeAppView) -> SourceConfig:
    bases = [stream.base for stream in streams]
    hosts = tuple(base.split("://")[1] for base in (*bases, appview.base))
    settings: dict[str, Any] = {"jetstream": bases, "appview": appview.base}
    return SourceConfig(1, "wall", Network.BLUESKY, "b", "", ("wall",), settings=settings, allow_private=hosts)


async def test_bluesky_is_heard_and_asked_for_names() -> None:
    async with FakeJetstream([sends("{}")]).running() as stream, FakeAppView().running() as appview:
        found = await tried(bluesky(stream, appview=appview))
        assert (found.ok, keys(found)) == (True, ["hears", "names"])
        assert appview.asked == [("getProfiles", ["bsky.app"])]
        assert said(found).startswith(f"{stream.base.removeprefix('ws://')} tells us live")


async def test_the_next_host_is_tried_where_one_refuses_or_hangs_up() -> None:
    async with (
        FakeJetstream([refusal(503)]).running() as down,
        FakeJetstream([then_closes()]).running() as mute,
        FakeJetstream([sends("{}")]).running() as stream,
        FakeAppView().running() as appview,
    ):
        found = await tried(bluesky(down, mute, stream, appview=appview))
    assert (found.ok, found.findings[0].values) == (True, {"host": stream.base.removeprefix("ws://")})


async def test_no_host_at_all_is_told_and_the_index_is_still_asked() -> None:
    async with FakeJetstream([refusal(503)]).running() as down, FakeAppView().running() as appview:
        found = await tried(bluesky(down, appview=appview))
    assert (found.ok, keys(found)) == (False, ["deaf", "names"])
    assert "it answered with error 503" in said(found)


async def test_an_index_that_is_down_is_told() -> None:
    async with FakeJetstream([sends("{}")]).running() as stream, FakeAppView(status=500).running() as appview:
        found = await tried(bluesky(stream, appview=appview))
    assert (found.ok, keys(found)) == (False, ["hears", "nameless"])


async def test_a_stream_that_is_open_and_silent_does_not_keep_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.trial._HEARING", 0.2)
    async with FakeJetstream([sends()]).running() as stream, FakeAppView().running() as appview:
        found = await tried(bluesky(stream, appview=appview))
    assert (found.ok, keys(found)) == (False, ["deaf", "names"])


async def test_the_form_needs_no_trying() -> None:
    found = await tried(SourceConfig(1, "wall", Network.FORM, "form:wall", "", ("wall",)))
    assert (found.ok, keys(found)) == (True, ["form"])


def test_every_sentence_can_be_said() -> None:
    for key, template in SENTENCES.items():
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert sentence(key, dict.fromkeys(names, "no_token"))
