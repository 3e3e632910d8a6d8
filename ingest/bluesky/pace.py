"""How long a reader waits for what. One value, so that tests need not wait at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, but for `batch_size`."""

    batch: float = 0.1  # from the first event of a batch to the last
    batch_size: int = 100
    tick: float = 1.0  # without an event, until something else may be due
    silence: float = 20.0  # everybody's account events come by: a host without any is dead, whatever TCP says
    dial: float = 15.0
    stable: float = 60.0  # a connection that held so long was a good one
    first_wait: float = 0.5
    longest_wait: float = 30.0
    cursor: float = 5.0  # between two batches that hold nothing but the cursor
    refresh: float = 15.0  # until we ask again for profiles that could not be read
    sweep: float = 600.0  # until all authors of what we hold are read anew
    recheck: float = 5.0  # until we ask again whose turn it is to be looked at
    request: float = 1.0  # between two looks: at most 60 a minute, a tenth of what a server lets one address ask
    missing: float = 600.0  # a post must be missing so long, twice, before it is gone
    settle: float = 300.0  # after a change the AppView may still show what was before
    search: float = 900.0  # between two searches for what the stream may have lost
