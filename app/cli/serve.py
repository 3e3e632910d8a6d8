"""strand serve, strand ingest: the processes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer
import uvicorn

from app import logs
from app.cli.common import open_house, run, say, settings
from app.domain import accounts, events
from app.errors import Misconfigured
from app.main import create_app, utc_now
from app.models import Event
from app.models.account import Role
from app.settings import Settings
from app.work import work
from display.live.transport import StrandProtocol

log = structlog.get_logger(__name__)


def register(app: typer.Typer) -> None:
    app.command("serve", epilog="Example: strand serve --port 8000")(serve)
    app.command("ingest", epilog="Example: strand ingest, beside strand serve --no-ingest")(ingest)


def serve(
    port: Annotated[int, typer.Option(help="Where to listen.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="127.0.0.1: this machine only. 0.0.0.0: the whole hall.")] = "127.0.0.1",
    ingest: Annotated[bool, typer.Option(help="Read the networks in this process.")] = True,
) -> None:
    """Serve pages, sockets and, unless told otherwise, read the networks."""
    chosen = settings()
    logs.configure(chosen.log_level)
    listening = _listen(host, port)
    run(_prepare(chosen, host, listening.getsockname()[1]))
    config = uvicorn.Config(
        create_app(chosen, ingest=ingest), ws=StrandProtocol, ws_max_size=16_384, ws_per_message_deflate=False,
        ws_ping_interval=10, ws_ping_timeout=10, timeout_graceful_shutdown=5, server_header=False, access_log=False,
        log_config=None, proxy_headers=bool(chosen.proxies), forwarded_allow_ips=list(chosen.proxies) or "127.0.0.1",
        lifespan="on", timeout_keep_alive=15,
    )  # fmt: skip
    # Many long-lived sockets make the default young generation a constant tax: it doubles the cost of a connect.
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    if not server.started:
        raise Misconfigured("The server could not start; the reason is above.")


def ingest() -> None:
    """Read the networks and do the jobs, without pages: beside `strand serve --no-ingest`."""
    chosen = settings()
    logs.configure(chosen.log_level)
    run(_ingest(chosen))


async def _ingest(chosen: Settings) -> None:
    async with open_house(chosen) as database:
        working = asyncio.ensure_future(work(database, chosen, utc_now))
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, working.cancel)
        say("Reading the networks.")
        with contextlib.suppress(asyncio.CancelledError):
            await working


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, or one sentence. Opened first: a taken port must be told before anything else starts."""
    try:
        listening = socket.create_server((host, port), backlog=4096, reuse_port=False)
    except OSError as error:
        raise Misconfigured(
            f"Port {port} at {host} cannot be used: {error.strerror}. Try another with --port."
        ) from None
    listening.setblocking(False)
    return listening


async def _prepare(chosen: Settings, host: str, port: int) -> None:
    """Check the store, then say where everything is; without an organiser yet, print the one link that makes one."""
    base = chosen.public_url or f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104
    async with open_house(chosen) as database:
        async with database.transaction() as db:
            first = None
            if not await accounts.has_organiser(db):
                first = await accounts.invite(
                    db, None, Role.ORGANISER, datetime.now(UTC), lasts=accounts.FIRST_LINK_FOR
                )
        async with database.reading() as db:
            for event in await events.list_events(db):
                _tell(event, base)
    if phones := _for_phones(host, port):
        say(f"On phones in the same network: {phones}")
    elif not chosen.public_url:
        say("Only this machine can open it. For phones in the hall: HOST=0.0.0.0 make run")
    if first:
        say(f"Organiser, once, within a day: {base}/invite/{first}")


def _tell(event: Event, base: str) -> None:
    say(f"{event.title} ({event.state.value})")
    for name, path in (("wall", "/wall"), ("strand", ""), ("form", "/say")):
        say(f"  {name:<7}{base}/{event.slug}{path}")
    say(f"  {'desk':<7}{base}/desk/{event.slug}")


def _for_phones(host: str, port: int) -> str:
    """The address of this machine in its network. Nothing is sent: a datagram socket only looks up the way."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return ""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation: nobody is there
        return f"http://{probe.getsockname()[0]}:{port}"
    return ""
