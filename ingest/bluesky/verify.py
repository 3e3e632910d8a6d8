"""Are the posts of an author still what they were, when their whole repository is told anew (`#sync`)?

The stream tells what is there now, and nothing of what is not any more: that takes two looks through the AppView.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from ingest.bluesky import views
from ingest.bluesky.appview import AppView
from ingest.bluesky.gone import author_of, gone, is_answer
from ingest.bluesky.people import People
from ingest.bluesky.sight import look
from ingest.http import OutboundError
from ingest.types import Held, House, Incoming

MAX_HELD = 1_000  # of the newest posts


class Verifier:
    def __init__(
        self, house: House, upstream: str, appview: AppView, people: People, now: Callable[[], datetime]
    ) -> None:
        self._house, self._upstream, self._now = house, upstream, now
        self._appview, self._people = appview, people
        self.suspects: dict[str, float] = {}  # authors to look at, and since when

    async def first_look(self, dids: Collection[str]) -> list[Incoming]:
        """Swapped words come down at once. A post that is missing may only be too new for the AppView: not yet."""
        self.suspects |= dict.fromkeys(dids, time.monotonic())
        try:
            return await self._look(await self._of(dids), missing=False)
        except OutboundError:
            return []

    async def second_look(self, before: float) -> list[Incoming]:
        """Of those suspected since `before`, what the AppView still does not have is gone."""
        dids = {did for did, since in self.suspects.items() if since <= before}
        if not dids:
            return []
        try:
            items = await self._look(await self._of(dids), missing=True)
        except OutboundError:
            return []  # they stay suspect
        self.suspects = {did: since for did, since in self.suspects.items() if did not in dids}
        return items

    async def held(self) -> Sequence[Held]:
        return await self._house.held(self._upstream, MAX_HELD)

    async def _of(self, dids: Collection[str]) -> list[Held]:
        return [held for held in await self.held() if author_of(held.uri) in dids]

    async def _look(self, held: Sequence[Held], *, missing: bool) -> list[Incoming]:
        sight = await look(self._appview, [one.uri for one in held])
        changed = [
            view for one in held if (view := sight.views.get(one.uri)) is not None and view.get("cid") != one.version
        ]
        read = await self._people.read(author_of(str(view["uri"])) for view in changed)
        told = [
            views.post(view, seen_at=self._now(), author=self._people.tell(author_of(str(view["uri"])), read))
            for view in changed
        ]
        items: list[Incoming] = [post for post in told if post]
        if missing and await is_answer(held, sight.views.keys(), self._people):
            items += await gone(
                [one for one in held if one.uri not in sight.views.keys() | sight.refused], self._people
            )
        return items
