"""Opening TCP connections to addresses that were just checked, for asyncio, for httpcore and for threads.

The name is looked up once and the checked address is the one connected to, so a second answer cannot differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterable
from ipaddress import ip_address

import httpcore

from ingest.http.errors import TooSlow, Unreachable
from ingest.http.policy import Policy

_TRIES = 4  # addresses of one name that are tried


async def addresses(policy: Policy, host: str, port: int) -> list[str]:
    return (await asyncio.to_thread(policy.addresses, host, port))[:_TRIES]


def _empty_socket(address: str) -> socket.socket:
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


async def connected_socket(policy: Policy, host: str, port: int, seconds: float = 10.0) -> socket.socket:
    """A connected, non-blocking socket to one of the host's checked addresses."""
    reason = "no connection"
    try:
        async with asyncio.timeout(seconds):
            found = await addresses(policy, host, port)
            for address in found:
                try:
                    async with asyncio.timeout(seconds / len(found)):
                        return await _connected(address, port)
                except OSError as error:  # TimeoutError is one: then the next address has its turn
                    reason = _reason(error)
    except TimeoutError as error:
        raise TooSlow(host, seconds) from error
    raise Unreachable(host, reason)


async def _connected(address: str, port: int) -> socket.socket:
    sock = _empty_socket(address)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def blocking_socket(policy: Policy, host: str, port: int, timeout: float) -> socket.socket:
    """The same for a thread: a connected socket with this timeout."""
    reason = "no connection"
    for address in policy.addresses(host, port)[:_TRIES]:
        sock = _empty_socket(address)
        sock.settimeout(timeout)
        try:
            sock.connect((address, port))
        except OSError as error:
            sock.close()
            reason = _reason(error)
        else:
            return sock
    raise Unreachable(host, reason)


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer to our call"
    return (error.strerror or "no connection").lower().rstrip(".")


class Backend(httpcore.AsyncNetworkBackend):
    """httpcore's way to open a connection. TLS comes later and still verifies the name, not the address."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore passes it by this name
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        last: Exception = httpcore.ConnectTimeout()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                found = await addresses(self._policy, host, port)
                each = timeout and timeout / len(found)
                for address in found:
                    try:
                        return await self._tcp.connect_tcp(address, port, each, local_address, socket_options)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                        last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
