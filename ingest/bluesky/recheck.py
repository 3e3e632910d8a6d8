"""Looking at what we hold, again and again: does it still stand, in these words, without a new label?

Asks the house whose turn it is, and the AppView no faster than the pace allows. Runs beside the stream, which can lose
a deletion, tells nothing of labels, and on the old wire hides it when words are swapped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from ingest.bluesky import views
from ingest.bluesky.appview import AT_ONCE, AppView
from ingest.bluesky.gone import author_of, gone, is_answer
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People
from ingest.bluesky.sight import Sight, look
from ingest.http import OutboundError
from ingest.types import Batch, Held, House, Incoming, IncomingPost

MAX_HELD = 1_000  # of the newest, after a gap
MAX_MISSING = 5_000


class Recheck:
    """`touched`: posts the stream just told something of, and when; of them the AppView may be behind."""

    def __init__(
        self,
        house: House,
        upstream: str,
        appview: AppView,
        people: People,
        touched: Mapping[str, float],
        now: Callable[[], datetime],
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house, self._upstream, self._appview, self._people = house, upstream, appview, people
        self._touched, self._now, self._pace, self._clock = touched, now, pace, clock
        self._missing: dict[str, tuple[float, Held]] = {}  # since when we cannot see them
        self._urgent: list[Held] = []
        self._everything = False

    async def run(self) -> None:
        while True:
            held = await self._next()
            looked = bool(held) and await self.look(held)
            await asyncio.sleep(self._pace.request if looked else self._pace.recheck)

    def look_at_everything(self) -> None:
        """Something was missed: the newest of all we hold, whenever they were looked at last."""
        self._everything = True

    async def look(self, held: Sequence[Held]) -> bool:
        """Look at these, at most 25. False: there was no answer; then nothing is gone, and it is still their turn."""
        try:
            sight = await look(self._appview, [one.uri for one in held])
            if not await is_answer(held, sight.views.keys(), self._people):
                return False
            items = [*await self._seen(held, sight), *await self._unseen(held, sight), *await self._people.settle()]
        except OutboundError:
            return False
        checked = tuple(one.address for one in held)
        await self._house.receive(Batch(self._upstream, tuple(items), checked=checked))
        return True

    async def _next(self) -> Sequence[Held]:
        if self._everything:
            self._everything = False
            self._urgent = list(await self._house.held(self._upstream, MAX_HELD))
        if self._urgent:
            first, self._urgent = self._urgent[:AT_ONCE], self._urgent[AT_ONCE:]
            return first
        return self._ripe() or await self._house.due(self._upstream, AT_ONCE)

    def _ripe(self) -> Sequence[Held]:
        """Those that have been missing for so long that a second look decides."""
        before = self._clock() - self._pace.missing
        return [held for since, held in self._missing.values() if since <= before][:AT_ONCE]

    async def _seen(self, held: Sequence[Held], sight: Sight) -> list[Incoming]:
        items: list[Incoming] = []
        for one in held:
            view = sight.views.get(one.uri)
            if view is None:
                continue
            self._missing.pop(one.uri, None)
            self._people.glimpse(view.get("author"), self._now())
            if self._is_settled(one.uri):
                same = view.get("cid") == one.version
                item = self._marks(view, sight, one) if same else await self._changed(view, sight, one)
                items += [item] if item else []
        return items

    def _is_settled(self, uri: str) -> bool:
        return self._clock() - self._touched.get(uri, -self._pace.settle) >= self._pace.settle

    def _marks(self, view: dict[str, object], sight: Sight, one: Held) -> Incoming | None:
        return views.marks(view, self._now(), hidden=sight.hidden(one.uri))

    async def _changed(self, view: dict[str, object], sight: Sight, one: Held) -> IncomingPost | None:
        did = author_of(one.uri)
        author = self._people.tell(did, await self._people.read([did]))
        return views.post(view, seen_at=self._now(), author=author)

    async def _unseen(self, held: Sequence[Held], sight: Sight) -> list[Incoming]:
        before, lost = self._clock() - self._pace.missing, []
        for one in held:
            if one.uri in sight.views or one.uri in sight.refused:
                continue
            since, _ = self._missing.setdefault(one.uri, (self._clock(), one))
            lost += [one] if since <= before else []
        items = await gone(lost, self._people)
        for one in lost:
            del self._missing[one.uri]
        while len(self._missing) > MAX_MISSING:
            del self._missing[next(iter(self._missing))]
        return items
