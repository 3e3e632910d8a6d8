"""How often a server lets us ask: what its headers say, and budgets of our own that stay below its rules. Pure."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.mastodon.fields import moment

_UNKNOWN_WAIT = 60.0
_LONGEST_WAIT = 900.0  # Mastodon's longest window


class Budget:
    """At most `limit` requests in any `seconds`."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()

    def wait(self) -> float:
        """Seconds until the next request may go out."""
        return 0.0 if self.left() > 0 else self._taken[0] + self._seconds - self._clock()

    def left(self) -> int:
        while self._taken and self._taken[0] <= self._clock() - self._seconds:
            self._taken.popleft()
        return self._limit - len(self._taken)

    def take(self) -> None:
        self._taken.append(self._clock())


def wait_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to wait after a 429: the longest that any header asks for, within reason."""
    told = [wait for wait in (_retry_after(headers, now), _reset(headers, now)) if wait is not None]
    return min(max(1.0, *told), _LONGEST_WAIT) if told else _UNKNOWN_WAIT


def exhausted(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to wait although the answer was good: it was the last one allowed."""
    return (_reset(headers, now) or 0.0) if headers.get("x-ratelimit-remaining", "").strip() == "0" else 0.0


def remaining(headers: Mapping[str, str], now: datetime) -> tuple[int, float] | None:
    """How many requests the server says are left, and for how many seconds that holds."""
    left, until = headers.get("x-ratelimit-remaining", "").strip(), _reset(headers, now)
    if until is None or not (left.isascii() and left.isdigit() and len(left) < 7):
        return None
    return int(left), until


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:6])
    return _until(_http_date(value), headers, now)


def _reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Mastodon gives an ISO time, others seconds since 1970 or seconds from now."""
    value = headers.get("x-ratelimit-reset", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 13:
        number = float(value)
        return _until(datetime.fromtimestamp(number, UTC), headers, now) if number > 1e8 else number
    return _until(moment(value), headers, now)


def _until(at: datetime | None, headers: Mapping[str, str], now: datetime) -> float | None:
    """By the server's own clock where it tells it: ours may differ. What has passed asks for nothing."""
    if at is None:
        return None
    seconds = (at - (_http_date(headers.get("date", "")) or now)).total_seconds()
    return min(seconds, _LONGEST_WAIT) if seconds > 0 else None


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
