"""A harvest between a house of lists and a small AppView, and events to feed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ingest.bluesky.appview import AppView
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.jetstream import Event
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People
from ingest.bluesky.recheck import Recheck
from ingest.types import Batch, Incoming, Network, SourceConfig
from tests.ingest.bluesky.fakes import FakeAppView
from tests.ingest.house import ListHouse

A, B = "did:plc:aaa", "did:plc:bbb"
SOURCE = SourceConfig(1, "conf", Network.BLUESKY, "bluesky", "", ("wallconf",))
OTHER = replace(SOURCE, id=2, event="other", tags=("harbourtalks",))
AT_ONCE = Pace(refresh=0.0, sweep=1e9)


def wrote(text: str, did: str = A, rkey: str = "1", cid: str = "bafyreione1", rev: str = "3a", **more: Any) -> Event:
    record = {"text": text, "createdAt": "2026-11-21T22:59:00Z"} | more.pop("record", {})
    known = {"collection": "app.bsky.feed.post", "time": 1795302000000000} | more
    return Event(known.pop("kind", "create"), did, rkey=rkey, cid=cid, rev=rev, record=record, **known)


def edited(text: str, cid: str = "bafyreitwo2", rev: str = "3b") -> Event:
    return wrote(text, kind="update", cid=cid, rev=rev)


def removed(did: str = A, rkey: str = "1", rev: str = "3c") -> Event:
    return Event("delete", did, collection="app.bsky.feed.post", rkey=rkey, rev=rev)


def profile(did: str, handle: str = "a.test", **more: Any) -> dict[str, Any]:
    return {"did": did, "handle": handle, "displayName": handle.title(), **more}


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Stage:
    house: ListHouse
    fake: FakeAppView
    appview: AppView
    people: People
    harvest: Harvest
    recheck: Recheck
    clock: Ticks

    async def hear(self, *events: Event) -> list[Incoming]:
        return await self.receive(await self.harvest.of(events))

    async def look(self) -> list[Incoming]:
        """Look at everything we hold, and take in what was found."""
        before = len(self.house.batches)
        await self.recheck.look(await self.house.held("bluesky", 25))
        return [item for batch in self.house.batches[before:] for item in batch.items]

    async def receive(self, items: list[Incoming]) -> list[Incoming]:
        await self.house.receive(Batch("bluesky", tuple(items)))
        return items
