"""What a live stream said, handed over as it came. No cursor: a stream can have holes, only asking knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime

from ingest.mastodon.deletions import Deletions
from ingest.mastodon.memory import Memory
from ingest.mastodon.origin import is_foreign
from ingest.mastodon.parse import Server, Skip
from ingest.mastodon.stream import Event, meaning
from ingest.text import tags as tagging
from ingest.types import Batch, House, Incoming, IncomingDeletion, IncomingPost

_BATCH = 100


class Hearing:
    """`filtered`: the stream is a public one, of which only our tags concern us, and what we already have."""

    def __init__(
        self,
        house: House,
        upstream: str,
        server: Server,
        tags: Collection[str],
        memory: Memory,
        deletions: Deletions,
    ) -> None:
        self._house, self._upstream, self._server, self._tags = house, upstream, server, frozenset(tags)
        self._memory, self._deletions = memory, deletions
        self.filtered = False
        self.heard = 0  # posts of ours that a stream told us of

    async def __call__(self, events: list[Event], dropped: int) -> None:
        items: list[Incoming] = []
        skipped: Counter[str] = Counter({"an event far too long": dropped} if dropped else {})
        for event in events:
            said = meaning(event, self._server, datetime.now(UTC))
            if isinstance(said, Skip):
                skipped[said.reason] += 0 if self.filtered else 1
            elif said is not None and await self._concerns_us(said):
                self._memory.told_live(said)
                items.append(said)
        await self._hand(items, +skipped)

    async def _concerns_us(self, said: Incoming) -> bool:
        if isinstance(said, IncomingDeletion) and said.address is not None:
            return await self._is_to_be_believed(said, said.address.local_id)
        if not self.filtered or not isinstance(said, IncomingPost):
            return True
        if self._memory.is_gone(said.address.local_id):
            return False
        return tagging.matches(said.tags, self._tags) or bool(await self._house.known([said.uri]))

    async def _is_to_be_believed(self, said: IncomingDeletion, local_id: str) -> bool:
        uri = self._memory.uri_of(local_id)
        if uri is not None and is_foreign(uri, self._server):
            await self._deletions.ask_about(said, uri)
            return False
        if uri is None and self.filtered:
            # Nearly always a post that never concerned us. The house shall not hear of it, nor keep a stone for it;
            # if it was ours from before we began, the next sweep misses it.
            self._memory.bury(local_id)
            return False
        return True

    async def _hand(self, items: list[Incoming], skipped: Counter[str]) -> None:
        self.heard += sum(isinstance(item, IncomingPost) for item in items)
        for start in range(0, max(len(items), 1 if skipped else 0), _BATCH):
            piece = items[start : start + _BATCH]
            told = skipped if start == 0 else Counter[str]()
            await self._house.receive(Batch(self._upstream, tuple(piece), None, told, len(piece) + told.total()))
        for item in items:
            self._memory.handed(item)
