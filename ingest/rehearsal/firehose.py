"""What has happened on the invented Bluesky, in order: the log a Jetstream reads from.

Owns sequence numbers. They are made from the time (milliseconds), so that a rehearsal that is rebuilt after a restart
gives the same event the same number, and a reader's stored cursor keeps its meaning.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ingest.rehearsal.addresses import microseconds
from ingest.rehearsal.status import Json

Kind = Literal["commit", "identity", "account", "sync", "recorded"]

_KEPT_CHATTER = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    seq: int
    time_us: int
    did: str
    kind: Kind
    body: Json = field(default_factory=dict)
    recorded: str = ""  # a captured frame, to be sent as it is
    chatter: bool = False


class Firehose:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.changed = asyncio.Event()  # set, and replaced, at every event
        self.floor = 0  # the lowest number still kept; tests raise it
        self._chatter = 0

    @property
    def head(self) -> int:
        return self.events[-1].seq if self.events else 0

    def append(self, kind: Kind, did: str, body: Json, at: datetime, *, chatter: bool = False) -> None:
        self._add(Event(self._next(at), self._time(at), did, kind, body, chatter=chatter))

    def append_recorded(self, line: str, at: datetime) -> None:
        self._add(Event(self._next(at), self._time(at), "", "recorded", recorded=line))

    def since(self, seq: int) -> list[Event]:
        return self.events[bisect_left(self.events, seq, key=lambda event: event.seq) :]

    def seq_at(self, time_us: int) -> int:
        """The number of the first event at or after this time; one past the head where there is none yet."""
        index = bisect_left(self.events, time_us, key=lambda event: event.time_us)
        return self.events[index].seq if index < len(self.events) else self.head + 1

    def _add(self, event: Event) -> None:
        self.events.append(event)
        self.changed.set()
        self.changed = asyncio.Event()
        self._chatter += event.chatter
        if self._chatter > 2 * _KEPT_CHATTER:
            self._forget_chatter()

    def _forget_chatter(self) -> None:
        """Strangers' posts are only there to be passed by: a rehearsal that runs for days must not grow by them."""
        old, new = self.events[:-_KEPT_CHATTER], self.events[-_KEPT_CHATTER:]
        self.events = [event for event in old if not event.chatter] + new
        self._chatter = sum(event.chatter for event in new)

    def _next(self, at: datetime) -> int:
        return max(self.head + 1, microseconds(at) // 1000)

    def _time(self, at: datetime) -> int:
        return max(self.events[-1].time_us if self.events else 0, microseconds(at))
