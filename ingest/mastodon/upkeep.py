"""Posts of ours that the lists did not have: deleted, edited out of the tag, or only too old for a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from ingest.mastodon.cursor import age
from ingest.mastodon.deletions import Deletions
from ingest.mastodon.handing import Handing
from ingest.mastodon.memory import Memory
from ingest.mastodon.origin import is_foreign
from ingest.mastodon.parse import Server
from ingest.mastodon.rest import GONE, Rest
from ingest.mastodon.rounds import RESERVE, Stretch
from ingest.types import Held, House, IncomingDeletion

_HELD = 3_000  # newest posts of the house that are looked after: who was away hears of no deletion again
_SUSPECTS = 20  # missing from a list they should be on: asked for at once
_ROTATION = 5  # too old for the list: asked for a few at a time, more in a deep round


class Upkeep:
    def __init__(
        self,
        rest: Rest,
        house: House,
        upstream: str,
        server: Server,
        memory: Memory,
        handing: Handing,
        deletions: Deletions,
    ) -> None:
        self._rest, self._house, self._upstream, self._server = rest, house, upstream, server
        self._memory, self._handing, self._deletions = memory, handing, deletions
        self._asked: dict[str, float] = {}  # local id: when we last asked for this one post

    async def look_after(
        self,
        seen: Collection[str],
        floor: tuple[int, str],
        began: float,
        pages: int,
        now: datetime,
        beneath: Collection[Stretch] = (),
    ) -> None:
        """`floor`: the age from which on the lists were complete; `beneath`: pieces further down that were, too.

        What a stream told since `began` is accounted for.
        """
        held = [post for post in await self._house.held(self._upstream, _HELD) if post.address[1] == self._server.host]
        missing = sorted(
            (post for post in held if not self._accounted_for(post.address.local_id, seen, began)),
            key=lambda post: self._asked.get(post.address.local_id, 0.0),
        )
        suspects = [
            post
            for post in missing
            if age(post.address.local_id) > floor or self._lacking(post.address.local_id, beneath)
        ][:_SUSPECTS]
        rotation = [post for post in missing if age(post.address.local_id) <= floor][: _ROTATION * pages]
        for post in suspects + (rotation if self._rest.allowance.spare() > RESERVE else []):
            await self._ask_for(post, now)
        listed = {post.address.local_id for post in held}
        self._asked = {local_id: at for local_id, at in self._asked.items() if local_id in listed}

    def _accounted_for(self, local_id: str, seen: Collection[str], began: float) -> bool:
        return local_id in seen or self._memory.live_since(local_id, began)

    def _lacking(self, local_id: str, beneath: Collection[Stretch]) -> bool:
        return any(
            stretch.lacks(local_id) and not self._memory.live_since(local_id, stretch.asked_at) for stretch in beneath
        )

    async def _ask_for(self, post: Held, now: datetime) -> None:
        asked_at = self._memory.clock()
        answer = await self._rest.status(post.address.local_id)
        self._asked[post.address.local_id] = asked_at
        if isinstance(answer, Mapping):
            await self._handing.statuses([answer], asked_at, now)
        elif answer is GONE and is_foreign(post.uri, self._server):
            await self._deletions.ask_about(IncomingDeletion(post.address, post.uri), post.uri)
        elif answer is GONE:
            await self._handing.deletion(IncomingDeletion(post.address, post.uri))
