"""Asking a Mastodon API: one page of a tag, one status, any answer of the instance. Keeps within the server's limits.

Owns requests and what their status means. Parses no status and keeps no cursor.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx

from ingest.http import Answer, Garbled, fetch
from ingest.mastodon.allowance import Allowance
from ingest.mastodon.errors import Denied, Failing, RateLimited
from ingest.mastodon.fields import identifier, records

PAGE = 40  # the most a server gives at once
TAGS = 4  # the most tags a server takes in one request; further ones it passes over without a word
AT_ONCE = 20  # the most statuses a server looks up in one request; it refuses more
_GONE = (404, 410)
_REFUSED = (401, 403, 422)


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
        allowance: Allowance | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.host = urlsplit(self.base).netloc.lower()
        self.token = token
        self.only: Literal["", "local", "remote"] = ""  # ask for these posts alone, where it shows us no others
        self.allowance = allowance or Allowance(280)
        self._client = client
        self._deadline = deadline
        self._has_worked = False

    async def page(self, tag: str, *others: str, **cursor: str) -> list[Mapping[str, Any]]:
        """One page of a tag: the newest posts, those right after `min_id`, or those before `max_id`. Any order.

        `others`: posts with any of these too, where the server knows how.
        """
        params: dict[str, str | list[str]] = {"limit": str(PAGE), **cursor}
        params |= {self.only: "true"} if self.only else {}
        params |= {"any[]": list(others)} if others else {}
        answer = await self._get(f"/api/v1/timelines/tag/{quote(tag, safe='')}", params, paged=bool(cursor))
        if answer.status != 200:
            raise self._no_page(answer.status)
        statuses = answer.json()
        if not isinstance(statuses, list):
            raise Garbled(self.host, "a timeline should be a list")
        self._has_worked = True
        return [status for status in statuses if isinstance(status, dict) and identifier(status.get("id"))]

    def _no_page(self, status: int) -> Denied | Failing:
        """What a person has to settle is told apart from what passes by itself."""
        if status not in _REFUSED:
            if self._has_worked:  # something in between answers in its place
                return Failing(self.host, status)
            return Denied(f"{self.host} does not offer what a Mastodon server offers: a page of a hashtag's posts.")
        if self.token is None:
            return Denied(f"{self.host} shows hashtags only to people who are signed in there: add an access token.")
        if status == 403:
            return Denied(f"{self.host} does not let our access token read hashtags: it needs read:statuses.")
        return Denied(f"{self.host} does not know our access token ({status}).")

    async def status(self, local_id: str, **unheeded: str) -> Mapping[str, Any] | Gone | None:
        """One status. None: the server does not say. `unheeded`: a parameter that only keeps caches from answering."""
        answer = self._known(await self._get(f"/api/v1/statuses/{quote(local_id, safe='')}", unheeded))
        if answer.status in _GONE and "json" in answer.headers.get("content-type", ""):
            return GONE  # said by the API; an error page of something in between says nothing
        if answer.status != 200:
            return None
        status = answer.json()
        return status if isinstance(status, dict) else None

    async def statuses(self, local_ids: Collection[str]) -> dict[str, Mapping[str, Any]] | None:
        """Those of these that it shows us, by id. Says nothing of the others. None: it cannot be asked for several."""
        answer = self._known(await self._get("/api/v1/statuses", {"id[]": list(local_ids)}))
        if answer.status != 200:
            return None
        try:
            said = answer.json()
        except Garbled:  # a page for people, which some servers give for whatever they do not know
            return None
        shown = {identifier(status.get("id")): status for status in records(said, AT_ONCE)}
        return {local_id: shown[local_id] for local_id in local_ids if local_id in shown}

    def _known(self, answer: Answer) -> Answer:
        """A token that this server does not take any more says nothing about a post."""
        if answer.status == 401 and self.token is not None:
            raise Denied(f"{self.host} does not know our access token (401).")
        return answer

    async def instance(self, version: int) -> Mapping[str, Any] | None:
        """What the server says of itself. None: it does not say it here."""
        answer = await self._get(f"/api/v{version}/instance")
        if answer.status != 200:
            return None
        said = answer.json()
        return said if isinstance(said, dict) else None

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    async def _get(
        self, path: str, params: Mapping[str, str | list[str]] | None = None, *, paged: bool = False
    ) -> Answer:
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
            raise RateLimited(self.host, self.allowance.refused(answer.headers, now))
        if answer.status >= 500:
            raise Failing(self.host, answer.status)
        self.allowance.heard(answer.headers, now)
        return answer

    async def _in_budget(self, paged: bool) -> None:
        wait = self.allowance.wait(paged=paged)
        if wait > 0:
            # The server's windows end on the clock: a little later, not all at once.
            await asyncio.sleep(wait * random.uniform(1.0, 1.1))  # noqa: S311 - jitter
        self.allowance.take(paged=paged)
