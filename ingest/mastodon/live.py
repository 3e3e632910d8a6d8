"""One live stream of one hashtag as server-sent events: opened, watched, and read until it breaks.

Decides nothing about coming back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from ingest.http import Guard, Unreachable, stream
from ingest.mastodon.pace import Pace
from ingest.mastodon.refusals import refusal
from ingest.mastodon.stream import Event, Events

Opened = Callable[[], Awaitable[None]]
Heard = Callable[[list[Event], int], Awaitable[None]]  # whole events, and how many were dropped as too long


async def follow(
    guard: Guard, base: str, tag: str, headers: Mapping[str, str], pace: Pace, opened: Opened, heard: Heard
) -> None:
    """Returns never: a stream that ends raises too.

    A client of its own, so that many streams cannot use up the connections that asking needs.
    """
    url, host = f"{base}/api/v1/streaming/hashtag", urlsplit(base).netloc
    asked = {"accept": "text/event-stream", **headers}
    async with (
        guard.client(timeout=pace.idle) as client,
        stream(client, url, params={"tag": tag}, headers=asked) as response,
    ):
        kind = response.headers.get("content-type", "")
        if response.status_code != 200 or not kind.startswith("text/event-stream"):
            raise refusal(host, response.status_code, response.headers, "live stream of events")
        await opened()
        events = Events()
        dropped = 0
        async for chunk in response.aiter_raw():
            found = events.feed(chunk)
            if found or events.dropped > dropped:
                await heard(found, events.dropped - dropped)
                dropped = events.dropped
    raise Unreachable(host, "it ended the live stream")
