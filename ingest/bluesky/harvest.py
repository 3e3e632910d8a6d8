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
from typing import Any

from ingest.bluesky import parse, views
from ingest.bluesky.appview import AppView
from ingest.bluesky.embeds import POSTS
from ingest.bluesky.jetstream import Event
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People, keep
from ingest.bluesky.profiles import Profiles
from ingest.bluesky.sift import Sieve
from ingest.bluesky.verify import Verifier, author_of
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

View = dict[str, Any]
_STATES: dict[str, AuthorState] = {"deleted": "deleted", "takendown": "suspended", "suspended": "suspended"}


class Harvest:
    def __init__(
        self,
        sources: Sequence[SourceConfig],
        house: House,
        appview: AppView,
        now: Callable[[], datetime],
    ) -> None:
        self._wanted = {tag for source in sources for tag in source.tags}
        self._house, self._appview, self._now = house, appview, now
        self._people = People(Profiles(appview))
        self.verifier = Verifier(house, sources[0].upstream, appview, self._people, now)
        self._removed: dict[str, str] = {}  # revisions of deletions by post: a host may tell them before the post
        self.skipped: Counter[str] = Counter()  # by reason; emptied by whoever tells the house
        self._settled = self._swept = -math.inf

    async def of(self, events: Sequence[Event]) -> list[Incoming]:
        """What a batch of events means for the house."""
        self._note_removals(events)
        sieve = Sieve(events, self._wanted, self.verifier.suspects)
        asked = sieve.ask()
        matter = sieve.matter(await self._house.known(asked) if asked else ())
        seen = await self._hydrate(matter)
        items = [item for event in matter if (item := self._item(event, seen))]
        synced = {event.did for event in matter if event.kind == "sync"}
        return items + (await self.verifier.first_look(synced) if synced else [])

    async def due(self, pace: Pace) -> list[Incoming]:
        """What we owe by now: profiles that could not be read, second looks, and now and then everybody anew."""
        items: list[Incoming] = []
        now = time.monotonic()
        if now - self._settled >= pace.refresh:
            items += [*await self._people.settle(), *await self.verifier.second_look(now - pace.refresh)]
            self._settled = now
        if now - self._swept >= pace.sweep:
            items += await self._people.sweep({author_of(one.uri) for one in await self.verifier.held()})
            self._swept = now
        return items

    def _note_removals(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind == "delete" and event.collection == POSTS:
                keep(self._removed, event.uri, event.rev)

    async def _hydrate(self, matter: Sequence[Event]) -> dict[str, View]:
        """Read the authors of a batch, and the views of posts that carry something."""
        written = [event for event in matter if event.kind in ("create", "update")]
        changed = {event.did for event in matter if event.kind in ("identity", "account")}
        carrying = {event.uri for event in written if isinstance(event.record, dict) and event.record.get("embed")}
        dids = {event.did for event in written} - changed
        _, seen = await asyncio.gather(self._people.read(dids, changed=changed), self._views(carrying))
        return seen

    async def _views(self, uris: Collection[str]) -> dict[str, View]:
        try:
            return {str(view.get("uri")): view for view in await self._appview.posts(uris)}
        except OutboundError:
            return {}  # the record alone will do

    def _item(self, event: Event, seen: dict[str, View]) -> Incoming | None:
        match event.kind:
            case "create" | "update":
                return self._post(event, seen.get(event.uri))
            case "delete":
                return _removal(event, may_precede=True)
            case "account":
                return self._account(event)
            case "identity":
                someone = self._people.changed(event.did)
                return IncomingAuthorChange(event.did, author=someone) if someone else None
        return None

    def _post(self, event: Event, view: View | None) -> Incoming | None:
        if event.rev < self._removed.get(event.uri, ""):
            return None  # its deletion overtook it
        post = parse.post(event.did, event.rkey, event.cid, event.record, seen_at=self._time(event))
        if post is None:
            self.skipped["a post that cannot be read"] += 1
            return _removal(event) if event.kind == "update" else None  # what we hold is not what it says now
        late = self._now() - self._time(event) > LATE
        post = replace(post, author=self._people.tell(event.did), backfilled=late)
        return views.enrich(post, view) if view else post

    def _account(self, event: Event) -> IncomingAuthorChange:
        if event.active:
            return IncomingAuthorChange(event.did, "active", self._people.changed(event.did))
        self._people.forget(event.did)
        return IncomingAuthorChange(event.did, _STATES.get(event.status, "deactivated"))

    def _time(self, event: Event) -> datetime:
        return datetime.fromtimestamp(event.time / 1_000_000, UTC) if event.time else self._now()


def _removal(event: Event, *, may_precede: bool = False) -> IncomingDeletion:
    address = Address(Network.BLUESKY, "", f"{event.did}/{event.rkey}")
    return IncomingDeletion(address, event.uri, may_precede=may_precede, rev=event.rev or None)
