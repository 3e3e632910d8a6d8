"""Handing over what asking brought: only what is new in a page, oldest first, and the cursor with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.mastodon.cursor import Progress, age, dump
from ingest.mastodon.memory import Memory
from ingest.mastodon.parse import Server, Skip, parse
from ingest.mastodon.unheard import Unheard
from ingest.types import Address, Batch, House, IncomingDeletion, IncomingPost


class Handing:
    def __init__(
        self,
        house: House,
        upstream: str,
        server: Server,
        readers: Mapping[str, Collection[int]],
        progress: Mapping[str, Progress],
        memory: Memory,
        unheard: Unheard,
    ) -> None:
        self._house, self._upstream, self._server = house, upstream, server
        self._readers, self._progress = readers, progress
        self._memory, self._unheard = memory, unheard
        self.clock = memory.clock
        self._saved = ""

    async def statuses(
        self,
        statuses: Sequence[Mapping[str, Any]],
        asked_at: float,
        now: datetime,
        checked: Sequence[Address] | None = None,
    ) -> None:
        """`now` stands in for times that statuses do not give. `checked`: posts of ours that were asked for."""
        posts: list[IncomingPost] = []
        skipped: Counter[str] = Counter()
        for status in sorted(statuses, key=lambda status: age(str(status["id"]))):
            post = parse(status, self._server, now, backfilled=True)
            if isinstance(post, Skip):
                skipped[post.reason] += self._memory.first_skip(str(status["id"]))
            elif self._memory.news(post, asked_at):
                posts.append(post)
                if self._memory.uri_of(post.address.local_id) is None:
                    self._unheard.found(post)
        # To look at one again is not to see another.
        seen = len(statuses) if checked is None else len(posts)
        await self._deliver(posts, +skipped, seen, checked or ())

    async def deletion(self, deletion: IncomingDeletion, checked: Sequence[Address] = ()) -> None:
        await self._deliver([deletion], Counter(), 1, checked)

    async def _deliver(
        self,
        items: Sequence[IncomingPost | IncomingDeletion],
        skipped: Counter[str],
        seen: int,
        checked: Sequence[Address],
    ) -> None:
        cursor = dump(self._progress, self._readers) if self._progress else None
        if not items and not skipped and not checked and cursor == (self._saved or None):
            return
        await self._house.receive(Batch(self._upstream, tuple(items), cursor, skipped, seen, tuple(checked)))
        self._saved = cursor or ""
        for item in items:
            self._memory.handed(item)
