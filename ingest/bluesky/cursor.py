"""Where we stopped in a host's stream, and where to go on: there, or on another host, or after too long a pause.

Pure. A v2 cursor is a sequence number that means something to its own host only; everywhere else there is only time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson

from ingest.bluesky.jetstream import Event, Wire

LOOKBACK = 35 * 3600 * 1_000_000  # microseconds; hosts keep 36 hours
REWIND = 30 * 1_000_000  # on another host: their clocks and orders differ
OVERLAP = 5 * 1_000_000  # on the same v1 host: its times are not unique
_FIRST_TIME = 10**15  # hosts take smaller numbers for sequence numbers
_LAST_TIME = 4 * _FIRST_TIME  # in the year 2096


@dataclass(frozen=True, slots=True)
class Cursor:
    host: str  # base address
    wire: Wire
    seq: int | None
    time: int  # microseconds

    def __str__(self) -> str:
        return orjson.dumps({"host": self.host, "wire": self.wire, "seq": self.seq, "time": self.time}).decode()

    def past(self, events: Sequence[Event], now: datetime) -> Cursor:
        """The cursor after these events. Never in the future: a host would then give nothing back."""
        seqs = [event.seq for event in events if event.seq is not None]
        latest = max((event.time for event in events if event.time is not None), default=0)
        seq = max(seqs + ([] if self.seq is None else [self.seq]), default=None)
        return replace(self, seq=seq, time=max(self.time, min(latest, microseconds(now))))

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.time / 1_000_000, UTC)


def read(stored: str | None) -> Cursor | None:
    """A stored cursor; None where there is none or it is none of ours."""
    try:
        given = orjson.loads(stored or "")
        seq, time = given["seq"], given["time"]
        cursor = Cursor(str(given["host"]), Wire(given["wire"]), seq, time)
    except (ValueError, KeyError, TypeError):
        return None
    sound = (
        type(time) is int and 0 <= time < _LAST_TIME and (seq is None or (type(seq) is int and 0 <= seq < _FIRST_TIME))
    )
    return cursor if sound else None


def resume(cursor: Cursor | None, host: str, wire: Wire, now: datetime, *, by_time: bool = False) -> int | None:
    """What to ask this host for; None: from now on. `by_time`: it no longer has our sequence number."""
    if cursor is None:
        return None
    same = cursor.host == host and cursor.wire is wire and not by_time
    if same and wire is Wire.V2 and cursor.seq is not None:
        return cursor.seq
    back = OVERLAP if same and wire is Wire.V1 else REWIND
    earliest, latest = microseconds(now) - LOOKBACK, microseconds(now)
    return max(earliest, min(cursor.time, latest) - back, _FIRST_TIME)


def start(cursor: Cursor | None, host: str, wire: Wire, asked: int | None, now: datetime) -> Cursor:
    """Where we are once the host has taken what we asked for, before its first event."""
    if cursor is None or asked is None:
        return Cursor(host, wire, None, microseconds(now))
    time = min(cursor.time, microseconds(now))
    return Cursor(host, wire, asked, time) if asked < _FIRST_TIME else Cursor(host, wire, None, max(asked, time))


def too_old(cursor: Cursor, now: datetime) -> bool:
    """Whether hosts may have thrown away what came right after it."""
    return cursor.time < microseconds(now) - LOOKBACK


def microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
