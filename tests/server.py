"""The real application under a real uvicorn, in this process, on a free port: for sockets and for browsers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import websockets
from fastapi import FastAPI
from sqlalchemy import select

from app.database import Database
from app.domain import accounts
from app.main import create_app
from app.models import Account, Event, Membership
from app.models.account import Role
from app.settings import Settings
from display.live.hub import Hub
from display.live.transport import StrandProtocol
from tests.conftest import Clock
from tests.factories import make_account


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the signals of this process are pytest's


@dataclass(frozen=True, slots=True)
class Running:
    base: str  # "http://127.0.0.1:54321", without a slash at the end
    app: FastAPI
    server: uvicorn.Server
    database: Database  # the application's own: what is committed through it rings its hub
    clock: Clock

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.state.live.hub
        return hub

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    async def sign_in(self, role: Role, event: Event | None = None, account: Account | None = None) -> str:
        """The cookie's word of somebody who is signed in with this role; `event` None: of the whole house."""
        async with self.database.transaction() as db:
            account = account or await make_account(db)
            has = select(Membership.id).where(Membership.account_id == account.id)
            if await db.scalar(has) is None:
                db.add(Membership(account_id=account.id, event_id=event.id if event else None, role=role))
            return await accounts.sign_in(db, account, "a test", self.clock())

    def visitor(self, token: str | None = None, **more: Any) -> httpx.AsyncClient:
        """Somebody with a browser, signed in if they have a token: `async with running.visitor() as visitor`."""
        headers = {"Origin": self.base} | more.pop("headers", {})
        return httpx.AsyncClient(
            base_url=self.base, cookies={"strand": token} if token else None, headers=headers, trust_env=False, **more
        )

    async def browser_cookie(self, role: Role, event: Event | None = None) -> dict[str, Any]:
        """For Playwright: context.add_cookies([…])."""
        return {"name": "strand", "value": await self.sign_in(role, event), "url": self.base}

    def socket(self, slug: str, token: str | None = None, origin: str | None = "", **query: Any) -> websockets.connect:
        """A client for /{slug}/live: `async with running.socket("harbour", screen="left") as ws`. origin None: none."""
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        headers = {"Cookie": f"strand={token}"} if token else {}
        address = f"{self.base.replace('http', 'ws', 1)}/{slug}/live?{asked}"
        return websockets.connect(
            address, origin=self.base if origin == "" else origin, additional_headers=headers,
            compression=None, max_size=None, close_timeout=1, ping_interval=None, proxy=None,
        )  # fmt: skip


@contextlib.asynccontextmanager
async def serving(
    store_url: str, data_dir: Path, clock: Clock | None = None, ingest: bool = False, **settings: Any
) -> AsyncIterator[Running]:
    """Serve a migrated (or empty) store as `strand serve` does, until the block ends."""
    clock = clock or Clock()
    plain = store_url.replace("sqlite+aiosqlite:", "sqlite:").replace("postgresql+asyncpg:", "postgresql:")
    chosen = Settings(database_url=plain, data_dir=data_dir, secret_key="only for tests", **settings)
    app = create_app(chosen, ingest=ingest, clock=clock)
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(
        app, ws=StrandProtocol, ws_max_size=16_384, ws_per_message_deflate=False, ws_ping_interval=10,
        ws_ping_timeout=10, timeout_graceful_shutdown=5, server_header=False, access_log=False, log_config=None,
        lifespan="on",
    )  # fmt: skip
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            await asyncio.sleep(0.005)
            if running.done():
                running.result()
                raise RuntimeError("the server did not start")
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Running(base, app, server, app.state.strand.database, clock)
    finally:
        server.should_exit = True
        await running
        listening.close()
