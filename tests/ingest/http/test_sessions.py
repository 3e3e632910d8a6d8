"""The same guard for a library that blocks."""

from __future__ import annotations

import asyncio

import pytest
import requests

from ingest.http import OutboundError, Refused, TooBig, TooSlow
from tests.ingest.servers import RawServer, Request, always, raw_server, reply


async def get(server: RawServer, path: str = "/", timeout: float = 15.0, **options: object) -> requests.Response:
    session = server.guard().session(timeout)
    return await asyncio.to_thread(lambda: session.get(server.base + path, **options))  # type: ignore[arg-type]


async def test_an_answer_comes_whole() -> None:
    async with raw_server(always(reply(b'{"id": "1"}'))) as server:
        answer = await get(server)
    assert answer.json() == {"id": "1"}
    assert server.asked[0].headers["user-agent"].startswith("Strand/")


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "http://10.0.0.1/", "https://0x7f000001/"])
async def test_a_private_address_is_refused(url: str) -> None:
    async with raw_server(always(reply())) as server:
        session = server.guard().session()
        with pytest.raises(Refused):
            await asyncio.to_thread(session.get, url)
    assert not server.asked


@pytest.mark.parametrize("location", ["https://127.0.0.1:1/", "https://169.254.169.254/", "http://[::1]:80/"])
async def test_every_hop_is_checked(location: str) -> None:
    async with raw_server(always(reply(status="302 Found", location=location))) as server:
        with pytest.raises(Refused):
            await get(server)


async def test_a_fourth_redirect_is_not_followed() -> None:
    async with raw_server(always(reply(status="302 Found", location="/"))) as server:
        with pytest.raises(requests.TooManyRedirects):
            await get(server)
    assert len(server.asked) == 4


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with raw_server(always(reply())) as server:
        assert (await get(server, proxies={"http": "http://127.0.0.1:1"})).status_code == 200


async def test_no_cookie_is_kept() -> None:
    async with raw_server(always(reply(set_cookie="id=1"))) as server:
        session = server.guard().session()
        for _ in range(2):
            await asyncio.to_thread(session.get, server.base)
    assert "cookie" not in server.asked[1].headers


async def test_an_endless_body_ends_at_the_cap() -> None:
    async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" " * 1_000_000)
            await writer.drain()

    async with raw_server(endless) as server:
        with pytest.raises(TooBig):
            await get(server)


async def test_a_dripping_body_ends_at_the_deadline() -> None:
    async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" " * 20_000)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with raw_server(drip) as server:
        with pytest.raises(TooSlow):
            await get(server, timeout=0.2)


async def test_a_closed_port_is_an_error_of_either_tree() -> None:
    async with raw_server(always(b"")) as server:
        pass
    with pytest.raises((OutboundError, requests.RequestException)):
        await get(server)
