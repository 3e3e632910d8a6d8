"""One HTTP application on one port of this machine, inside the running loop: quick to start, gone without a trace."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette

LOOPBACK = "127.0.0.1"


class PortTaken(Exception):
    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} on this machine is taken by another program.")
        self.port = port


def bind_all(ports: Sequence[int]) -> list[socket.socket]:
    """All of them or none."""
    taken: list[socket.socket] = []
    try:
        for port in ports:
            taken.append(bind(port))
    except PortTaken:
        for one in taken:
            one.close()
        raise
    return taken


def bind(port: int = 0) -> socket.socket:
    """A listening port, taken before anything is served, so that every server's address is known to the others."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((LOOPBACK, port))
    except OSError as error:
        taken.close()
        raise PortTaken(port) from error
    return taken


def port_of(taken: socket.socket) -> int:
    return int(taken.getsockname()[1])


class HttpServer:
    def __init__(self, app: Starlette, taken: socket.socket) -> None:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = _Quiet(config)
        self._socket = taken
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process we run in has its own way to stop; a rehearsal must not take its signals away."""
        yield

    def _log_started_message(self, listeners: Sequence[socket.SocketType]) -> None:
        """Silent: the only address people should see in the terminal is the house's."""
