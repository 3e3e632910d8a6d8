"""The guard: what every part that talks to the outside is given, and opens its connections with."""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
from collections.abc import Collection, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import metadata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from ingest.http.connect import connected_socket
from ingest.http.errors import Refused, TooSlow, Unreachable
from ingest.http.fetch import fetch
from ingest.http.policy import Policy
from ingest.http.transport import GuardedTransport, cause

if TYPE_CHECKING:
    import requests


@functools.cache
def _system_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _user_agent(contact: str) -> str:
    try:
        version = metadata.version("strand")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"Strand/{version} (event wall; +{contact})" if contact else f"Strand/{version} (event wall)"


def _websocket_parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(url[:200], "it is no WebSocket address") from None
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise Refused(url[:200], "it is no WebSocket address")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "wss" else 80)


@contextlib.contextmanager
def _opening(host: str) -> Iterator[None]:
    """Turn what can fail in a WebSocket's opening into our errors, but for a status, which the caller may act on."""
    try:
        yield
    except TimeoutError as error:
        raise TooSlow(host) from error
    except (ssl.SSLError, OSError, EOFError) as error:
        raise Unreachable(host, cause(error)) from error
    except InvalidStatus:
        raise
    except (InvalidHandshake, InvalidURI, ValueError) as error:
        raise Unreachable(host, "it does not open a WebSocket as it should") from error


class Guard:
    """Opens connections to public addresses, and to the few private ones it was told of.

    `allow_private`: "host" (every port) or "host:port"; only these may be private, in the clear or on other ports.
    `contact`: an address of ours, for people who wonder who is reading them.
    """

    def __init__(
        self, *, allow_private: Collection[str] = (), contact: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self._allow_private = tuple(allow_private)
        self._contact = contact
        self._tls = tls
        self.policy = Policy.of(allow_private)
        self.user_agent = _user_agent(contact)

    def allowing(self, more: Collection[str]) -> Guard:
        """The same guard with a source's own exceptions added."""
        if not more:
            return self
        return Guard(allow_private=(*self._allow_private, *more), contact=self._contact, tls=self._tls)

    @property
    def tls(self) -> ssl.SSLContext:
        return self._tls or _system_tls()

    def client(self, timeout: float = 20.0) -> httpx.AsyncClient:
        """A client without cookies, proxies and redirects. `timeout` is per read; `fetch` adds a deadline over all."""
        return httpx.AsyncClient(
            transport=GuardedTransport(self.policy, self.tls),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"user-agent": self.user_agent},
        )

    async def get_json(self, client: httpx.AsyncClient, url: str, **options: Any) -> tuple[int, httpx.Headers, Any]:
        """Status, headers and body of one GET (options as `fetch` takes them). Garbled where a 200 is no JSON."""
        answer = await fetch(
            client, url, headers={"accept": "application/json"} | options.pop("headers", {}), **options
        )
        return answer.status, answer.headers, answer.json() if answer.status == 200 else None

    async def socket(self, host: str, port: int, *, plain: bool = False) -> socket.socket:
        """A connected socket. `plain`: nothing will encrypt it, so only the named private places will do."""
        self.policy.check("ws" if plain else "wss", host, port)
        return await connected_socket(self.policy, host, port)

    async def websocket(self, url: str, *, max_size: int = 1 << 20, **options: Any) -> ClientConnection:
        """An open WebSocket. TLS verifies the host's name; redirects are not followed.

        Raises OutboundError, and websockets' own InvalidStatus where the server answered with another status.
        """
        scheme, host, port = _websocket_parts(url)
        sock = await self.socket(host, port, plain=scheme == "ws")
        secured: dict[str, Any] = {"ssl": self.tls, "server_hostname": host} if scheme == "wss" else {}
        settings = {"close_timeout": 1, "ping_interval": 10, "ping_timeout": 10, "compression": None} | options
        try:
            with _opening(host):
                return await connect(
                    url,
                    sock=sock,
                    proxy=None,
                    max_size=max_size,
                    user_agent_header=self.user_agent,
                    **secured,
                    **settings,
                )
        except BaseException:
            sock.close()
            raise

    def session(self, timeout: float = 15.0) -> requests.Session:
        """A requests session for libraries that want one (Mastodon.py); for use in threads."""
        from ingest.http.sessions import guarded_session  # not loaded by parts that never act

        return guarded_session(self.policy, self.user_agent, self.tls, timeout)
