"""The servers of a seeded world: three Mastodons that each know a part, two hosts of one Jetstream, one AppView.

Between each of them and its reader stands a proxy, for what only a wire can do wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.rehearsal.appview import AppViewServer
from ingest.rehearsal.budget import Budget
from ingest.rehearsal.firehose import Firehose
from ingest.rehearsal.form import FormDoor
from ingest.rehearsal.jetstream import JetstreamServer
from ingest.rehearsal.mastodon import MastodonServer
from ingest.rehearsal.pictures import Gallery
from ingest.rehearsal.player import Player
from ingest.rehearsal.record import Repositories
from ingest.rehearsal.script import Script
from ingest.rehearsal.serving import bind
from ingest.rehearsal.timeline import Timeline
from ingest.rehearsal.world import World
from tests.proxy import Proxy, proxied
from tests.world.cast import KNOWS

POLLED = "turm.example"  # has no token of ours
STATES = {"active": (True, None), "deleted": (False, "deleted")}


class _Elsewhere(Firehose):
    """Another host counts on its own: its numbers mean nothing to the first one."""

    def _next(self, at: datetime) -> int:
        return max(self.head + 1, super()._next(at) // 2 - 10**9)


class Networks:
    def __init__(self, folder: Path, *, heartbeat: float = 0.5, lead: float = 0.0) -> None:
        """`lead`: seconds until the first line."""
        self.script = Script(folder)
        self.moves = [json.loads(row) for row in (folder / "moves.jsonl").read_text().splitlines()]
        opened_at = datetime.now(UTC) + timedelta(seconds=lead)
        self.world = World(self.script, opened_at)
        self.world.limited |= {self.script.people[id].handle or "" for id in self.script.truth["limited"]}
        times = [line.t for line in self.script.lines]
        self.timeline = Timeline(times, opened_at, speed=1.0, prelude=0.0, longest_wait=math.inf)
        repositories, gallery = Repositories(self.world), Gallery(self.script)
        self.mastodons = {
            host: MastodonServer(self.world, gallery, bind(), host=host, knows=knows, heartbeat=heartbeat)
            for host, knows in KNOWS.items()
        }
        self.jetstreams = [JetstreamServer(self.world, repositories, bind(), every=0.1) for _ in range(2)]
        self.jetstreams[1].log = _Elsewhere()
        self.appview = AppViewServer(self.world, repositories, gallery, bind())
        for server in self.mastodons.values():
            server.budget = Budget(limit=100_000, window=timedelta(seconds=1))
        self.proxies: dict[int, Proxy] = {}  # by the port of the server behind
        door = FormDoor(self.script, self.world, "")
        self.player = Player(self.script, self.world, self.timeline, door)

    async def play(self) -> None:
        await asyncio.gather(self.player.play(), self._move())

    def standings(self) -> dict[str, str]:
        """What becomes of those who move, in the end."""
        return {move["person"]: move["status"] for move in self.moves}

    def hosts(self) -> dict[str, str]:
        return {self.proxies[server.port].address: host for host, server in self.mastodons.items()}

    def base(self, port: int, scheme: str = "http") -> str:
        return f"{scheme}://{self.proxies[port].address}"

    async def _move(self) -> None:
        for move in self.moves:
            ahead = (self.timeline.moment(move["t"]) - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(0.0, ahead))
            who = self.script.people[move["person"]]
            active, status = STATES.get(move["status"], (False, move["status"]))
            account = self.world.accounts[who.handle or ""]
            (self.world.gone.discard if active else self.world.gone.add)(account.handle)
            for host in self.jetstreams:
                host.account(account.did, active=active, status=status)

    @property
    def _servers(self) -> list[MastodonServer | JetstreamServer | AppViewServer]:
        return [*self.mastodons.values(), *self.jetstreams, self.appview]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for server in self._servers:
                await server.start()
                stack.push_async_callback(server.stop)
                self.proxies[server.port] = await stack.enter_async_context(proxied("127.0.0.1", server.port))
            for server in self.mastodons.values():
                _streams_at(server, self.base(server.port, "ws"))
            yield


def _streams_at(server: MastodonServer, address: str) -> None:
    """It tells readers to listen at the proxy too."""
    server.__class__ = type("Proxied", (MastodonServer,), {"streaming_url": property(lambda _: address)})
