"""The way from the hub to one socket: uvicorn's own WebSocket protocol, with a door for frames made elsewhere.

Depends on uvicorn's internals (its version is pinned in pyproject; a contract test stands in tests/display/live).
"""

from __future__ import annotations

import socket
from asyncio import BaseTransport
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION = "strand.peer"
# The kernel would take megabytes for a peer that never reads, and we would not know that it is slow.
SEND_BUFFER = 128 * 1024
WRITE_HIGH_WATER = 256 * 1024


class Peer:
    """One connected browser, as the hub needs it: write, is it slow, cut."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._protocol = protocol

    def write(self, frame: bytes) -> None:
        """Hand whole frames to the transport. Never blocks: look at `slow` first."""
        if not self._protocol.close_sent and not self._protocol.transport.is_closing():
            self._protocol.transport.write(frame)

    @property
    def slow(self) -> bool:
        """Whether what we wrote piles up."""
        return not self._protocol.writable.is_set()

    def abort(self) -> None:
        """Cut without a goodbye that would only pile up as well."""
        self._protocol.transport.abort()


class StrandProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol; puts the Peer of its connection into scope["extensions"]."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        raw: socket.socket | None = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.transport.set_write_buffer_limits(high=WRITE_HIGH_WATER)

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope.setdefault("extensions", {})
        extensions[EXTENSION] = Peer(self)
        await super().run_asgi()
