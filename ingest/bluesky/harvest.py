"""From a batch of events to what the house should hear: who wrote what, hydrated and in order.

Knows nothing of sockets, cursors or hosts. What is not known of an author is asked again later.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ingest.bluesky import gates, parse, views
from ingest.bluesky.appview import AppView
from ingest.bluesky.embeds import POSTS
from ingest.bluesky.gone import author_of
from ingest.bluesky.jetstream import Event
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People, Readings, keep
from ingest.bluesky.sift import Sieve
from ingest.bluesky.sight import Sight, look
from ingest.bluesky.verify import Verifier
from ingest.http import OutboundError
from ingest.types import (
    Address,
    AuthorState,
    House,
    Incoming,
    IncomingAuthorChange,
    IncomingDeletion,
    Network,
    SourceConfig,
)

LATE = timedelta(minutes=2)  # told so long after it was said, it was caught up with, not told live

_STATES: dict[str, AuthorState] = {"deleted": "deleted", "takendown": "suspended", "suspended": "suspended"}


class Harvest:
    def __init__(
        self,
        sources: Sequence[SourceConfig],
        house: House,
        appview: AppView,
        people: People,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = {tag for source in sources for tag in source.tags}
        self._house, self._appview, self._people, self._now, self._clock = house, appview, people, now, clock
        self._verifier = Verifier(house, sources[0].upstream, appview, people, now)
        self.touched: dict[str, float] = {}  # what the stream said of posts we hold: the AppView may be behind
        self._removed: dict[str, str] = {}  # revisions of deletions by post: a host may tell them before the post
        self.skipped: Counter[str] = Counter()  # by reason; emptied by whoever tells the house
        self._settled = self._swept = -math.inf

    async def of(self, events: Sequence[Event]) -> list[Incoming]:
        """What a batch of events means for the house."""
        self._note_removals(events)
        sieve = Sieve(events, self._wanted, self._verifier.suspects)
        asked = sieve.ask()
        matter = sieve.matter(await self._house.known(asked) if asked else ())
        self._note_touched(matter, sieve)
        read, sight = await self._hydrate(matter)
        items = [item for event in matter for item in self._items(event, sieve, read, sight)]
        synced = {event.did for event in matter if event.kind == "sync"}
        return items + (await self._verifier.first_look(synced) if synced else [])

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody's posts are told anew, so that also untagged ones may stand in the place of ours."""
        return bool(self._verifier.suspects)

    async def due(self, pace: Pace) -> list[Incoming]:
        """What we owe by now: profiles that could not be read, second looks, and now and then everybody anew."""
        items: list[Incoming] = []
        now = time.monotonic()
        if now - self._settled >= pace.refresh:
            items += [*await self._people.settle(), *await self._verifier.second_look(now - pace.refresh)]
            self._settled = now
        if now - self._swept >= pace.sweep:
            items += await self._people.sweep({author_of(one.uri) for one in await self._verifier.held()})
            self._swept = now
        return items

    def _note_removals(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind == "delete" and event.collection == POSTS:
                keep(self._removed, event.uri, event.rev)

    def _note_touched(self, matter: Sequence[Event], sieve: Sieve) -> None:
        for event in matter:
            retold = event.did in self._verifier.suspects
            if event.kind == "update" or (event.kind == "create" and retold):
                keep(self.touched, event.uri, self._clock())
            for uri in gate.named & sieve.held if (gate := sieve.gate(event)) else ():
                keep(self.touched, uri, self._clock())

    async def _hydrate(self, matter: Sequence[Event]) -> tuple[Readings, Sight]:
        """Read the authors of a batch, and look at posts that carry something or may have got a label meanwhile."""
        written = [event for event in matter if event.kind in ("create", "update") and event.collection == POSTS]
        changed = {event.did for event in matter if event.kind in ("identity", "account")}
        carrying = {event.uri for event in written if _carries(event) or event.kind == "update" or self._is_late(event)}
        dids = {event.did for event in written} - changed
        return await asyncio.gather(self._people.read(dids, changed=changed), self._sight(carrying))

    async def _sight(self, uris: Collection[str]) -> Sight:
        try:
            return await look(self._appview, uris)
        except OutboundError:
            return Sight()  # the record alone will do

    def _items(self, event: Event, sieve: Sieve, read: Readings, sight: Sight) -> Sequence[Incoming]:
        if gate := sieve.gate(event):
            return gates.marks(gate, sieve.held)
        item = self._item(event, read, sight)
        return [item] if item else []

    def _item(self, event: Event, read: Readings, sight: Sight) -> Incoming | None:
        match event.kind:
            case "create" | "update":
                return self._post(event, read, sight)
            case "delete":
                return _removal(event, may_precede=True)
            case "account":
                return self._account(event, read)
            case "identity":
                someone = self._people.changed(event.did, read)
                return IncomingAuthorChange(event.did, author=someone) if someone else None
        return None

    def _post(self, event: Event, read: Readings, sight: Sight) -> Incoming | None:
        if event.rev < self._removed.get(event.uri, ""):
            return None  # its deletion overtook it
        post = parse.post(event.did, event.rkey, event.cid, event.record, seen_at=self._time(event))
        if post is None:
            self.skipped["a post that cannot be read"] += 1
            return _removal(event) if event.kind == "update" else None  # what we hold is not what it says now
        author, late = self._people.tell(event.did, read), self._is_late(event)
        post = replace(post, author=author, rev=event.rev or None, backfilled=late)
        view = sight.views.get(event.uri)
        return views.enrich(post, view, self._now()) if view else post

    def _is_late(self, event: Event) -> bool:
        return self._now() - self._time(event) > LATE

    def _account(self, event: Event, read: Readings) -> IncomingAuthorChange:
        if event.active:
            self._people.returned(event.did)
            return IncomingAuthorChange(event.did, "active", self._people.changed(event.did, read))
        self._people.forget(event.did)
        return IncomingAuthorChange(event.did, _STATES.get(event.status, "deactivated"))

    def _time(self, event: Event) -> datetime:
        return datetime.fromtimestamp(event.time / 1_000_000, UTC) if event.time else self._now()


def _carries(event: Event) -> bool:
    return isinstance(event.record, dict) and bool(event.record.get("embed"))


def _removal(event: Event, *, may_precede: bool = False) -> IncomingDeletion:
    address = Address(Network.BLUESKY, "", f"{event.did}/{event.rkey}")
    return IncomingDeletion(address, event.uri, may_precede=may_precede, rev=event.rev or None)
