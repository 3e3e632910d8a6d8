"""One whole answer within a deadline and a size: redirects by hand, the body counted after decoding."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from ingest.http.errors import Garbled, Refused, TooBig, TooSlow, Unreachable
from ingest.http.transport import plainly

MAX_REDIRECTS = 3
_MOVED = (301, 302, 303, 307, 308)
_SECRETS = ("authorization", "cookie")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes
    url: str  # where it came from, after redirects

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def json(self) -> Any:
        """The body as JSON; Garbled where it is none."""
        try:
            return orjson.loads(self.body)
        except ValueError as error:
            raise Garbled(self.host) from error


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    params: Mapping[str, str | list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    post: bytes | None = None,
    max_bytes: int = 8_000_000,
    deadline: float = 20.0,
) -> Answer:
    """GET one thing, or POST some bytes. Any status is an answer; raises OutboundError where none came."""
    with plainly(url[:200]):
        target = httpx.URL(url, params=dict(params)) if params else httpx.URL(url)
    try:
        async with asyncio.timeout(deadline):
            with plainly(target.host):
                if post is not None:
                    return await _post(client, target, dict(headers or {}), post, max_bytes)
                return await _follow(client, target, dict(headers or {}), max_bytes)
    except TimeoutError as error:
        raise TooSlow(target.host, deadline) from error


@contextlib.asynccontextmanager
async def stream(
    client: httpx.AsyncClient,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[httpx.Response]:
    """An answer that does not end: read it with `aiter_raw`. No redirects, no compression, the client's timeout."""
    with plainly(urlsplit(url).hostname or url[:200]):
        asked = {**(headers or {}), "accept-encoding": "identity"}
        async with client.stream("GET", url, params=params, headers=asked, follow_redirects=False) as response:
            yield response


async def _post(
    client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str], content: bytes, max_bytes: int
) -> Answer:
    """What is posted may be a secret: nobody sends it on to another address."""
    asked = {**headers, "accept-encoding": "gzip"}
    async with client.stream("POST", url, content=content, headers=asked, follow_redirects=False) as response:
        if response.status_code in _MOVED:
            raise Unreachable(url.host, "it sends us on to another address")
        return Answer(response.status_code, response.headers, await _body(response, max_bytes), str(url))


async def _follow(client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str], max_bytes: int) -> Answer:
    asked = {**headers, "accept-encoding": "gzip"}  # the one encoding we can decode with a limit
    for _ in range(MAX_REDIRECTS + 1):
        async with client.stream("GET", url, headers=asked, follow_redirects=False) as response:
            if response.status_code not in _MOVED or "location" not in response.headers:
                body = await _body(response, max_bytes)
                return Answer(response.status_code, response.headers, body, str(url))
        following = _next(url, response.headers["location"])
        if _origin(following) != _origin(url):
            asked = {name: value for name, value in asked.items() if name.lower() not in _SECRETS}
        url = following
    raise Unreachable(url.host, f"it sends us on more than {MAX_REDIRECTS} times")


def _next(url: httpx.URL, location: str) -> httpx.URL:
    try:
        following = url.join(location)
    except httpx.InvalidURL as error:
        raise Refused(location[:200], "it is no address") from error
    if url.scheme == "https" and following.scheme != "https":
        raise Refused(str(following)[:200], "it leads from an encrypted page to one that is not")
    return following


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _body(response: httpx.Response, limit: int) -> bytes:
    """Decoded by ourselves, with a limit: a bomb is stopped at the limit, not after it has unfolded."""
    host = response.url.host
    decoder = _decoder(response, host)
    out = bytearray()
    async for raw in response.aiter_raw():
        try:
            out += raw if decoder is None else decoder.decompress(raw, limit + 1 - len(out))
        except zlib.error as error:
            raise Garbled(host, "the compressed body is broken") from error
        if len(out) > limit or (decoder is not None and decoder.unconsumed_tail):
            raise TooBig(host, limit)
    if decoder is not None and not decoder.eof:
        raise Garbled(host, "the compressed body ends too early")
    return bytes(out)


def _decoder(response: httpx.Response, host: str) -> zlib._Decompress | None:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=47)
    raise Garbled(host, "the body is compressed in a way we did not ask for")
