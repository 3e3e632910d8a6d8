"""One round of asking: the newest pages of every tag, the gap since last time, the past, and what is no longer listed.

Owns the cursor. A cursor alone is not enough: a remote post that arrives late gets an id below those already seen, so
each round reads the newest pages without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.mastodon.cursor import BACKFILL_PAGES, Progress, age, dump
from ingest.mastodon.memory import Memory
from ingest.mastodon.parse import Server, Skip, parse
from ingest.mastodon.rest import GONE, PAGE, Rest
from ingest.types import Batch, Held, House, IncomingDeletion, IncomingPost

_HELD = 400  # newest posts of the house that are looked after
_SUSPECTS = 20  # missing from a list they should be on: asked for at once
_ROTATION = 5  # too old for the list: asked for a few at a time, more in a deep round
_RESERVE = 100  # requests that the past and the old leave for the present

_NOTHING = (0, "")
Statuses = Sequence[Mapping[str, Any]]


class Rounds:
    def __init__(
        self,
        rest: Rest,
        house: House,
        upstream: str,
        server: Server,
        readers: Mapping[str, Collection[int]],
        progress: dict[str, Progress],
        memory: Memory,
    ) -> None:
        self._rest = rest
        self._house = house
        self._upstream = upstream
        self._server = server
        self._readers = readers
        self._progress = progress
        self._memory = memory
        self._saved = ""
        self._asked: dict[str, float] = {}  # local id: when we last asked for this one post

    async def read(self, pages: int, now: datetime) -> None:
        """Everything once. `now` stands in for times that statuses do not give."""
        seen: set[str] = set()
        began = self._memory.clock()
        floors = [await self._newest(tag, pages, seen, now) for tag in self._readers]
        await self._look_after(seen, max(floors, default=_NOTHING), began, _ROTATION * pages, now)

    async def past(self, pages: int, now: datetime) -> bool:
        """A piece of what was said before we came. True while there is more."""
        for tag in self._readers:
            while (progress := self._progress.get(tag)) is not None and progress.pages > 0:
                if pages <= 0 or self._rest.spare() <= _RESERVE:
                    return True
                pages -= 1
                await self._further_back(tag, progress, now)
        return False

    async def _newest(self, tag: str, pages: int, seen: set[str], now: datetime) -> tuple[int, str]:
        """Read the newest pages. Gives the age from which on the list was complete."""
        pages = pages if tag in self._progress else 1  # the past follows by itself
        asked_at = self._memory.clock()
        page = await self._rest.page(tag)
        await self._take_newest(tag, page, asked_at, now)
        for _ in range(pages - 1):
            seen |= _ids(page)
            if len(page) < PAGE:
                break
            asked_at = self._memory.clock()
            page = await self._rest.page(tag, max_id=_oldest(page))
            await self._hand(page, asked_at, now)
        seen |= _ids(page)
        return age(_oldest(page)) if len(page) >= PAGE else _NOTHING

    async def _take_newest(self, tag: str, page: Statuses, asked_at: float, now: datetime) -> None:
        progress = self._progress.get(tag)
        if not page:
            return
        if progress is None:
            self._progress[tag] = Progress(_latest(page), _oldest(page), BACKFILL_PAGES)
        elif age(_oldest(page)) <= age(progress.newest):
            self._progress[tag] = progress.reached(_latest(page))
        else:
            await self._hand(page, asked_at, now)  # the newest at once; the cursor waits until the gap is filled
            await self._catch_up(tag, now)
            return
        await self._hand(page, asked_at, now)

    async def _catch_up(self, tag: str, now: datetime) -> None:
        """Forward from the cursor, page by page without a hole, until the server has no more."""
        while True:
            progress = self._progress[tag]
            asked_at = self._memory.clock()
            page = await self._rest.page(tag, min_id=progress.newest)
            if not page or age(_latest(page)) <= age(progress.newest):
                return
            self._progress[tag] = progress.reached(_latest(page))
            await self._hand(page, asked_at, now)

    async def _further_back(self, tag: str, progress: Progress, now: datetime) -> None:
        asked_at = self._memory.clock()
        page = await self._rest.page(tag, max_id=progress.oldest)
        ended = not page or age(_oldest(page)) >= age(progress.oldest)
        self._progress[tag] = progress.complete() if ended else progress.back_to(_oldest(page))
        await self._hand(page, asked_at, now)

    async def _look_after(
        self, seen: set[str], floor: tuple[int, str], began: float, rotate: int, now: datetime
    ) -> None:
        """Posts of ours that the lists did not have: deleted, edited out of the tag, or only too old for a list."""
        held = [post for post in await self._house.held(self._upstream, _HELD) if post.address[1] == self._server.host]
        missing = sorted(
            (post for post in held if not self._accounted_for(post.address.local_id, seen, began)),
            key=lambda post: self._asked.get(post.address.local_id, 0.0),
        )
        suspects = [post for post in missing if age(post.address.local_id) > floor][:_SUSPECTS]
        rotation = [post for post in missing if age(post.address.local_id) <= floor][:rotate]
        for post in suspects + (rotation if self._rest.spare() > _RESERVE else []):
            await self._ask_for(post, now)
        listed = {post.address.local_id for post in held}
        self._asked = {local_id: at for local_id, at in self._asked.items() if local_id in listed}

    def _accounted_for(self, local_id: str, seen: set[str], began: float) -> bool:
        return local_id in seen or self._memory.live_since(local_id, began)

    async def _ask_for(self, post: Held, now: datetime) -> None:
        asked_at = self._memory.clock()
        answer = await self._rest.status(post.address.local_id)
        self._asked[post.address.local_id] = asked_at
        if answer is GONE:
            await self._deliver([IncomingDeletion(post.address, post.uri)], Counter(), 1)
        elif isinstance(answer, Mapping):
            await self._hand([answer], asked_at, now)

    async def _hand(self, statuses: Statuses, asked_at: float, now: datetime) -> None:
        """Give the house what is new in a page, oldest first, and the cursor with it."""
        posts: list[IncomingPost] = []
        skipped: Counter[str] = Counter()
        for status in sorted(statuses, key=lambda status: age(str(status["id"]))):
            post = parse(status, self._server, now, backfilled=True)
            if isinstance(post, Skip):
                skipped[post.reason] += self._memory.first_skip(str(status["id"]))
            elif self._memory.news(post, asked_at):
                posts.append(post)
        await self._deliver(posts, +skipped, len(statuses))

    async def _deliver(
        self, items: Sequence[IncomingPost | IncomingDeletion], skipped: Counter[str], seen: int
    ) -> None:
        cursor = dump(self._progress, self._readers) if self._progress else None
        if not items and not skipped and cursor == (self._saved or None):
            return
        await self._house.receive(Batch(self._upstream, tuple(items), cursor, skipped, seen))
        self._saved = cursor or ""
        for item in items:
            self._memory.handed(item)


def _ids(page: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(status["id"]) for status in page}


def _latest(page: Statuses) -> str:
    return max(_ids(page), key=age)


def _oldest(page: Statuses) -> str:
    return min(_ids(page), key=age)
