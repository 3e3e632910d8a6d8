"""What a server can do is read from what it says of itself, in the new form or the old."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ingest.mastodon.probe import Instance, probe
from ingest.mastodon.rest import Rest
from tests.ingest.servers import Request, raw_server, reply


async def probed(v2: object = None, v1: object = None, token: str | None = None) -> tuple[Instance, str]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        said = v2 if request.path.startswith("/api/v2") else v1
        writer.write(reply(json.dumps(said).encode()) if said is not None else reply(b"", "404 Not Found"))

    async with raw_server(answer) as server, server.guard().client() as client:
        rest = Rest(client, server.base, token)
        return await probe(rest), rest.host


def v2(**configuration: Any) -> dict[str, Any]:
    return {"domain": "wall.example", "configuration": configuration}


async def test_the_new_form_is_asked_first() -> None:
    instance, _ = await probed(v2(urls={"streaming": "wss://stream.wall.example"}), {"uri": "old.example"})
    assert instance == Instance("wall.example", "https://stream.wall.example")


@pytest.mark.parametrize("uri", ["wall.example", "https://wall.example", "https://Wall.example/"])
async def test_the_old_form_will_do(uri: str) -> None:
    instance, _ = await probed(None, {"uri": uri, "urls": {"streaming_api": "wss://stream.wall.example/"}})
    assert instance == Instance("wall.example", "https://stream.wall.example")


async def test_a_server_that_says_nothing_goes_by_its_address() -> None:
    instance, host = await probed()
    assert instance == Instance(host, None)


@pytest.mark.parametrize(
    "said", [{}, {"urls": None}, v2(), v2(urls={}), v2(urls=[]), v2(urls={"streaming": None}), {"configuration": 3}]
)
async def test_without_an_address_there_is_no_stream(said: dict[str, Any]) -> None:
    instance, _ = await probed(said)
    assert instance.streaming is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc", "wss://", "//x", "wss://[", 7, "https", ""])
async def test_an_address_of_another_kind_is_none(url: object) -> None:
    instance, _ = await probed(v2(urls={"streaming": url}))
    assert instance.streaming is None


@pytest.mark.parametrize(
    ("local", "remote", "token", "only_local"),
    [
        ("public", "public", None, False),
        ("public", "authenticated", None, True),
        ("public", "disabled", None, True),
        ("authenticated", "authenticated", None, False),
        ("public", "authenticated", "t", False),
    ],
)
async def test_whom_it_shows_hashtags_to_is_respected(
    local: str, remote: str, token: str | None, only_local: bool
) -> None:
    access = {"hashtag_feeds": {"local": local, "remote": remote}}
    instance, _ = await probed(v2(timelines_access=access), token=token)
    assert instance.local_only is only_local
