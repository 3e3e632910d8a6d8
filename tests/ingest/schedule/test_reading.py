"""A schedule from an address: only what changed is read, and every failure is a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ingest.http import Garbled, Unreachable
from ingest.schedule import read
from tests.ingest.schedule.worlds import BERLIN, FORMATS, body
from tests.ingest.servers import Answer, Request, raw_server, reply


def answering(make: Callable[[Request], bytes]) -> Answer:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(make(request))

    return answer


async def test_a_schedule_is_read_once_and_then_only_asked_for() -> None:
    def make(request: Request) -> bytes:
        known = request.headers.get("if-none-match") == '"one"'
        return reply(b"", "304 Not Modified", etag='"one"') if known else reply(body(FORMATS[0], "first"), etag='"one"')

    async with raw_server(answering(make)) as server:
        first = await read(server.guard(), server.base + "/schedule.json", BERLIN)
        assert first.schedule is not None and len(first.schedule.sessions) == 5
        again = await read(server.guard(), server.base + "/schedule.json", BERLIN, first.etag)
    assert (again.schedule, again.etag) == (None, '"one"')


async def test_a_server_without_tags_is_believed_when_it_says_the_same_again() -> None:
    async with raw_server(answering(lambda _: reply(body(FORMATS[2], "first")))) as server:
        first = await read(server.guard(), server.base, BERLIN)
        again = await read(server.guard(), server.base, BERLIN, first.etag)
        assert first.schedule is not None and again.schedule is None
        assert "if-none-match" not in server.asked[1].headers


async def test_a_page_that_is_no_schedule_says_so() -> None:
    async with raw_server(answering(lambda _: reply(b"<html>Sign in</html>"))) as server:
        with pytest.raises(Garbled, match="no schedule in JSON, iCal, XML or CSV"):
            await read(server.guard(), server.base, BERLIN)


async def test_a_refusal_says_with_what() -> None:
    async with raw_server(answering(lambda _: reply(b"", "403 Forbidden"))) as server:
        with pytest.raises(Unreachable, match="it answers with 403"):
            await read(server.guard(), server.base, BERLIN)
