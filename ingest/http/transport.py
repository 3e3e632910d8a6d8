"""The httpx transport whose every connection goes through the policy, redirects and pooled ones included."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterator

import httpcore
import httpx

from ingest.http.connect import Backend
from ingest.http.errors import TooSlow, Unreachable
from ingest.http.policy import Policy

_DEFAULT_PORTS = {"https": 443, "http": 80}


@contextlib.contextmanager
def plainly(host: str) -> Iterator[None]:
    """Turn the library's many errors into ours."""
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        raise TooSlow(host) from error
    except (httpcore.NetworkError, httpx.NetworkError) as error:
        raise Unreachable(host, cause(error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(host, "it does not speak HTTP as it should") from error


def cause(error: BaseException | None) -> str:
    """Why a connection failed, as far as a person can do something about it."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "its certificate does not prove that it is this host"
        if isinstance(error, ssl.SSLError):
            return "it offers no secure connection"
        error = error.__cause__ or error.__context__
    return "the connection was refused or broke"


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes], host: str) -> None:
        self._stream = stream
        self._host = host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with plainly(self._host):
            async for part in self._stream:
                yield part

    async def aclose(self) -> None:
        if hasattr(self._stream, "aclose"):
            await self._stream.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    def __init__(self, policy: Policy, tls: ssl.SSLContext) -> None:
        self._policy = policy
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            network_backend=Backend(policy),
            max_connections=20,
            max_keepalive_connections=5,
            keepalive_expiry=10,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        self._policy.check(url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme, 0))
        assert isinstance(request.stream, httpx.AsyncByteStream)
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with plainly(url.host):
            answer = await self._pool.handle_async_request(asked)
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, url.host),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()
