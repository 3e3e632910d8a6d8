"""A rehearsal: the invented networks on ports of this machine, and the conference that is played on them.

Owns the order of start and stop. A restart with the same `opened_at`, `speed` and ports finds the same addresses,
ids and versions: everything is worked out from the script, nothing is kept.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from ingest.programme import IncomingSchedule
from ingest.rehearsal.appview import AppViewServer
from ingest.rehearsal.form import FormDoor, PageOf, Say, Withdraw
from ingest.rehearsal.jetstream import JetstreamServer
from ingest.rehearsal.mastodon import MastodonServer
from ingest.rehearsal.pictures import Gallery
from ingest.rehearsal.player import AfterEach, Player, utc_now
from ingest.rehearsal.programme import programme
from ingest.rehearsal.record import Repositories
from ingest.rehearsal.script import Script, conference
from ingest.rehearsal.serving import LOOPBACK, bind_all
from ingest.rehearsal.timeline import Timeline
from ingest.rehearsal.world import World

PRELUDE = 3600.0  # said already when the doors open
SPEED = 20.0
LONGEST_WAIT = 20.0  # real seconds; emptier stretches of the script are passed over

AS_FAST_AS_POSSIBLE = math.inf


@dataclass(frozen=True, slots=True)
class Ports:
    """0: any free one. `second` is a server that hears of only part of the network; None: there is none."""

    mastodon: int = 0
    jetstream: int = 0
    appview: int = 0
    second: int | None = None


class Rehearsal:
    def __init__(
        self,
        *,
        opened_at: datetime | None = None,
        speed: float = SPEED,
        prelude: float = PRELUDE,
        longest_wait: float = LONGEST_WAIT,
        ports: Ports = Ports(),
        script: Script | None = None,
        say: Say | None = None,
        withdraw: Withdraw | None = None,
        page_of: PageOf | None = None,
        second_knows: tuple[str, ...] = ("kueste.example", "warnow.example"),
        heartbeat: float = 15.0,
        chatter: float | None = 0.4,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.script = script or conference()
        self.opened_at = opened_at or now()
        self.world = World(self.script, self.opened_at)
        repositories, gallery = Repositories(self.world), Gallery(self.script)
        self.timeline = Timeline(
            [line.t for line in self.script.lines],
            self.opened_at,
            speed=speed,
            prelude=prelude,
            longest_wait=longest_wait,
        )
        wanted = [ports.mastodon, ports.jetstream, ports.appview, *([] if ports.second is None else [ports.second])]
        taken = bind_all(wanted)
        self.mastodon = MastodonServer(self.world, gallery, taken[0], heartbeat=heartbeat, now=now)
        self.jetstream = JetstreamServer(self.world, repositories, taken[1], every=chatter, now=now)
        self.appview = AppViewServer(self.world, repositories, gallery, taken[2])
        self.second: MastodonServer | None = None
        if ports.second is not None:
            self.second = MastodonServer(
                self.world, gallery, taken[3], host=second_knows[0], knows=second_knows, heartbeat=heartbeat, now=now
            )
        door = FormDoor(self.script, self.world, self.mastodon.base, say, withdraw, page_of)
        self.player = Player(self.script, self.world, self.timeline, door, now=now, sleep=sleep)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """What has been said by now exists before anybody can ask for it."""
        await self.player.catch_up()
        for server in self._servers():
            await server.start()

    async def play(self, after_each: AfterEach | None = None) -> None:
        """The rest of the script, then back. The servers go on until `stop`."""
        await self.player.play(after_each)

    async def stop(self) -> None:
        """All at once: none of them needs another, and each takes a tenth of a second to look up."""
        await asyncio.gather(*(server.stop() for server in self._servers()))

    @property
    def ports(self) -> Ports:
        """The ports really taken, to be given again at the next start."""
        second = self.second.port if self.second else None
        return Ports(self.mastodon.port, self.jetstream.port, self.appview.port, second)

    def programme(self) -> IncomingSchedule:
        """The conference's sessions, by this rehearsal's clock."""
        return programme(self.script, self.timeline)

    def sources(self) -> list[dict[str, Any]]:
        """What `strand source add` would be told, and the only private addresses each source may reach."""
        mastodons = [self.mastodon, *([self.second] if self.second else [])]
        return [_mastodon(server) for server in mastodons] + [self._bluesky()]

    def _bluesky(self) -> dict[str, Any]:
        return {
            "kind": "bluesky",
            "url": "",
            "token": None,
            "settings": {
                "jetstream": [self.jetstream.base],
                "appview": self.appview.base,
                "look_back_hours": 35,  # so that a source added late still finds the first morning
            },
            "allow_private": [f"{LOOPBACK}:{self.jetstream.port}", f"{LOOPBACK}:{self.appview.port}"],
        }

    def _servers(self) -> list[MastodonServer | JetstreamServer | AppViewServer]:
        return [self.mastodon, *([self.second] if self.second else []), self.appview, self.jetstream]


def _mastodon(server: MastodonServer) -> dict[str, Any]:
    return {
        "kind": "mastodon",
        "url": server.base,
        "token": server.token,
        "settings": {},
        "allow_private": [f"{LOOPBACK}:{server.port}"],
    }
