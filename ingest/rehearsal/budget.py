"""Mastodon's rate limit as its headers tell it: so many requests per clock-aligned window. Pure, but for the count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Budget:
    """Wide by default: whoever rehearses on one machine must never wait for it. Tests make it narrow."""

    def __init__(self, limit: int = 30_000, window: timedelta = timedelta(minutes=5)) -> None:
        self.limit = limit
        self.window = window
        self._ends = datetime.min.replace(tzinfo=UTC)
        self._spent = 0

    def spend(self, now: datetime) -> bool:
        """False: this request is one too many."""
        if now >= self._ends:
            seconds = self.window.total_seconds()
            self._ends = datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
            self._spent = 0
        self._spent += 1
        return self._spent <= self.limit

    def headers(self, *, nothing_left: bool = False) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": "0" if nothing_left else str(max(0, self.limit - self._spent)),
            "X-RateLimit-Reset": self._ends.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }
