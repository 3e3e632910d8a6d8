"""What a refusal means: what a person has to settle is told apart from what passes by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ingest.http import Guard
from ingest.mastodon.errors import Denied, Failing
from ingest.mastodon.reader import Reader
from ingest.mastodon.rest import Rest
from ingest.types import Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import QUICK, reading
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import always, raw_server, reply


@pytest.mark.parametrize(
    ("status", "token", "says"),
    [
        (401, None, "add an access token"),
        (403, None, "add an access token"),
        (422, None, "add an access token"),
        (401, "t", "does not know our access token (401)"),
        (422, "t", "does not know our access token (422)"),
        (403, "t", "it needs read:statuses"),
        (404, None, "does not offer what a Mastodon server offers"),
        (410, "t", "does not offer what a Mastodon server offers"),
        (451, None, "does not offer what a Mastodon server offers"),
    ],
)
async def test_mastodon_c9_each_refusal_says_what_somebody_has_to_do(status: int, token: str | None, says: str) -> None:
    answer = reply(b'{"error": "This method requires an authenticated user"}', f"{status} No")
    async with raw_server(always(answer)) as server, server.guard().client() as client:
        with pytest.raises(Denied) as caught:
            await Rest(client, server.base, token).page("wall")
    assert says in str(caught.value)


@pytest.mark.parametrize("status", ["204 No Content", "400 Bad Request", "404 Not Found", "410 Gone", "451 No"])
async def test_a_server_that_has_worked_is_waited_for(mastodon: FakeMastodon, status: str) -> None:
    """Something in between answers in its place for a while; giving the server up would cost the event its posts."""
    fired: list[str] = []

    def override(path: str) -> bytes | None:
        fired.append(path)
        return reply(b"", status) if "timelines" in path else None

    mastodon.say(1)
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await house.until(lambda: house.posts)
        mastodon.override = override
        await house.until(lambda: not house.state.ok)
        assert house.state.mode is Mode.POLL
        assert "has trouble at the moment" in house.state.reason
        mastodon.override = lambda path: None
        mastodon.say(2)
        await house.until(lambda: len(house.posts) == 2 and house.state.ok)
    assert fired


async def test_a_page_that_fails_after_one_that_did_not_is_no_refusal() -> None:
    answers = [reply(b"[]"), reply(b"", "404 Not Found"), reply(b"", "401 Unauthorized")]

    async def answer(request: object, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0))

    async with raw_server(answer) as server, server.guard().client() as client:
        rest = Rest(client, server.base)
        assert await rest.page("wall") == []
        with pytest.raises(Failing):
            await rest.page("wall")
        with pytest.raises(Denied):
            await rest.page("wall")


async def test_a_token_that_is_taken_again_is_used_again(mastodon: FakeMastodon) -> None:
    mastodon.token = None
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, replace(QUICK, refused=0.05)):
        await house.until(lambda: house.states and house.state.token_ok is False)
        assert not house.state.ok
        mastodon.token = TOKEN
        await house.until(lambda: house.state.mode is Mode.STREAM and house.state.token_ok is True)
        await mastodon.until_streaming()
        mastodon.say(1, "heard", live=True)
        await house.until(lambda: any(not post.backfilled for post in house.history))


async def test_with_neither_token_nor_strangers_let_in_it_is_off_and_says_that_the_token_is_refused(
    mastodon: FakeMastodon,
) -> None:
    mastodon.token, mastodon.closed = None, True
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with asyncio.timeout(10):
        await Reader(house.configured, house, Guard(), pace=QUICK).run()
    assert (house.state.mode, house.state.ok, house.state.token_ok) == (Mode.OFF, False, False)


async def test_a_stream_that_is_refused_is_tried_again_after_a_while(mastodon: FakeMastodon) -> None:
    mastodon.override = lambda path: reply(b"{}", "403 Forbidden") if "streaming" in path else None
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house, replace(QUICK, refused=0.05)):
        await house.until(lambda: house.states and "read:statuses" in house.state.reason)
        mastodon.override = lambda path: None
        await house.until(lambda: house.state.mode is Mode.STREAM and house.state.ok)
