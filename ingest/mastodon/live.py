"""One live stream of one hashtag: opened, watched, and read until it breaks. Decides nothing about coming back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from ingest.http import Guard, Unreachable, stream
from ingest.mastodon.errors import Denied, Failing, NoStream, RateLimited
from ingest.mastodon.limits import wait_after
from ingest.mastodon.pace import Pace
from ingest.mastodon.stream import Event, Events


async def follow(
    guard: Guard,
    base: str,
    tag: str,
    headers: Mapping[str, str],
    pace: Pace,
    opened: Callable[[], Awaitable[None]],
    heard: Callable[[list[Event], int], Awaitable[None]],
) -> None:
    """Returns never: a stream that ends raises too. `heard` gets whole events and how many were dropped as too long.

    A client of its own, so that many streams cannot use up the connections that asking needs.
    """
    url = f"{base}/api/v1/streaming/hashtag"
    asked = {"accept": "text/event-stream", **headers}
    async with (
        guard.client(timeout=pace.idle) as client,
        stream(client, url, params={"tag": tag}, headers=asked) as response,
    ):
        _check(response, urlsplit(base).netloc)
        await opened()
        events = Events()
        dropped = 0
        async for chunk in response.aiter_raw():
            found = events.feed(chunk)
            if found or events.dropped > dropped:
                await heard(found, events.dropped - dropped)
                dropped = events.dropped
    raise Unreachable(urlsplit(base).netloc, "it ended the live stream")


def _check(response: httpx.Response, host: str) -> None:
    status = response.status_code
    if status in (401, 403, 422):
        raise Denied(f"{host} refused our access token for its live stream ({status}): make one that may read:statuses")
    if status == 429:
        raise RateLimited(host, wait_after(response.headers, datetime.now(UTC)))
    if status >= 500:
        raise Failing(host, status)
    if status != 200 or not response.headers.get("content-type", "").startswith("text/event-stream"):
        raise NoStream(f"{host} offers no live stream of a hashtag")
