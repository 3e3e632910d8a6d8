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
    ("local", "remote", "token", "only"),
    [
        ("public", "public", None, ""),
        ("public", "authenticated", None, "local"),
        ("public", "disabled", None, "local"),
        ("public", "disabled", "t", ""),
        ("authenticated", "public", None, "remote"),
        ("authenticated", "authenticated", None, ""),
        ("public", "authenticated", "t", ""),
    ],
)
async def test_mastodon_c1_whom_it_shows_hashtags_to_is_respected(
    local: str, remote: str, token: str | None, only: str
) -> None:
    access = {"hashtag_feeds": {"local": local, "remote": remote}}
    instance, host = await probed(v2(timelines_access=access), token=token)
    assert instance.only == only
    assert instance.hidden.startswith(f"{host} shows " if only or remote == "disabled" else "")
    assert bool(instance.hidden) is (bool(only) or remote == "disabled")


@pytest.mark.parametrize(
    ("said", "tagless"),
    [
        ({"source_url": "https://github.com/superseriousbusiness/gotosocial", "version": "0.20.0"}, True),
        ({"version": "0.20.0+gotosocial"}, True),
        ({"source_url": "https://github.com/mastodon/mastodon", "version": "0.20.0"}, False),
        ({"source_url": None, "version": 7}, False),
    ],
)
async def test_a_server_whose_stream_of_a_hashtag_is_silent_is_known_by_its_name(
    said: dict[str, Any], tagless: bool
) -> None:
    instance, _ = await probed(v2() | said)
    assert instance.tagless is tagless


async def test_people_can_have_another_domain_than_their_server() -> None:
    instance, _ = await probed(v2() | {"domain": "social.wall.example", "account_domain": "wall.example"})
    assert instance.domain == "wall.example"
