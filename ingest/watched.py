"""The house as a reader sees it, with one log line when a source fails and one when it recovers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog

from ingest.types import Batch, Held, House, SourceConfig, SourceState

log = structlog.get_logger(__name__)


class WatchedHouse:
    def __init__(self, house: House) -> None:
        self._house = house
        self._failing: dict[str, str] = {}

    async def report(self, upstream: str, state: SourceState) -> None:
        if state.ok and self._failing.pop(upstream, None) is not None:
            log.info("source recovered", upstream=upstream, mode=state.mode.value)
        elif not state.ok and upstream not in self._failing:
            self._failing[upstream] = state.reason
            log.warning("source failed", upstream=upstream, mode=state.mode.value, reason=state.reason)
        await self._house.report(upstream, state)

    async def sources(self) -> Sequence[SourceConfig]:
        return await self._house.sources()

    async def cursor(self, source_id: int) -> str | None:
        return await self._house.cursor(source_id)

    async def known(self, uris: Collection[str]) -> set[str]:
        return await self._house.known(uris)

    async def held(self, upstream: str, limit: int) -> Sequence[Held]:
        return await self._house.held(upstream, limit)

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        return await self._house.due(upstream, limit)

    async def session(self, source_id: int) -> str | None:
        return await self._house.session(source_id)

    async def keep_session(self, source_id: int, session: str | None, problem: str = "") -> None:
        await self._house.keep_session(source_id, session, problem)

    async def receive(self, batch: Batch) -> None:
        await self._house.receive(batch)
