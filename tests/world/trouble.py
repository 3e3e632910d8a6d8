"""What goes wrong in a seeded world, one thing after another: faults of every server, of the wires, and restarts.

Every fault counts how often it really happened. One that never did makes a test fail that claims to survive it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from math import inf

from ingest.rehearsal.faults import Faults
from tests.world.house import House
from tests.world.networks import POLLED, Networks

SILENCE = 2.6  # seconds: longer than any watchdog waits

Fault = Callable[[], Awaitable[None]]


class Trouble:
    def __init__(self, networks: Networks, house: House, chance: random.Random) -> None:
        self._networks, self._house, self._chance = networks, house, chance
        self.fired: Counter[str] = Counter()
        self.faults: dict[str, Fault] = {}
        self._plan()

    async def run(self, pause: float) -> None:
        """For ever: all of them in another order each time, a pause after each, and now and then a reader anew."""
        while True:
            for name in self._chance.sample(sorted(self.faults), len(self.faults)):
                await self.faults[name]()
                if self._chance.random() < 0.2:
                    await self._restart_a_reader()
                await asyncio.sleep(self._chance.uniform(0.5, 1.5) * pause)

    async def make_up(self) -> None:
        """What has not had its chance gets it now."""
        for _ in range(3):
            for name in [name for name, times in self.count.items() if not times]:
                await self.faults[name]()
                await asyncio.sleep(1.0)

    def end(self) -> None:
        for server in self._everybody:
            for name in list(server.faults._armed):
                server.faults.disarm(name)
        for proxy in self._networks.proxies.values():
            proxy.blackhole, proxy.tearing = False, 0
            proxy.reset()

    @property
    def count(self) -> Counter[str]:
        """How often each happened, by name; what never did is there with 0."""
        told = Counter(dict.fromkeys(self.faults, 0))
        told.update(self.fired)
        for kind, servers in self._kinds.items():
            for server in servers:
                told.update({f"{kind} {name}": times for name, times in server.faults.fired.items()})
                wire = self._networks.proxies[server.port].fired
                told.update({f"{kind} torn": wire.get("torn", 0)})
        return told

    @property
    def _kinds(self) -> dict[str, Sequence]:  # type: ignore[type-arg]
        nets = self._networks
        return {"mastodon": [*nets.mastodons.values()], "jetstream": nets.jetstreams, "appview": [nets.appview]}

    @property
    def _everybody(self) -> list:  # type: ignore[type-arg]
        return [server for servers in self._kinds.values() for server in servers]

    def _plan(self) -> None:
        nets = self._networks
        masts, listened = list(nets.mastodons.values()), [m for h, m in nets.mastodons.items() if h != POLLED]
        for name in ("server_error", "too_many_requests", "garbage_json"):
            self._armed("mastodon", name, masts, 3)
        for name in ("delete_first", "duplicate"):
            self._armed("mastodon", name, listened, 2)
        self.faults["mastodon unauthorised"] = lambda: self._refuse_the_token(listened)
        self.faults["mastodon drop_stream"] = self._one_of(listened, lambda server: server.drop_streams())
        self.faults["mastodon silent_stream"] = lambda: self._silence(self._chance.choice(listened).faults)
        for name in ("go_away", "too_slow", "garbage", "duplicate", "drop"):
            self._armed("jetstream", name, nets.jetstreams, 3 if name in ("garbage", "duplicate") else 1)
        for name in ("refuse", "too_old"):
            self.faults[f"jetstream {name}"] = lambda name=name: self._at_the_door(name)  # type: ignore[misc]
        self.faults["jetstream silent"] = self._silent_host
        for name in ("server_error", "too_many_requests"):
            self._armed("appview", name, [nets.appview], 2)
        for kind in self._kinds:
            self.faults[f"{kind} torn"] = lambda kind=kind: self._tear(kind)  # type: ignore[misc]
        self.faults["jetstream half-open"] = lambda: self._half_open("jetstream", nets.jetstreams)
        self.faults["mastodon half-open"] = lambda: self._half_open("mastodon", listened)
        self.faults["restart of a reader"] = self._restart_a_reader
        self.faults["restart of all work"] = self._restart_all

    def _armed(self, kind: str, name: str, servers: Sequence, most: int) -> None:  # type: ignore[type-arg]
        async def arm() -> None:
            for server in servers:
                server.faults.arm(name, self._chance.randint(1, most))

        self.faults[f"{kind} {name}"] = arm

    def _one_of(self, servers: Sequence, act: Callable) -> Fault:  # type: ignore[type-arg]
        async def do() -> None:
            act(self._chance.choice(servers))

        return do

    async def _refuse_the_token(self, servers: Sequence) -> None:  # type: ignore[type-arg]
        """Once, and only to who reads with it: a server that refuses everybody is left alone for ten minutes."""
        for server in servers:
            if len(server.channels):
                server.faults.arm("unauthorised")

    async def _silence(self, faults: Faults) -> None:
        faults.arm("silent_stream", inf)
        await asyncio.sleep(SILENCE)
        faults.disarm("silent_stream")

    async def _silent_host(self) -> None:
        """It sends nothing, until it ends every connection it has kept silent on: what it left out it never made up."""
        for host in self._networks.jetstreams:
            host.faults.arm("silent", inf)
        await asyncio.sleep(SILENCE)
        for host in self._networks.jetstreams:
            host.faults.disarm("silent")
            host.drop_clients()

    async def _at_the_door(self, name: str) -> None:
        for host in self._networks.jetstreams:
            host.faults.arm(name)
            host.drop_clients()

    async def _tear(self, kind: str) -> None:
        for server in self._kinds[kind]:
            self._networks.proxies[server.port].tearing = 1

    async def _half_open(self, kind: str, servers: Sequence) -> None:  # type: ignore[type-arg]
        """Bytes go nowhere and nobody is told, until a watchdog has had enough."""
        busiest = max(servers, key=lambda server: self._networks.proxies[server.port].connections)
        proxy = self._networks.proxies[busiest.port]
        proxy.blackhole = True
        await asyncio.sleep(SILENCE)
        proxy.blackhole = False
        self.fired[f"{kind} half-open"] += bool(proxy.reset())

    async def _restart_a_reader(self) -> None:
        if running := list(self._house.restarts.running):
            self._house.restarts.restart(self._chance.choice(running))
            self.fired["restart of a reader"] += 1

    async def _restart_all(self) -> None:
        await self._house.restart()
        self.fired["restart of all work"] += 1
