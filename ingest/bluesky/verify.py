"""Are the posts we hold still what they were? Asked of the AppView where the stream alone cannot say.

So after a `#sync`, when a whole repository is told anew, and after a gap. Decides when to look, and what is gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from ingest.bluesky import views
from ingest.bluesky.appview import AppView
from ingest.bluesky.people import People
from ingest.http import OutboundError
from ingest.types import Held, House, Incoming, IncomingDeletion

MAX_HELD = 1_000  # of the newest posts


class Verifier:
    def __init__(
        self, house: House, upstream: str, appview: AppView, people: People, now: Callable[[], datetime]
    ) -> None:
        self._house, self._now = house, now
        self.upstream = upstream
        self._appview, self._people = appview, people
        self.suspects: dict[str, float] = {}  # authors to look at, and since when
        self._all_since: float | None = None

    def suspect_everybody(self) -> None:
        self._all_since = time.monotonic()

    async def first_look(self, dids: Collection[str]) -> list[Incoming]:
        """Swapped words come down at once. A post that is missing may only be too new for the AppView: not yet."""
        self.suspects |= dict.fromkeys(dids, time.monotonic())
        return await self._look([held for held in await self.held() if author_of(held.uri) in dids], missing=False)

    async def second_look(self, before: float) -> list[Incoming]:
        """Of those suspected since `before`, what the AppView still does not have is gone."""
        dids = {did for did, since in self.suspects.items() if since <= before}
        everybody = self._all_since is not None and self._all_since <= before
        if not (dids or everybody):
            return []
        held = [one for one in await self.held() if everybody or author_of(one.uri) in dids]
        items = await self._look(held, missing=True)
        if not self._appview.problem:  # else they stay suspect
            self.suspects = {did: since for did, since in self.suspects.items() if did not in dids}
            self._all_since = None if everybody else self._all_since
        return items

    async def held(self) -> Sequence[Held]:
        return await self._house.held(self.upstream, MAX_HELD)

    async def _look(self, held: Sequence[Held], *, missing: bool) -> list[Incoming]:
        try:
            found = {view.get("uri"): view for view in await self._appview.posts([one.uri for one in held])}
        except OutboundError:
            return []
        if not found and len({author_of(one.uri) for one in held}) > 1:
            return []  # nothing at all of several people is no answer, it is a fault
        gone: list[Incoming] = [IncomingDeletion(one.address, one.uri) for one in held if one.uri not in found]
        changed = [found[one.uri] for one in held if one.uri in found and found[one.uri].get("cid") != one.version]
        await self._people.read(author_of(str(view["uri"])) for view in changed)
        posts = [
            views.post(view, seen_at=self._now(), author=self._people.tell(author_of(str(view["uri"]))))
            for view in changed
        ]
        return [*(gone if missing else ()), *(post for post in posts if post)]


def author_of(uri: str) -> str:
    """The DID in an at:// address."""
    return uri.split("/")[2] if uri.count("/") >= 2 else ""
