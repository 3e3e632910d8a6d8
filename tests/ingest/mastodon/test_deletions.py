"""A deletion told by a server that is not the author's own is believed after the author's own was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from ingest.mastodon.deletions import STANDS, Deletions
from ingest.mastodon.memory import Memory
from ingest.types import Batch, IncomingDeletion
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.captures import parsed, synthetic
from tests.ingest.mastodon.conftest import NEVER_AGAIN, QUICK, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import RawServer, Request, raw_server, reply

GONE = reply(b'{"error": "Record not found"}', "404 Not Found", content_type="application/json")


class Origin:
    """The author's own server. `says`: its answer to whether a post still stands."""

    def __init__(self, server: RawServer) -> None:
        self.server = server
        self.says: Callable[[], bytes] = self.stands

    @property
    def uri(self) -> str:
        return f"{self.server.base}/users/ada/statuses/7"

    def stands(self) -> bytes:
        return reply(json.dumps({"id": "7", "uri": self.uri, "visibility": "public"}).encode())

    @property
    def asked(self) -> list[str]:
        return [request.path.partition("?")[0] for request in self.server.asked]


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    made: list[Origin] = []

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(made[0].says())

    async with raw_server(answer) as server:
        made.append(Origin(server))
        yield made[0]


def reads(mastodon: FakeMastodon, origin: Origin) -> ListHouse:
    source = mastodon.source(token=TOKEN)
    allowed = (*source.allow_private, f"127.0.0.1:{origin.server.port}")
    return ListHouse([type(source)(**{f: getattr(source, f) for f in source.__slots__} | {"allow_private": allowed})])


async def test_mastodon_c5_a_deletion_the_author_s_server_confirms_is_handed_over(
    mastodon: FakeMastodon, origin: Origin
) -> None:
    house = reads(mastodon, origin)
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "gone", uri=origin.uri, live=True)
        await house.until(lambda: house.posts)
        origin.says = lambda: GONE
        mastodon.delete(local_id, live=True)
        await house.until(lambda: not house.posts)
    assert origin.asked == ["/api/v1/statuses/7"]
    assert "fresh=" in origin.server.asked[0].path  # no cache in between can answer
    assert "authorization" not in origin.server.asked[0].headers  # our token is another server's business


async def test_mastodon_c5_a_post_that_only_a_stranger_deleted_stays_until_its_own_server_lets_it_go(
    mastodon: FakeMastodon, origin: Origin
) -> None:
    house = reads(mastodon, origin)
    async with reading(house, QUICK):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "stands", uri=origin.uri, live=True)
        await house.until(lambda: house.posts)
        mastodon.delete(local_id, live=True)
        await house.until(lambda: house.skipped[STANDS] == 1)
        asked = len(origin.asked)
        mastodon.say(2, "other")
        await house.until(lambda: len(origin.asked) > asked + 1 or len(house.posts) == 2)
        assert words(house) == {"stands", "other"}
        origin.says = lambda: GONE
        await house.until(lambda: words(house) == {"other"})
    assert house.skipped[STANDS] == 1  # said once, however often it was asked


async def asked_about(origin: Origin, patience: int, days: int, uri: str = "") -> list[bool]:
    """Whether the post is still here after each day's question."""
    house, clock, here = ListHouse(), Days(), []
    post = parsed(synthetic("plain") | {"uri": uri or origin.uri})
    await house.receive(Batch("up", (post,)))
    async with origin.server.guard().client() as client:
        deletions = Deletions(client, house, "up", Memory(), QUICK, clock, patience=patience)
        for _ in range(days):
            clock.now += 86_400
            await deletions._settle(IncomingDeletion(post.address, post.uri), post.uri)
            here.append(bool(house.posts))
    return here


class Days:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_after_the_event_a_silent_author_s_server_is_asked_on_three_days(origin: Origin) -> None:
    origin.says = lambda: b""
    assert await asked_about(origin, 1, 1) == [False], "during it nobody waits"
    assert await asked_about(origin, 3, 3) == [True, True, False]
    assert len(origin.asked) == 4


async def test_after_the_event_too_what_an_author_s_server_says_counts_at_once(origin: Origin) -> None:
    assert await asked_about(origin, 3, 9) == [True] * 9
    origin.says = lambda: reply(json.dumps({"id": "7", "uri": origin.uri, "visibility": "private"}).encode())
    assert await asked_about(origin, 3, 1) == [False]
    origin.says = lambda: GONE
    assert await asked_about(origin, 3, 1) == [False]


async def test_who_cannot_be_asked_at_all_is_not_waited_for(origin: Origin) -> None:
    assert await asked_about(origin, 3, 1, "https://pleroma.example/objects/6f0c8e0e-aaaa-bbbb") == [False]
    assert origin.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        reply(b'{"error": "no"}', "401 Unauthorized", content_type="application/json"),
        reply(b"<h1>Not here</h1>", "404 Not Found", content_type="text/html"),
        reply(b'{"id": "7", "uri": "https://other.example/1", "visibility": "public"}'),
        reply(b"<html>"),
        reply(b"{}", "503 Service Unavailable"),
        reply(b"{}", "429 Too Many Requests"),
        b"",
    ],
)
async def test_where_the_author_s_server_cannot_say_the_deletion_is_believed(
    mastodon: FakeMastodon, origin: Origin, answer: bytes
) -> None:
    origin.says = lambda: answer
    house = reads(mastodon, origin)
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, "gone", uri=origin.uri, live=True)
        await house.until(lambda: house.posts)
        mastodon.delete(local_id, live=True)
        await house.until(lambda: not house.posts)
    assert origin.asked == ["/api/v1/statuses/7"]


async def test_a_post_its_author_made_private_at_home_does_not_stand(mastodon: FakeMastodon, origin: Origin) -> None:
    hidden = json.dumps({"id": "7", "uri": origin.uri, "visibility": "private"}).encode()
    origin.says = lambda: reply(hidden)
    house = reads(mastodon, origin)
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, uri=origin.uri, live=True)
        await house.until(lambda: house.posts)
        mastodon.delete(local_id, live=True)
        await house.until(lambda: not house.posts)


@pytest.mark.parametrize(
    "uri",
    [
        "https://kueste.example/users/ada/statuses/7",  # a name nobody can have: not even looked up
        "https://pleroma.example/objects/6f0c8e0e-aaaa-bbbb-cccc-000000000000",  # its API's id is another one
    ],
)
async def test_a_server_that_cannot_be_asked_is_not(
    mastodon: FakeMastodon, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    from ingest.http import policy

    resolve = policy.resolve
    monkeypatch.setattr(policy, "resolve", lambda host, port: looked_up.append(host) or resolve(host, port))
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, uri=uri, live=True)
        await house.until(lambda: house.posts)
        mastodon.delete(local_id, live=True)
        await house.until(lambda: not house.posts)
    assert set(looked_up) == {"127.0.0.1"}


async def test_the_author_s_own_server_is_believed_at_once(mastodon: FakeMastodon, origin: Origin) -> None:
    house = reads(mastodon, origin)
    async with reading(house, NEVER_AGAIN):
        await mastodon.until_streaming()
        local_id = mastodon.say(1, live=True)
        await house.until(lambda: house.posts)
        mastodon.delete(local_id, live=True)
        await house.until(lambda: not house.posts)
    assert origin.asked == []
