"""How often somebody may do something, in this process: token buckets by key. Knows no address and no person.

A hall is one address: keys are browsers and card codes first; an address is only a flood stop, and high.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import TooFast

KEYS = 50_000  # buckets kept; the one used longest ago goes first


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one more every `every` seconds."""

    burst: int
    every: float


class Limits:
    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def spend(self, act: str, key: str, rate: Rate, sentence: str) -> None:
        """Take one. Raises TooFast, with the seconds to wait, where there is none left."""
        if wait := self._wait(act, key, rate):
            raise TooFast(sentence, wait)

    def take(self, act: str, key: str, rate: Rate) -> bool:
        """Take one, if there is one."""
        return not self._wait(act, key, rate)

    def _wait(self, act: str, key: str, rate: Rate) -> float:
        now = self._timer()
        tokens, since = self._buckets.pop((act, key), (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + (now - since) / rate.every)
        enough = tokens >= 1
        self._buckets[act, key] = (tokens - 1 if enough else tokens, now)
        while len(self._buckets) > KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if enough else (1 - tokens) * rate.every
