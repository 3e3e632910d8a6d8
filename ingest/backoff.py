"""How long to wait before the next try: a random time below a ceiling that doubles, from one second to a minute."""

from __future__ import annotations

import random
import time
from collections.abc import Callable


class Backoff:
    """Full jitter, so that many who lost the same server do not come back at once."""

    def __init__(
        self,
        first: float = 1.0,
        longest: float = 60.0,
        healthy_after: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._longest = longest
        self._healthy_after = healthy_after
        self._clock = clock
        self._ceiling = first
        self._since: float | None = None

    def working(self) -> None:
        """It works again. Only after it has for a while is the past forgotten: a flapping server stays slow."""
        if self._since is None:
            self._since = self._clock()

    def next(self) -> float:
        """The wait after one more failure."""
        if self._since is not None and self._clock() - self._since >= self._healthy_after:
            self._ceiling = self._first
        self._since = None
        ceiling, self._ceiling = self._ceiling, min(self._longest, self._ceiling * 2)
        return random.uniform(0, ceiling)  # noqa: S311 - jitter, no secret
