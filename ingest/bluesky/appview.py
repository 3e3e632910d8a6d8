"""Asking the AppView, Bluesky's public index, for profiles and posts: 25 at a time, and not while it is down.

Returns what it was told as it came. Keeps nothing but whether it answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from ingest.http import Guard, OutboundError, Unreachable

PUBLIC = "https://public.api.bsky.app"
AT_ONCE = 25  # more is refused
MODERATION = "did:plc:ar7c4by46qjdydhdevvrndac"  # Bluesky's own labeler
MAX_LABELERS = 20
DEADLINE = 5.0  # seconds; posts wait for it
PAUSE = 30.0  # seconds without asking, after it failed
_MAX_BYTES = 4_000_000


View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    param: str
    part: str  # of the answer
    refused: set[str]


class AppView:
    def __init__(
        self,
        guard: Guard,
        client: httpx.AsyncClient,
        base: str = PUBLIC,
        *,
        labelers: Sequence[str] = (),
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard, self._client, self._base = guard, client, base.rstrip("/")
        # Whoever names labelers gets no others: Bluesky's own, which takes posts down, must stay among them.
        named = [f"{MODERATION};redact", *labelers][:MAX_LABELERS]
        self._headers = {"atproto-accept-labelers": ", ".join(named)} if labelers else {}
        self._pause, self._clock = pause, clock
        self._quiet_until = 0.0
        self.problem = ""  # one plain sentence while it does not answer

    async def profiles(self, dids: Collection[str]) -> list[View]:
        """What it knows of these accounts; those it does not know are left out. Raises OutboundError."""
        return await self._all(_Question("app.bsky.actor.getProfiles", "actors", "profiles", set()), list(dids))

    async def posts(self, uris: Collection[str], refused: set[str] | None = None) -> list[View]:
        """Views of these posts; those that are gone, or not there yet, are left out. Raises OutboundError.

        `refused` gains what it would not look for: that says nothing about whether it is there.
        """
        refused = set() if refused is None else refused
        return await self._all(_Question("app.bsky.feed.getPosts", "uris", "posts", refused), list(uris))

    async def _all(self, question: _Question, ids: list[str]) -> list[View]:
        found: list[View] = []
        for start in range(0, len(ids), AT_ONCE):
            found += await self._some(question, ids[start : start + AT_ONCE])
        return found

    async def _some(self, question: _Question, ids: list[str]) -> list[View]:
        status, body = await self._get(f"{self._base}/xrpc/{question.method}", {question.param: ids})
        if status == 400 and len(ids) > 1:  # one bad id must not take the others with it
            half = len(ids) // 2
            return await self._some(question, ids[:half]) + await self._some(question, ids[half:])
        if status == 400:
            question.refused.update(ids)
        part = question.part
        listed = body.get(part) if isinstance(body, dict) else None
        return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []

    async def _get(self, url: str, params: dict[str, list[str]]) -> tuple[int, Any]:
        host = urlsplit(self._base).hostname or self._base
        if self._clock() < self._quiet_until:
            raise Unreachable(host, "it did not answer a moment ago")
        try:
            status, _, body = await self._guard.get_json(
                self._client, url, params=params, headers=self._headers, max_bytes=_MAX_BYTES, deadline=DEADLINE
            )
            if status not in (200, 400):
                raise Unreachable(host, f"it answered with error {status}")
        except OutboundError as error:
            self._quiet_until = self._clock() + self._pause
            self.problem = str(error)
            raise
        self.problem = ""
        return status, body
