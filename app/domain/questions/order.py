"""In which order questions stand: by votes; of equals by a chance that stays what it is. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

RESTS = 3  # so many of the first in order stand before the lane
LANE = 3  # so many of those not yet heard stand in it


def in_order(ids: Iterable[int], votes: Mapping[int, int], seed: str) -> list[int]:
    """Neither who was faster nor who was later comes first among equals: chance does, the same for everybody."""
    return sorted(ids, key=lambda id: (-votes.get(id, 0), _chance(seed, id)))


def lane(ordered: Sequence[int], unheard: Iterable[int]) -> list[int]:
    """Askers not yet heard, in the order they were given, whom the votes alone would leave far down."""
    first = set(ordered[:RESTS])
    return [id for id in unheard if id not in first][:LANE]


def _chance(seed: str, id: int) -> bytes:
    return hashlib.sha256(f"{seed}/{id}".encode()).digest()
