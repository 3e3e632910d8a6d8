"""What can be made to go wrong on a server, for tests: armed by name, counted when it really happened."""

from __future__ import annotations

from collections import Counter


class Faults:
    def __init__(self) -> None:
        self._armed: dict[str, float] = {}
        self.fired: Counter[str] = Counter()

    def arm(self, name: str, times: float = 1) -> None:
        """The next `times` occasions go wrong; `math.inf` until disarmed."""
        self._armed[name] = times

    def disarm(self, name: str) -> None:
        self._armed.pop(name, None)

    def strikes(self, name: str) -> bool:
        """Whether this occasion goes wrong. Asking uses one up."""
        left = self._armed.get(name, 0)
        if left <= 0:
            return False
        self._armed[name] = left - 1
        self.fired[name] += 1
        return True
