"""A house made of lists: what readers are tested against. Keeps what it was told, in the order it was told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from ingest.types import (
    Address,
    Batch,
    Held,
    Incoming,
    IncomingAuthorChange,
    IncomingDeletion,
    IncomingMarks,
    IncomingPost,
    SourceConfig,
    SourceState,
)


class ListHouse:
    def __init__(self, sources: Sequence[SourceConfig] = ()) -> None:
        self.configured = list(sources)
        self.batches: list[Batch] = []
        self.posts: dict[str, IncomingPost] = {}  # by uri: what is there now
        self.history: list[IncomingPost] = []  # every version, in order
        self.deleted: list[IncomingDeletion] = []
        self.author_changes: list[IncomingAuthorChange] = []
        self.cursors: dict[int, str] = {}
        self.states: list[tuple[str, SourceState]] = []
        self.skipped: Counter[str] = Counter()
        self.fault: Exception | None = None  # raised by the next receive
        self.marks: list[IncomingMarks] = []
        self.checked: list[Address] = []
        self.waiting: list[str] | None = None  # uris whose turn it is; None: everything, as long as it is held
        self.sessions: dict[int, str | None] = {}
        self.problems: list[str] = []  # with accounts, as told
        self._upstreams: dict[str, str] = {}
        self._tombstones: set[Address | str | None] = set()
        self._changed = asyncio.Event()

    async def sources(self) -> Sequence[SourceConfig]:
        return list(self.configured)

    async def cursor(self, source_id: int) -> str | None:
        return self.cursors.get(source_id)

    async def known(self, uris: Collection[str]) -> set[str]:
        authors = {post.author.uri for post in self.posts.values()}
        return {uri for uri in uris if uri in self.posts or uri in authors}

    async def held(self, upstream: str, limit: int) -> Sequence[Held]:
        here = [post for uri, post in self.posts.items() if self._upstreams[uri] == upstream]
        here.sort(key=lambda post: post.posted_at, reverse=True)
        return [Held(post.uri, post.address, post.version) for post in here[:limit]]

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        """Whoever was never asked for, then whoever was asked for longest ago."""
        last = {address: n for n, address in enumerate(self.checked)}
        held = sorted(await self.held(upstream, len(self.posts)), key=lambda one: last.get(one.address, -1))
        return [one for one in held if self.waiting is None or one.uri in self.waiting][:limit]

    async def session(self, source_id: int) -> str | None:
        return self.sessions.get(source_id)

    async def keep_session(self, source_id: int, session: str | None, problem: str = "") -> None:
        self.sessions[source_id] = session
        self.problems += [problem] if problem else []
        self._changed.set()

    async def receive(self, batch: Batch) -> None:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.batches.append(batch)
        self.checked += batch.checked
        self.skipped.update(batch.skipped)
        for item in batch.items:
            self._take(item, batch.upstream)
        if batch.cursor is not None:
            self.cursors |= {s.id: batch.cursor for s in self.configured if s.upstream == batch.upstream}
        self._changed.set()

    async def report(self, upstream: str, state: SourceState) -> None:
        self.states.append((upstream, state))
        self._changed.set()

    @property
    def state(self) -> SourceState:
        return self.states[-1][1]

    async def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait, without polling the clock, until what we were told makes the condition true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def _take(self, item: Incoming, upstream: str) -> None:
        if isinstance(item, IncomingAuthorChange):
            self.author_changes.append(item)
        elif isinstance(item, IncomingMarks):
            self.marks.append(item)
        elif isinstance(item, IncomingDeletion):
            self.deleted.append(item)
            if item.may_precede:
                self._tombstones |= {item.address, item.uri} - {None}
            gone = [uri for uri, p in self.posts.items() if uri == item.uri or p.address == item.address]
            for uri in gone:
                del self.posts[uri]
        elif not {item.uri, item.address} & self._tombstones:
            self.posts[item.uri] = item
            self.history.append(item)
            self._upstreams[item.uri] = upstream
