"""One live WebSocket for all tags of a server: opened, subscribed, watched, and read until it breaks.

Decides nothing about coming back. The server's pings are answered by the library, ours are the watchdog.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ingest.http import Guard, Unreachable
from ingest.mastodon.errors import Denied, Failing, NoSuchStream
from ingest.mastodon.frames import Channel, Complaint, read
from ingest.mastodon.live import Heard, Opened
from ingest.mastodon.pace import Pace
from ingest.mastodon.refusals import refusal
from ingest.mastodon.stream import MAX_EVENT

_WORD = re.compile(r"[A-Za-z0-9._~-]+")  # what a header's word may be made of


async def follow(
    guard: Guard, base: str, channels: Sequence[Channel], token: str, pace: Pace, opened: Opened, heard: Heard
) -> None:
    """Returns never: a socket that ends raises too. The first channel is asked for in the address: old servers have
    no other way."""
    host = urlsplit(base).netloc
    url = f"{base.replace('http', 'ws', 1)}/api/v1/streaming?{urlencode(channels[0].query)}"
    async with await _open(guard, url, host, token, pace) as socket:
        try:
            for channel in channels[1:]:
                await socket.send(channel.subscription)
            await opened()
            await _listen(socket, host, heard)
        except ConnectionClosed as closed:
            raise Unreachable(host, "the live connection broke") from closed
    raise Unreachable(host, "it ended the live connection")


async def _open(guard: Guard, url: str, host: str, token: str, pace: Pace) -> ClientConnection:
    """The token goes both ways that servers look for it, never into the address, which is written into logs."""
    try:
        return await guard.websocket(
            url,
            max_size=2 * MAX_EVENT,  # JSON inside JSON is longer
            additional_headers={"authorization": f"Bearer {token}"},
            subprotocols=[token] if _WORD.fullmatch(token) else None,
            open_timeout=pace.deadline,
            ping_interval=pace.idle / 3,
            ping_timeout=pace.idle / 3,
        )
    except InvalidStatus as error:
        answer = error.response
        lacks = "live stream, neither events nor a WebSocket"
        raise refusal(host, answer.status_code, _plain(answer.headers.raw_items()), lacks) from error


def _plain(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in items}


async def _listen(socket: ClientConnection, host: str, heard: Heard) -> None:
    async for text in socket:
        said = read(text)
        if isinstance(said, Complaint):
            raise _answer(host, said)
        if said is not None:
            too_long = len(said.data) > MAX_EVENT
            await heard([] if too_long else [said], int(too_long))


def _answer(host: str, complaint: Complaint) -> Denied | Failing | NoSuchStream:
    if complaint.status in (401, 403):
        return Denied(f"{host} refused our access token for its live stream ({complaint.status}): {complaint.words}")
    if complaint.status >= 500:
        return Failing(host, complaint.status)
    return NoSuchStream(f"{host} has no live stream of a hashtag ({complaint.words})")
