"""Posts of ours that the lists did not have: deleted, edited out of the tag, or only too old for a list.

Whose turn it is the house says. What the lists or a stream have told is an answer already; the rest is asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ingest.mastodon.cursor import age
from ingest.mastodon.memory import Memory
from ingest.mastodon.parse import Server
from ingest.mastodon.recheck import Recheck
from ingest.mastodon.rounds import RESERVE, Stretch
from ingest.types import Held, House

_HELD = 3_000  # newest posts of the house that are looked after: who was away hears of no deletion again
_SUSPECTS = 20  # missing from a list they should be on: asked for at once
_DUE = 500  # more than two events show
_REQUESTS = 15  # at a time, for whose turn it is
_BENEATH = 40  # requests that these leave for late arrivals, which only the lists beneath the newest tell of


class Upkeep:
    def __init__(self, house: House, upstream: str, server: Server, memory: Memory, recheck: Recheck) -> None:
        self._house, self._upstream, self._server = house, upstream, server
        self._memory, self._recheck = memory, recheck
        self._asked: set[str] = set()  # missing, and asked for since: it is the house that says when again

    @property
    def one_by_one(self) -> bool:
        """Whether this server cannot be asked for several posts at once."""
        return self._recheck.one_by_one

    async def look_after(
        self,
        seen: Collection[str],
        floor: tuple[int, str],
        began: float,
        now: datetime,
        beneath: Collection[Stretch] = (),
    ) -> None:
        """`floor`: the age from which on the lists were complete; `beneath`: pieces further down that were, too.

        What a stream told since `began` is accounted for.
        """
        held = [post for post in await self._house.held(self._upstream, _HELD) if post.address[1] == self._server.host]
        missing = [post for post in held if not self._accounted_for(post, seen, began)]
        self._asked &= {post.address.local_id for post in missing}
        suspects = [post for post in missing if self._should_be_listed(post, floor, beneath)]
        new = [post for post in suspects if post.address.local_id not in self._asked][:_SUSPECTS]
        self._asked |= await self._recheck.ask(new, _SUSPECTS + 1, now, alive=True)

    async def take_turns(self, seen: Collection[str], began: float, now: datetime) -> None:
        """Those whose turn it is, what is shown first. `seen`: whatever any list had."""
        due = await self._recheck.due(_DUE)
        told = {post for post in due if self._accounted_for(post, seen, began)}
        await self._recheck.told(told)
        rest = [post for post in due if post not in told]
        await self._recheck.ask(rest, _REQUESTS, now, reserve=RESERVE + _BENEATH, alive=True)

    def _accounted_for(self, post: Held, seen: Collection[str], began: float) -> bool:
        return post.address.local_id in seen or self._memory.live_since(post.address.local_id, began)

    def _should_be_listed(self, post: Held, floor: tuple[int, str], beneath: Collection[Stretch]) -> bool:
        local_id = post.address.local_id
        return age(local_id) > floor or any(
            stretch.lacks(local_id) and not self._memory.live_since(local_id, stretch.asked_at) for stretch in beneath
        )
