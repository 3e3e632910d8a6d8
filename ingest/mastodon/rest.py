"""Asking a Mastodon API: one page of a tag, one status, any answer of the instance. Keeps within the server's limits.

Owns requests and what their status means. Parses no status and keeps no cursor.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from ingest.http import Answer, Garbled, fetch
from ingest.mastodon.errors import Denied, Failing, RateLimited
from ingest.mastodon.fields import identifier
from ingest.mastodon.limits import Budget, exhausted, wait_after

PAGE = 40  # the most a server gives at once
_GONE = (404, 410)


class Gone:
    """The status is no longer there."""


GONE = Gone()


class Rest:
    def __init__(
        self,
        client: httpx.AsyncClient,
        base: str,
        token: str | None = None,
        *,
        deadline: float = 20.0,
        requests: int = 280,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base = base.rstrip("/")
        self.host = urlsplit(self.base).netloc.lower()
        self.token = token
        self.local_only = False  # ask for this server's own posts alone, where it shows strangers no others
        self._client = client
        self._deadline = deadline
        self._clock = clock
        self._all = Budget(requests, 300, clock)
        self._paged = Budget(requests, 900, clock)  # whatever has a cursor is three times as dear
        self._not_before = 0.0

    async def page(self, tag: str, **cursor: str) -> list[Mapping[str, Any]]:
        """One page of a tag: the newest posts, those right after `min_id`, or those before `max_id`. Any order."""
        params = {"limit": str(PAGE), **cursor} | ({"local": "true"} if self.local_only else {})
        answer = await self._get(f"/api/v1/timelines/tag/{quote(tag, safe='')}", params, paged=bool(cursor))
        if answer.status in (401, 403, 422):
            raise Denied(f"{self.host} shows hashtags only to people who are signed in there: add an access token.")
        if answer.status != 200:
            raise Denied(f"{self.host} does not offer what a Mastodon server offers: a page of a hashtag's posts.")
        statuses = answer.json()
        if not isinstance(statuses, list):
            raise Garbled(self.host, "a timeline should be a list")
        return [status for status in statuses if isinstance(status, dict) and identifier(status.get("id"))]

    async def status(self, local_id: str) -> Mapping[str, Any] | Gone | None:
        """One status. None: the server does not say."""
        answer = await self._get(f"/api/v1/statuses/{quote(local_id, safe='')}")
        if answer.status in _GONE and "json" in answer.headers.get("content-type", ""):
            return GONE  # said by the API; an error page of something in between says nothing
        if answer.status != 200:
            return None
        status = answer.json()
        return status if isinstance(status, dict) else None

    async def instance(self, version: int) -> Mapping[str, Any] | None:
        """What the server says of itself. None: it does not say it here."""
        answer = await self._get(f"/api/v{version}/instance")
        if answer.status != 200:
            return None
        said = answer.json()
        return said if isinstance(said, dict) else None

    def spare(self) -> int:
        """How many requests of the dearest kind the budgets still have."""
        return min(self._all.left(), self._paged.left())

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    async def _get(self, path: str, params: Mapping[str, str] | None = None, *, paged: bool = False) -> Answer:
        await self._in_budget(paged)
        answer = await fetch(
            self._client,
            self.base + path,
            params=params,
            headers={"accept": "application/json", **self.headers()},
            deadline=self._deadline,
        )
        now = datetime.now(UTC)
        if answer.status == 429:
            wait = wait_after(answer.headers, now)
            self._not_before = self._clock() + wait
            raise RateLimited(self.host, wait)
        if answer.status >= 500:
            raise Failing(self.host, answer.status)
        self._not_before = max(self._not_before, self._clock() + exhausted(answer.headers, now))
        return answer

    async def _in_budget(self, paged: bool) -> None:
        budgets = (self._all, self._paged) if paged else (self._all,)
        wait = max(self._not_before - self._clock(), *(budget.wait() for budget in budgets))
        if wait > 0:
            # The server's windows end on the clock: a little later, not all at once.
            await asyncio.sleep(wait * random.uniform(1.0, 1.1))  # noqa: S311 - jitter
        for budget in budgets:
            budget.take()
