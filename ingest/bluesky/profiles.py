"""A short memory of authors by DID, filled from the AppView.

Knows nothing of what is in a profile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime

from ingest.bluesky.appview import AppView
from ingest.bluesky.authors import author
from ingest.http import OutboundError
from ingest.types import IncomingAuthor

KEPT_FOR = 600.0  # seconds
MAX_KEPT = 20_000


class Profiles:
    """Authors by DID. Who cannot be read now is simply missing from an answer."""

    def __init__(
        self,
        appview: AppView,
        now: Callable[[], datetime],
        *,
        kept_for: float = KEPT_FOR,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._appview, self._now, self._kept_for, self._clock = appview, now, kept_for, clock
        self._kept: dict[str, tuple[float, IncomingAuthor]] = {}

    async def read(self, dids: Collection[str]) -> dict[str, IncomingAuthor]:
        """The authors among these that are known or can be read."""
        wanted = dict.fromkeys(dids)
        found = {did: known for did in wanted if (known := self._remembered(did))}
        try:
            return found | await self.ask([did for did in wanted if did not in found])
        except OutboundError:
            return found

    async def ask(self, dids: Collection[str]) -> dict[str, IncomingAuthor]:
        """The authors among these that there are now; closed accounts are left out. Raises OutboundError."""
        found: dict[str, IncomingAuthor] = {}
        for profile in await self._appview.profiles(dids):
            someone = author(profile, self._now())
            if someone is not None and someone.uri in dids:
                found[someone.uri] = someone
                self._remember(someone)
        return found

    def drop(self, did: str) -> None:
        """Something about this account changed: ask again next time."""
        self._kept.pop(did, None)

    def _remembered(self, did: str) -> IncomingAuthor | None:
        until, someone = self._kept.get(did, (0.0, None))
        return someone if self._clock() < until else None

    def _remember(self, someone: IncomingAuthor) -> None:
        self._kept.pop(someone.uri, None)
        while len(self._kept) >= MAX_KEPT:
            del self._kept[next(iter(self._kept))]  # the one read longest ago
        self._kept[someone.uri] = (self._clock() + self._kept_for, someone)
