"""Keeps one reader running per upstream address: starts what is configured, restarts what changed or broke.

Owns the tasks and their end. Knows which reader a kind of source needs, and nothing of how it reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from ingest.backoff import Backoff
from ingest.bluesky.reader import Reader as BlueskyReader
from ingest.http import Guard
from ingest.mastodon.reader import Reader as MastodonReader
from ingest.types import House, Ingester, Mode, Network, SourceConfig, SourceState
from ingest.watched import WatchedHouse

MakeReader = Callable[[Sequence[SourceConfig], House, Guard], Ingester]
READERS: Mapping[Network, MakeReader] = {Network.MASTODON: MastodonReader, Network.BLUESKY: BlueskyReader}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    sources: Sequence[SourceConfig]
    task: asyncio.Task[None]


class Runner:
    """Looks at the configuration `every` few seconds; a source that refused us is tried again after `refused_for`."""

    def __init__(
        self,
        house: House,
        guard: Guard,
        *,
        readers: Mapping[Network, MakeReader] = READERS,
        every: float = 3.0,
        refused_for: float = 600.0,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self._house = WatchedHouse(house)
        self._guard = guard
        self._readers = readers
        self._every = every
        self._refused_for = refused_for
        self._backoff = backoff
        self._running: dict[str, _Running] = {}

    async def run(self) -> None:
        """Until cancelled; then every reader is cancelled and awaited before this returns."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self._every)
        finally:
            await self._stop(list(self._running))

    async def _look(self) -> None:
        try:
            wanted = self._by_upstream(await self._house.sources())
        except Exception:
            # What runs keeps running; the next look may be luckier.
            log.exception("sources unknown")
            return
        changed = [name for name, running in self._running.items() if wanted.get(name) != running.sources]
        await self._stop(changed)
        for name, sources in wanted.items():
            if name not in self._running or self._running[name].task.done():
                task = asyncio.create_task(self._supervise(name, sources), name=f"read {name}")
                self._running[name] = _Running(sources, task)

    def _by_upstream(self, sources: Sequence[SourceConfig]) -> dict[str, Sequence[SourceConfig]]:
        found: dict[str, list[SourceConfig]] = {}
        for source in sorted(sources, key=lambda source: source.id):
            if source.kind in self._readers:
                found.setdefault(source.upstream, []).append(source)
        return {name: tuple(group) for name, group in found.items()}

    async def _stop(self, names: Sequence[str]) -> None:
        tasks = [self._running.pop(name).task for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _supervise(self, upstream: str, sources: Sequence[SourceConfig]) -> None:
        backoff, last = self._backoff(), ""
        while True:
            backoff.working()
            try:
                await self._readers[sources[0].kind](sources, self._house, self._guard).run()
            except Exception as error:
                if repr(error) != last:
                    last = repr(error)
                    log.exception("reader broke", upstream=upstream)
                await self._report_fault(upstream)
                await asyncio.sleep(backoff.next())
            else:
                # The reader has said why. Whoever runs that server may change their mind; we need not ask often.
                await asyncio.sleep(self._refused_for)

    async def _report_fault(self, upstream: str) -> None:
        """A reader never raises for what an upstream does: this is our own."""
        reason = "Strand stopped reading this source because of a fault of its own, and tries again."
        try:
            await self._house.report(upstream, SourceState(Mode.OFF, False, reason, datetime.now(UTC)))
        except Exception:
            log.exception("state not stored", upstream=upstream)
