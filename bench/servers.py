"""The two servers of the fan-out row: `python -m bench.servers strand|stock` prints its port and its socket's path."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import NoReturn

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import PlainTextResponse

from app.domain.audience import Audience
from app.logs import configure
from app.main import create_app
from app.settings import Settings
from bench.intake import prepare
from display.live.channel import Channel, News
from display.live.hub import Hub
from display.live.messages import encode, framed
from display.live.transport import StrandProtocol

FRAME = "x" * 1000  # about what a post weighs on the socket
Publish = Callable[[], Awaitable[None]]


def strand(folder: Path) -> tuple[FastAPI, Publish, str]:
    """The whole application with its hub and its way to the socket. Only the log is left out: what is new comes ready,
    so that the row says what telling costs, and the intake's row what storing costs."""
    asyncio.run(prepare(folder / "strand.sqlite"))
    app = create_app(Settings(data_dir=folder, secret_key="a key"), ingest=False)
    hub: Hub = app.state.live.hub
    ready: list[str] = []

    async def advance(channel: Channel, audiences: Collection[Audience]) -> dict[Audience, News]:
        if not ready:
            return {}
        after, channel.seq = channel.seq, channel.seq + 1
        frame = framed(encode(channel.epoch, channel.seq, [{"type": "put", "post": ready.pop()}]))
        return {audience: News(after, frame, urgent=False) for audience in audiences}

    Channel.advance = advance  # type: ignore[assignment, method-assign]

    async def publish() -> None:
        ready.append(FRAME)
        hub.ring_all()

    return app, publish, "/harbour/live?audience=public&pace=wall"


def stock(_folder: Path) -> tuple[FastAPI, Publish, str]:
    """The ConnectionManager of FastAPI's documentation: await send_text for each, one after the other."""
    app, sockets = FastAPI(), set[WebSocket]()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(FRAME)  # the other one greets newcomers as well
        sockets.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            sockets.discard(websocket)

    async def publish() -> None:
        for each in list(sockets):
            await each.send_text(FRAME)

    return app, publish, "/live"


def main(name: str) -> None:
    configure("warning")
    with tempfile.TemporaryDirectory() as folder:
        app, publish, path = {"strand": strand, "stock": stock}[name](Path(folder))

        async def published() -> PlainTextResponse:
            await publish()
            return PlainTextResponse("0")

        async def cpu() -> PlainTextResponse:
            return PlainTextResponse(str(time.process_time()))

        # First, so that no page that takes any word as an event's address comes before them.
        for route, answer in (("/bench/publish", published), ("/bench/cpu", cpu)):
            app.add_api_route(route, answer, methods=["POST"])
            app.router.routes.insert(0, app.router.routes.pop())
        listen(app, path, "websockets-sansio" if name == "stock" else StrandProtocol)


def listen(app: FastAPI, told: str, protocol: str | type[StrandProtocol] = StrandProtocol) -> NoReturn:
    """Serve until killed, on a free port that is printed, with what else whoever started us must know."""
    config = uvicorn.Config(
        app, ws=protocol, ws_per_message_deflate=False, ws_max_size=16_384, ws_ping_interval=None, log_config=None,
        access_log=False, backlog=4096,
    )  # fmt: skip
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listening.getsockname()[1], told, flush=True)
    uvicorn.Server(config).run(sockets=[listening])
    os._exit(0)  # nobody waits for a thousand goodbyes


if __name__ == "__main__":
    main(sys.argv[1])
