"""Posts that only asking found although a stream was open: they show that the stream leaves something out.

A stream obeys its account: languages it chose, people it muted or blocked, whole domains. Some servers take a
subscription and never say a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ingest.mastodon.memory import Memory
from ingest.types import IncomingPost

_ENOUGH = 3  # one or two may have been on their way
_SKEW = timedelta(seconds=10)
_REAL_TIME = timedelta(hours=6)  # what is older when it arrives is streamed nowhere


class Unheard:
    def __init__(self, memory: Memory, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._memory, self._now = memory, now
        self._since: datetime | None = None  # when the stream began that is open now
        self._found: set[str] = set()  # by asking, in the last round
        self.missed = 0
        self.deaf = asyncio.Event()  # the stream is open and tells nothing at all

    def begins(self, *, anew: bool = False) -> None:
        """A stream opened. `anew`: it is of another kind, and what the last one missed says nothing of it."""
        self._since = self._now()
        self._found.clear()
        self.missed = 0 if anew else self.missed

    def ends(self) -> None:
        self._since = None

    def found(self, post: IncomingPost) -> None:
        """A post that asking brought and the stream had not told until then."""
        now = self._now()
        fresh = self._since is not None and self._since + _SKEW < post.posted_at <= now - _SKEW
        if fresh and now - post.posted_at < _REAL_TIME and post.edited_at is None:
            self._found.add(post.address.local_id)

    def settle(self, heard: int) -> int:
        """After the next round: what the stream still has not told, it leaves out. `heard`: what it did tell, ever."""
        self.missed += sum(not self._memory.was_live(local_id) for local_id in self._found)
        self._found.clear()
        if self.missed >= _ENOUGH and heard == 0:
            self.deaf.set()
        return self.missed if self.missed >= _ENOUGH else 0
