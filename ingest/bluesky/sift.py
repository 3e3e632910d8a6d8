"""Which events of a batch may matter to us, and whether they do once the house has said what it holds.

Pure. Two steps, because the house is asked once per batch: `Sieve(events, tags)`, then `matter(known)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ingest.bluesky import gates
from ingest.bluesky.embeds import POSTS
from ingest.bluesky.gates import POSTGATES, THREADGATES, Gate
from ingest.bluesky.jetstream import Event
from ingest.bluesky.parse import tags_of
from ingest.text import tags

_OF_ACCOUNTS = ("account", "identity", "sync")
_WRITTEN = ("create", "update")


class Sieve:
    def __init__(self, events: Sequence[Event], wanted: Collection[str], watched: Collection[str]) -> None:
        """`watched`: authors whose whole repository is being told again; their untagged posts may be ours."""
        self._events, self._watched = events, watched
        self._synced = {event.did for event in events if event.kind == "sync"}
        tagged = [event for event in events if _post(event, _WRITTEN) and tags.matches(tags_of(event.record), wanted)]
        self._tagged = {id(event) for event in tagged}
        self._gates = {id(event): gate for event in events if (gate := _gate(event))}
        # What the same batch brought is held by the time the rest of it is told.
        self._arriving = {event.uri for event in tagged} | {event.did for event in tagged}
        self.held: set[str] = set()  # of what was asked for, what the house has

    def ask(self) -> set[str]:
        """The addresses of posts and authors the house must be asked about."""
        return set().union(*(self._names(event) for event in self._maybe())) - self._arriving

    def matter(self, known: Collection[str]) -> list[Event]:
        """The events that concern us, in their order."""
        self.held = self._arriving.union(known)
        ours = {id(event) for event in self._maybe() if not self.held.isdisjoint(self._names(event))}
        return [event for event in self._events if id(event) in self._tagged or id(event) in ours]

    def gate(self, event: Event) -> Gate | None:
        return self._gates.get(id(event))

    def _names(self, event: Event) -> Collection[str]:
        if gate := self._gates.get(id(event)):
            return gate.named
        return (event.did,) if event.kind in _OF_ACCOUNTS else (event.uri,)

    def _maybe(self) -> Iterator[Event]:
        return filter(self._may_be_ours, self._events)

    def _may_be_ours(self, event: Event) -> bool:
        if event.kind in _OF_ACCOUNTS or id(event) in self._gates or _post(event, ("update", "delete")):
            return True
        retold = event.did in self._watched or event.did in self._synced
        return retold and _post(event, _WRITTEN)


def _post(event: Event, kinds: Collection[str]) -> bool:
    return event.kind in kinds and event.collection == POSTS


def _gate(event: Event) -> Gate | None:
    if event.collection not in (POSTGATES, THREADGATES):
        return None
    return gates.read(event.did, event.rkey, event.collection, event.record)
