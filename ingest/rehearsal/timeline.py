"""When each line of the script happens, by the clock on the wall. Pure: waits for nothing.

The first `prelude` seconds lie before the opening at their real distance; after it time runs `speed` times as fast, and
no wait between two acts is longer than `longest_wait` real seconds. At infinite speed there are no waits: then the
whole script lies before the opening, at its real distances but for the empty hours.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

_LONGEST_REST = 3600.0  # at infinite speed: the night shrinks, so that the script fits into a day and a half of replay


class Timeline:
    def __init__(
        self, times: Sequence[float], opened_at: datetime, *, speed: float, prelude: float, longest_wait: float
    ) -> None:
        self.opened_at = opened_at
        self.prelude = prelude
        self.immediate = math.isinf(speed)
        self._times = sorted({0.0, prelude, *times})
        self._offsets = [0.0]
        for before, after in zip(self._times, self._times[1:], strict=False):
            self._offsets.append(self._offsets[-1] + self._real(before, after, speed, longest_wait))
        if self.immediate:
            self._zero = self._offsets[-1]
        else:
            self._zero = self._offsets[self._times.index(prelude)]
        self._rate = 1.0 if self.immediate else speed

    def _real(self, before: float, after: float, speed: float, longest_wait: float) -> float:
        gap = after - before
        if self.immediate:
            return min(gap, _LONGEST_REST)
        return gap if after <= self.prelude else min(gap / speed, longest_wait)

    def moment(self, t: float) -> datetime:
        """The wall clock's time for script time `t`, also between lines, before the first and after the last."""
        return self.opened_at + timedelta(seconds=self._offset(t) - self._zero)

    def due(self, t: float, now: datetime) -> bool:
        """Whether a line at `t` has been said already when a rehearsal (re)starts at `now`."""
        return t <= self.prelude if self.immediate else self.moment(t) <= now

    def _offset(self, t: float) -> float:
        if t <= 0:
            return t  # before the doors open, a second is a second
        index = bisect_right(self._times, t) - 1
        if index == len(self._times) - 1:
            return self._offsets[-1] + (t - self._times[-1]) / self._rate
        before, after = self._times[index], self._times[index + 1]
        share = (t - before) / (after - before)
        return self._offsets[index] + share * (self._offsets[index + 1] - self._offsets[index])
