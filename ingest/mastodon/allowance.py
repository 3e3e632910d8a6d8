"""What one server still lets us ask: one allowance per server and account, shared by all tags and all readers.

A reader that begins anew after a change does not begin to count anew.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from ingest.mastodon.limits import Budget, exhausted, remaining, wait_after

_NEVER = float("-inf")


class Allowance:
    """Budgets of our own, and what the server says of its. `requests` in 5 minutes; as many with a cursor in 15."""

    def __init__(self, requests: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Budget(requests, 300, clock)
        self._paged = Budget(requests, 900, clock)  # whatever has a cursor is three times as dear
        self._not_before = _NEVER
        self._told: tuple[int, float] = (0, _NEVER)  # how many the server says are left, and until when that holds

    def wait(self, *, paged: bool) -> float:
        """Seconds until the next request may go out."""
        budgets = (self._all, self._paged) if paged else (self._all,)
        return max(self._not_before - self._clock(), *(budget.wait() for budget in budgets))

    def take(self, *, paged: bool) -> None:
        for budget in (self._all, self._paged) if paged else (self._all,):
            budget.take()

    def spare(self, *, paged: bool = True) -> int:
        """How many requests our own budgets still have: with a cursor, which is the dearest kind, or of any other."""
        return min(self._all.left(), self._paged.left()) if paged else self._all.left()

    def left(self) -> int:
        """The same, or fewer where the server says so."""
        told, until = self._told
        return min(self.spare(), told) if self._clock() < until else self.spare()

    def heard(self, headers: Mapping[str, str], now: datetime) -> None:
        """After an answer: what its headers say."""
        self._not_before = max(self._not_before, self._clock() + exhausted(headers, now))
        told = remaining(headers, now)
        if told is not None:
            self._told = (told[0], self._clock() + told[1])

    def refused(self, headers: Mapping[str, str], now: datetime) -> float:
        """After a 429: seconds to wait."""
        wait = wait_after(headers, now)
        self._not_before = self._clock() + wait
        self._told = (0, self._not_before)
        return wait


@lru_cache(maxsize=512)
def _kept(server: str, account: str, requests: int) -> Allowance:
    return Allowance(requests)


def allowance(server: str, token: str | None, requests: int) -> Allowance:
    """The one of this process for that server and account; without a token, for our own address."""
    return _kept(server, hashlib.sha256(token.encode()).hexdigest() if token else "", requests)


forget = _kept.cache_clear  # for tests, whose servers share addresses one after another
