"""One whole answer: redirects, sizes, deadlines."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from ingest.http import Garbled, Guard, Refused, TooBig, TooSlow, Unreachable, fetch, stream
from ingest.http import policy as policies
from tests.ingest.servers import Request, always, raw_server, reply, silent


async def test_an_answer_comes_with_its_status_headers_and_json() -> None:
    async with (
        raw_server(always(reply(b'{"a": 1}', x_ratelimit_limit="300"))) as server,
        server.guard().client() as client,
    ):
        answer = await fetch(client, server.base + "/x", params={"tag": "küste"})
    assert (answer.status, answer.headers["x-ratelimit-limit"], answer.json()) == (200, "300", {"a": 1})
    assert server.asked[0].path == "/x?tag=k%C3%BCste"


async def test_we_say_who_we_are_and_carry_no_cookies() -> None:
    async with raw_server(always(reply(set_cookie="id=1"))) as server, server.guard().client() as client:
        await fetch(client, server.base)
        await fetch(client, server.base)
    assert server.asked[1].headers["user-agent"].startswith("Strand/")
    assert "https://wall.example/about" in server.asked[1].headers["user-agent"]
    assert "cookie" not in server.asked[1].headers


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with raw_server(always(reply())) as server, server.guard().client() as client:
        assert (await fetch(client, server.base)).status == 200


async def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    async def onward(request: Request, writer: asyncio.StreamWriter) -> None:
        left = int(request.path.strip("/"))
        writer.write(reply(status="302 Found", location=f"/{left - 1}") if left else reply(b"[]"))

    async with raw_server(onward) as server, server.guard().client() as client:
        answer = await fetch(client, server.base + "/3")
        assert (answer.status, answer.url) == (200, server.base + "/0")
        with pytest.raises(Unreachable, match="more than 3 times"):
            await fetch(client, server.base + "/4")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0x7f000001/",
        "//127.0.0.1:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "data:text/plain,x",
        "https://[bad",
        "http://127.0.0.1:99999999/",
    ],
)
async def test_every_hop_is_checked(location: str) -> None:
    async with (
        raw_server(always(reply(status="301 Moved", location=location))) as server,
        server.guard().client() as client,
    ):
        with pytest.raises((Refused, Unreachable)):
            await fetch(client, server.base)
    assert len(server.asked) == 1


async def test_a_token_is_not_carried_to_another_host() -> None:
    async with (
        raw_server(always(reply())) as other,
        raw_server(always(reply(status="307 Temporary", location=other.base + "/there"))) as first,
    ):
        guard = first.guard().allowing([f"127.0.0.1:{other.port}"])
        async with guard.client() as client:
            await fetch(client, first.base, headers={"Authorization": "Bearer secret"})
    assert first.asked[0].headers["authorization"] == "Bearer secret"
    assert "authorization" not in other.asked[0].headers


async def test_a_body_beyond_the_cap_is_too_big() -> None:
    async with raw_server(always(reply(b"x" * 2_000))) as server, server.guard().client() as client:
        with pytest.raises(TooBig, match="1,000 bytes"):
            await fetch(client, server.base, max_bytes=1_000)
        assert len((await fetch(client, server.base, max_bytes=2_000)).body) == 2_000


async def test_a_gzip_bomb_is_stopped_at_the_cap() -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    async with raw_server(always(reply(bomb, content_encoding="gzip"))) as server, server.guard().client() as client:
        with pytest.raises(TooBig):
            await fetch(client, server.base, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("encoding", "packed"), [("gzip", gzip.compress(b"[1]", mtime=0)), ("deflate", zlib.compress(b"[1]"))]
)
async def test_a_compressed_body_is_unpacked(encoding: str, packed: bytes) -> None:
    async with (
        raw_server(always(reply(packed, content_encoding=encoding))) as server,
        server.guard().client() as client,
    ):
        assert (await fetch(client, server.base)).json() == [1]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"no gzip"), ("gzip", gzip.compress(b"[1]" * 99, mtime=0)[:-9]), ("br", b"x"), ("zstd", b"x")],
)
async def test_a_body_that_cannot_be_unpacked_is_garbled(encoding: str, body: bytes) -> None:
    async with (
        raw_server(always(reply(body, content_encoding=encoding))) as server,
        server.guard().client() as client,
    ):
        with pytest.raises(Garbled):
            await fetch(client, server.base)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b"[" * 100_000, b"\xff", b'"\\ud800"', b"NaN"])
async def test_what_is_no_json_is_garbled(body: bytes) -> None:
    async with raw_server(always(reply(body))) as server, server.guard().client() as client:
        with pytest.raises(Garbled, match="not JSON"):
            (await fetch(client, server.base)).json()


async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("slow", [drip, silent])
async def test_a_deadline_holds_however_the_time_is_wasted(slow) -> None:  # type: ignore[no-untyped-def]
    async with raw_server(slow) as server, server.guard().client() as client:
        with pytest.raises(TooSlow, match="did not answer in time"):
            await fetch(client, server.base, deadline=0.15)


async def test_a_slow_name_counts_against_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    answered = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        answered.wait(5)
        return ["1.1.1.1"]

    monkeypatch.setattr(policies, "resolve", slow)
    async with Guard().client() as client:
        with pytest.raises(TooSlow):
            await fetch(client, "https://wall.example/", deadline=0.05)
    answered.set()


@pytest.mark.parametrize("rubbish", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"])
async def test_what_speaks_no_http_is_unreachable(rubbish: bytes) -> None:
    async with raw_server(always(rubbish)) as server, server.guard().client() as client:
        with pytest.raises(Unreachable):
            await fetch(client, server.base)


async def test_a_closed_port_is_unreachable() -> None:
    async with raw_server(always(b"")) as server:
        pass
    async with server.guard().client() as client:
        with pytest.raises(Unreachable):
            await fetch(client, server.base)


@pytest.mark.parametrize(
    "url", ["", "wall.example", "http://", "https://[x", "https://a b/", "https://wall.example:x/"]
)
async def test_what_is_no_address_is_refused_or_unreachable(url: str) -> None:
    async with Guard().client() as client:
        with pytest.raises((Refused, Unreachable)):
            await fetch(client, url)


async def test_an_endless_answer_is_read_as_it_comes() -> None:
    async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:thump\n")
        await writer.drain()
        await asyncio.Event().wait()

    async with raw_server(endless) as server, server.guard().client(timeout=0.1) as client:
        with pytest.raises(TooSlow):
            async with stream(client, server.base) as response:
                async for chunk in response.aiter_raw():
                    assert chunk == b":thump\n"
