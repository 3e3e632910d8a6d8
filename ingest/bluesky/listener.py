"""One open connection: frames into batches, batches to the house with the cursor they end at.

Owns the cursor while the connection lives. There is no queue of our own: while the house is busy we do not read, a
bounded number of frames waits in the socket, and then the host does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from websockets.exceptions import ConnectionClosed

from ingest.bluesky import jetstream
from ingest.bluesky.dial import Line, name
from ingest.bluesky.glance import OWN_SIGNS, says_nothing_to_us
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.jetstream import Event, Unreadable, Wire
from ingest.bluesky.pace import Pace
from ingest.types import Batch, House, Incoming

_TOO_BIG = 1009
_SYNC = b"#sync"


class Lost(Exception):
    """The connection is of no more use. `str()` is one plain sentence."""


class Silent(Lost):
    """It is open, but nothing comes: some other host will do better."""


class Restarted(Lost):
    """The host counts from the beginning again: our sequence number means nothing there any more."""


class Choked(Lost):
    """A frame that we do not take stands right before us; there is no way but around it."""


class Listener:
    def __init__(
        self,
        line: Line,
        harvest: Harvest,
        house: House,
        upstream: str,
        pace: Pace,
        now: Callable[[], datetime],
        on_gap: Callable[[datetime], None],
    ) -> None:
        self._line, self._harvest, self._house, self._upstream = line, harvest, house, upstream
        self._pace, self._now = pace, now
        self.cursor = line.cursor
        self.began = line.cursor.at
        self.missed_since = line.missed_since
        self._own_signs = OWN_SIGNS[line.cursor.wire]
        self.heard = 0  # frames
        self._waited = 0.0
        self._at_the_tip = False
        self._fresh = line.cursor.wire is Wire.V2 and line.cursor.seq is not None
        self._untold = 0
        self._handed_over = -pace.cursor  # before any clock began
        self._on_gap = on_gap
        if line.missed_since:
            on_gap(line.missed_since)

    async def step(self) -> None:
        """Read a batch and hand it over. Raises Lost."""
        frames = await self._frames()
        events, error = self._events(frames)
        items = await self._harvest.of(events) if events else []
        items += await self._harvest.due(self._pace)
        self.cursor = self.cursor.past(events, self._now())
        await self._hand_over(items)
        if error is not None:
            raise Lost(f"{self._host} ended the stream ({error.name or 'error'}).")

    @property
    def reached(self) -> datetime:
        """How far we are: with the last event, or, where nothing waits to be read, at this moment."""
        return self._now() if self._at_the_tip else self.cursor.at

    async def _frames(self) -> list[bytes]:
        """Up to a batch of frames; none where nothing came for a tick."""
        frames: list[bytes] = []
        receive = self._line.socket.recv
        try:
            async with asyncio.timeout(min(self._pace.tick, self._pace.silence)) as limit:
                frames.append(await receive(decode=False))
                limit.reschedule(asyncio.get_running_loop().time() + self._pace.batch)
                for _ in range(self._pace.batch_size - 1):
                    frames.append(await receive(decode=False))
        except TimeoutError:
            self._keep_watch(bool(frames))
        except ConnectionClosed as closed:
            if not frames:
                raise self._closed(closed) from closed
        self._at_the_tip = not frames
        self._waited = 0.0 if frames else self._waited
        return frames

    def _keep_watch(self, something_came: bool) -> None:
        self._waited += self._pace.tick
        if not something_came and self._waited >= self._pace.silence:
            raise Silent(f"{self._host} has gone silent.")

    def _events(self, frames: Sequence[bytes]) -> tuple[list[Event], Event | None]:
        """The events of these frames, and the error by which the host ended the stream, if it did."""
        self.heard += len(frames)
        self._untold += len(frames)
        events: list[Event] = []
        for event in filter(None, map(self._read, self._telling(frames))):
            if event.kind == "error":
                return events, event
            if event.kind == "info":
                self._note(event)
            else:
                self._check_start(event)
                events.append(event)
        return events, None

    def _telling(self, frames: Sequence[bytes]) -> Sequence[bytes]:
        """Those worth reading: what may be ours, the first, if we must see where we begin, and the last, where we are.
        While somebody's whole repository is told anew, every word of it counts."""
        first = 1 if self._fresh else 0
        own = self._own_signs
        told = [*frames[:first], *(frame for frame in frames[first:-1] if not says_nothing_to_us(frame, own))]
        told += frames[max(first, len(frames) - 1) :]
        everything = self._harvest.is_suspicious or any(_SYNC in frame for frame in told)
        return frames if everything else told

    def _read(self, frame: bytes) -> Event | None:
        try:
            return jetstream.read(self._line.cursor.wire, frame)
        except Unreadable as reason:
            self._harvest.skipped[str(reason)] += 1
            return None

    def _note(self, info: Event) -> None:
        if info.name == "OutdatedCursor":
            self.missed_since = self.missed_since or self.began
            self._on_gap(self.missed_since)

    def _check_start(self, event: Event) -> None:
        """A host that answers a sequence number with a smaller one has lost its store since we came by."""
        if self._fresh and event.seq is not None and event.seq < (self._line.cursor.seq or 0):
            raise Restarted(f"{self._host} has begun anew.")
        self._fresh = False

    async def _hand_over(self, items: Sequence[Incoming]) -> None:
        """With nothing to tell, the cursor alone goes over now and then: a restart must not begin long ago."""
        due = time.monotonic() - self._handed_over >= self._pace.cursor
        if not items and not due:
            return
        batch = Batch(self._upstream, tuple(items), str(self.cursor), dict(self._harvest.skipped), self._untold)
        await self._house.receive(batch)
        self._handed_over = time.monotonic()
        self._untold = 0
        self._harvest.skipped.clear()

    @property
    def _host(self) -> str:
        return name(self._line.cursor.host)

    def _closed(self, closed: ConnectionClosed) -> Lost:
        if closed.sent is not None and closed.sent.code == _TOO_BIG and not closed.rcvd_then_sent:
            self._harvest.skipped["a post that is too big"] += 1
            return Choked(f"{self._host} sent a post that is too big to read.")
        reason = closed.rcvd.reason if closed.rcvd and closed.rcvd.reason else "without a word"
        return Lost(f"{self._host} closed the connection ({reason[:100]}).")
