"""Searching for what the stream did not bring: older posts, and what was said during a gap. Needs an account.

Search is no source of its own: it leaves things out, and its operator asks not to be used as one. So it is asked
rarely, a few pages, and whatever it will not say now is asked for another time, without noise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ingest.bluesky import views
from ingest.bluesky.account import Account, NotNow
from ingest.bluesky.pace import Pace
from ingest.bluesky.parse import tags_of
from ingest.bluesky.people import People
from ingest.bluesky.session import NotSignedIn
from ingest.text import tags
from ingest.types import Batch, House, IncomingPost

METHOD = "app.bsky.feed.searchPosts"
AT_ONCE = 100
MAX_PAGES = 20  # of one tag
OVERLAP = timedelta(minutes=10)  # the index of search lags behind

View = dict[str, Any]


class Search:
    def __init__(
        self,
        account: Account,
        wanted: Sequence[str],
        house: House,
        upstream: str,
        people: People,
        now: Callable[[], datetime],
        pace: Pace,
    ) -> None:
        self._account, self._wanted, self._house, self._upstream = account, frozenset(wanted), house, upstream
        self._people, self._now, self._pace = people, now, pace
        self._since: datetime | None = None  # how far back; None: to the beginning
        self._asked = asyncio.Event()
        self.problem = ""  # one plain sentence while it does not answer

    def fill_from(self, moment: datetime | None) -> None:
        """Something was missed from this moment on (None: from the beginning): search for it now."""
        self._since = moment if moment is None or self._since is None else min(moment, self._since)
        self._asked.set()

    async def run(self) -> None:
        """For ever, or until only a person can help: then `problem` says how."""
        self._since = None if await self._account.is_new() else self._now() - OVERLAP
        while True:
            self._asked.clear()
            begun, wait = self._now(), self._pace.search
            try:
                await self._fill(self._since)
            except NotSignedIn as refusal:
                self.problem = str(refusal)
                return
            except NotNow as reason:
                self.problem, wait = str(reason), reason.wait or wait
            else:
                self.problem = ""
                self._since = begun - OVERLAP if not self._asked.is_set() else self._since
            await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        """Somebody who asks need not wait, unless the server does not want to be asked."""
        if self.problem:
            await asyncio.sleep(seconds)
            return
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        except TimeoutError:
            return

    async def _fill(self, since: datetime | None) -> None:
        for tag in sorted(self._wanted):
            async for page in self._pages(tag, since):
                await self._take(page)

    async def _pages(self, tag: str, since: datetime | None) -> AsyncIterator[list[View]]:
        """Until a page is empty, says the same as the one before where to go on, or there were enough."""
        asked: dict[str, str | list[str]] = {"q": f"#{tag}", "sort": "latest", "limit": str(AT_ONCE)}
        if since is not None:
            asked["since"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        seen: set[str] = set()
        for _ in range(MAX_PAGES):
            said = await self._account.get(METHOD, asked)
            listed = said.get("posts")
            page = [view for view in listed if isinstance(view, dict)] if isinstance(listed, list) else []
            if not page:
                return
            yield page
            cursor = said.get("cursor")
            if not isinstance(cursor, str) or not cursor or cursor in seen:
                return
            seen.add(cursor)
            asked["cursor"] = cursor
            await asyncio.sleep(self._pace.request)

    async def _take(self, page: Sequence[View]) -> None:
        """What has the tag and is new to us. Search takes words for tags, and knows what we know."""
        ours = {str(view.get("uri")): view for view in page if tags.matches(tags_of(view.get("record")), self._wanted)}
        known = await self._house.known(ours) if ours else set()
        new = [view for uri, view in ours.items() if uri not in known]
        posts = [post for view in new if (post := views.post(view, seen_at=self._now()))]
        if posts:
            read = await self._people.read({post.author.uri for post in posts})
            items = tuple(self._found(post, read) for post in posts)
            await self._house.receive(Batch(self._upstream, items))

    def _found(self, post: IncomingPost, read: Any) -> IncomingPost:
        return replace(post, author=self._people.tell(post.author.uri, read), backfilled=True)
