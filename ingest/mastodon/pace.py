"""How often and how long: every interval of the reader in one place, so that tests can make them short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.types import SourceConfig


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, and below them counts."""

    poll: float = 15.0  # between rounds without a stream; servers cache their answers this long
    sweep: float = 90.0  # between rounds beside a stream: edits, deletions and late arrivals it did not tell
    idle: float = 45.0  # silence on a stream, three heartbeats, after which it is dead
    deadline: float = 20.0  # for one answer, all in all
    first_wait: float = 1.0
    longest_wait: float = 60.0
    requests: int = 280  # in 5 minutes; and as many with a cursor in 15. The servers' rule is 300
    refused: float = 600.0  # after which a token or a stream that was refused is tried once more
    origin: float = 5.0  # for the author's own server to say whether a post still stands
    sweep_pages: int = 3  # of 40 posts
    more_pages: int = 2  # down to all that is shown, where it cannot be asked for otherwise
    past_pages: int = 10  # of the past, after each round
    deep_pages: int = 3  # beneath the newest, after each round: where late arrivals take their place
    put_off: float = 300.0  # until a post is asked for again of which the server would not say whether it stands
    alone: float = 600.0  # until a server that cannot be asked for several posts at once is tried again
    after: float = 60.0  # until the house is asked again whose turn it is, where the event is over
    next: float = 5.0  # between two looks at what is over, while more of it waits
    longest_after: float = 3600.0  # between two tries at a server that does not answer, where the event is over

    @property
    def deep_every(self) -> int:
        """Without a stream every so many rounds go deeper, and look after what is shown: about once a minute."""
        return min(4, max(1, round(60 / self.poll)))


def asked_for(sources: Sequence[SourceConfig]) -> Pace:
    """The usual pace, or as the most impatient of the sources wants to poll; the servers' limits are kept anyway."""
    wishes = [source.settings.get("every") for source in sources if not source.over]
    asked = [float(every) for every in wishes if isinstance(every, int | float)]
    return replace(Pace(), poll=max(1.0, min(asked))) if asked else Pace()
