"""What an organiser is told about reading Bluesky: plain sentences, and when they are due.

Pure but for the one it tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.types import OVER, House, Mode, SourceState

_LIVE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Helpers:
    """How those are doing whom the stream needs beside it: one plain sentence each, "" where all is well."""

    unnamed: str = ""  # the AppView
    unsearched: str = ""  # the search
    searched: bool = False  # whether there is a search that works


class News:
    def __init__(self, house: House, upstream: str, now: Callable[[], datetime]) -> None:
        self._house, self._upstream, self._now = house, upstream, now
        self._last: tuple[bool, str] | None = None

    async def listening(
        self, host: str, began: datetime, reached: datetime, missed_since: datetime | None, help: Helpers
    ) -> None:
        """`began`: where this connection began; `reached`: how far it is."""
        behind = self._now() - reached
        words = f"Reading Bluesky live from {host}."
        if behind > _LIVE and self._now() - began > 2 * _LIVE:
            words = f"Catching up with Bluesky from {host}, from {began:%H:%M} UTC on."
        if missed_since:
            words += f" What was said right after {missed_since:%Y-%m-%d %H:%M} UTC could not be fetched any more"
            words += ", but was searched for." if help.searched else "."
        if help.unnamed:
            words += (
                f" Names are missing, and new authors stay hidden until we can ask for their wishes: {help.unnamed}"
            )
        if help.unsearched:
            words += f" Older posts cannot be searched for now: {help.unsearched}"
        await self._tell(Mode.STREAM, True, words, max(0.0, behind.total_seconds()))

    async def looking_after(self) -> None:
        await self._tell(Mode.POLL, True, OVER, None)

    async def failing(self, reason: str) -> None:
        """Told once, until it works again."""
        if self._last is None or self._last[0]:
            await self._tell(Mode.STREAM, False, f"Bluesky cannot be read now: {reason} We keep trying.", None)

    async def _tell(self, mode: Mode, ok: bool, words: str, lag: float | None) -> None:
        if self._last != (ok, words):
            self._last = (ok, words)
            await self._house.report(self._upstream, SourceState(mode, ok, words, self._now(), lag))
