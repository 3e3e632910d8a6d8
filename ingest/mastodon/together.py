"""Which tags are asked for in one request: several at once, where the server has shown that it understands.

Servers that do not know `any[]` pass over it in silence, so it is believed only after it has brought a post of a
second tag. Mastodon takes four.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import permutations

from ingest.mastodon.cursor import age
from ingest.mastodon.rest import TAGS, Rest

Group = tuple[str, ...]
Ids = Mapping[str, Collection[str]]  # tag: what its newest page had


class Together:
    def __init__(self, rest: Rest, tags: Collection[str]) -> None:
        self._rest = rest
        self._tags = tuple(tags)
        self.understood: bool | None = None if len(self._tags) > 1 else False

    def groups(self, begun: Collection[str]) -> list[Group]:
        """`begun`: tags that have been read before. A new one is first read alone: its past is its own."""
        if not self.understood:
            return [(tag,) for tag in self._tags]
        old = [tag for tag in self._tags if tag in begun]
        return [*_batched(old, TAGS), *((tag,) for tag in self._tags if tag not in begun)]

    async def learn(self, newest: Ids) -> None:
        """Ask once for two tags at the same time, when the answer can prove something."""
        if self.understood is not None:
            return
        for one, other in permutations(newest, 2):
            only_there = set(newest[other]) - set(newest[one])
            telling = max(only_there, key=age, default="")
            if telling and telling in _newest(newest, one, other):
                page = await self._rest.page(one, other)
                self.understood = telling in {str(status["id"]) for status in page}
                return


def _newest(newest: Ids, one: str, other: str) -> list[str]:
    """What the newest page of both together has to begin with, whatever came since."""
    return sorted({*newest[one], *newest[other]}, key=age, reverse=True)[:20]


def _batched(tags: Sequence[str], size: int) -> list[Group]:
    return [tuple(tags[start : start + size]) for start in range(0, len(tags), size)]
