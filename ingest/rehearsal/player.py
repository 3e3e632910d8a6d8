"""Plays the script: each act at its moment, on its author's network; the form's lines go through the house's own door.

Owns when and where to. What an act does to a network is world.py, when it is due is timeline.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from ingest.rehearsal.form import FormDoor
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import Script
from ingest.rehearsal.timeline import Timeline
from ingest.rehearsal.world import World
from ingest.types import Network

AfterEach = Callable[[Line], Awaitable[None]]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Player:
    def __init__(
        self,
        script: Script,
        world: World,
        timeline: Timeline,
        door: FormDoor,
        *,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.said: list[str] = []  # ids of the lines played so far
        self._acts = list(script.acts())
        self._world, self._timeline, self._door = world, timeline, door
        self._now, self._sleep = now, sleep

    async def catch_up(self) -> None:
        """Everything that was said before the doors opened, or before a restart. Waits for nothing."""
        while self._acts and self._timeline.due(self._acts[0].t, self._now()):
            await self._play(self._acts.pop(0))

    async def play(self, after_each: AfterEach | None = None) -> None:
        """The rest, each at its moment; then quiet: it does not begin again. A test paces it by `after_each`."""
        while self._acts:
            await self._wait(self._acts[0])
            line = self._acts.pop(0)
            await self._play(line)
            if after_each is not None:
                await after_each(line)

    async def _wait(self, line: Line) -> None:
        ahead = (self._timeline.moment(line.t) - self._now()).total_seconds()
        await self._sleep(0 if self._timeline.immediate else max(0.0, ahead))

    async def _play(self, line: Line) -> None:
        self.said.append(line.id)
        at = self._timeline.moment(line.t)
        if line.network is Network.FORM:
            await self._door.hand_in(line, at)
        elif line.act == "post":
            self._world.post(line, at, self._author_time(line), self._door.links)
        elif line.act == "edit":
            self._world.edit(line, at, self._door.links)
        elif line.act == "delete":
            self._world.delete(line, at)
        else:
            self._world.boost(line, at)

    def _author_time(self, line: Line) -> datetime:
        if line.created_at:
            return datetime.fromisoformat(line.created_at)
        return self._timeline.moment(line.t + line.created_offset)
