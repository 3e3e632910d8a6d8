"""How many of Jetstream's events one core takes in: received, decoded and matched, as a multiple of the live network.

A process of its own sends; what counts is the CPU time of the one that reads, so a busy machine hardly matters.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from ingest.bluesky.dial import Dialler
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.jetstream import COLLECTIONS
from ingest.bluesky.listener import Listener, Lost
from ingest.bluesky.pace import Pace
from ingest.bluesky.staff import hire
from ingest.http import Guard
from ingest.types import Batch, Held, Network, SourceConfig, SourceState

POSTS, EVERYTHING = 36, 1_500  # events a second of the live network: posts at their peak, and all collections
REPLAY = 330_000  # events: an event's three days of a busy tag, or two and a half hours of all posts
MATCHING = 2_000  # one post in so many has the event's tag
_TAG = "harbourtalks"
_WORDS = (
    "the ferry",
    "is late",
    "but",
    "tides",
    "go on",
    "without",
    "slides",
    "while gulls",
    "read every line",
    "twice",
)
_GET = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "


class Listening:
    """A house that counts what it is told, and holds nothing."""

    def __init__(self) -> None:
        self.posts = 0

    async def sources(self) -> Sequence[SourceConfig]:
        return []

    async def cursor(self, source_id: int) -> str | None:
        return None

    async def known(self, uris: Collection[str]) -> set[str]:
        return set()

    async def held(self, upstream: str, limit: int) -> Sequence[Held]:
        return []

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        return []

    async def session(self, source_id: int) -> str | None:
        return None

    async def keep_session(self, source_id: int, session: str | None, problem: str = "") -> None:
        return None

    async def receive(self, batch: Batch) -> None:
        self.posts += len(batch.items)

    async def report(self, upstream: str, state: SourceState) -> None:
        return None


async def measure(events: int, stream: str) -> tuple[float, list[float]]:
    """Events per second of CPU time, and megabytes in memory at a tenth, half and the end of them."""
    async with _sender(events, stream) as port:
        host, place = f"ws://127.0.0.1:{port}", "127.0.0.1"
        settings = {"jetstream": [host], "appview": f"http://{place}:9"}
        source = SourceConfig(1, "harbour", Network.BLUESKY, "bluesky", "", (_TAG,), settings=settings)
        guard, house, pace = Guard(allow_private=[place]), Listening(), Pace()
        line = await Dialler(guard, [host], _now, 10).dial(None)
        async with line.socket, guard.client() as client:
            staff = hire([source], house, guard, client, _now, pace)
            listener = Listener(line, staff.harvest, house, source.upstream, pace, _now, staff.after_a_gap)
            return await _listen(listener, staff.harvest, events)


async def _listen(listener: Listener, harvest: Harvest, events: int) -> tuple[float, list[float]]:
    marks = [events // 10, events // 2, events]
    sizes: list[float] = []
    await listener.step()
    began, first = time.process_time(), listener.heard
    with contextlib.suppress(Lost):
        while listener.heard < events:
            await listener.step()
            if listener.heard >= marks[len(sizes)]:
                sizes.append(_resident())
    took = time.process_time() - began
    assert listener.heard == events and not harvest.skipped, (listener.heard, harvest.skipped)
    return (events - first) / took, sizes


@contextlib.asynccontextmanager
async def _sender(events: int, stream: str) -> AsyncIterator[int]:
    arguments = ("-m", "bench.jetstream", str(events), stream)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _now() -> datetime:
    return datetime.now(UTC)


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def frames(stream: str, count: int = 4_000) -> list[bytes]:
    """Frames as a host sends them: posts alone, or the mixture of everything people do."""
    chance = random.Random(7)
    return [_frame(orjson.dumps(_event(n, stream, chance))) for n in range(count)]


def _event(n: int, stream: str, chance: random.Random) -> dict[str, object]:
    did = f"did:plc:{chance.randrange(36**8):024}"
    payload: dict[str, object] = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit", "did": did, "seq": n + 1,
        "time": f"{_now():%Y-%m-%dT%H:%M:%S.%f}Z", "rev": f"3n2u{n:09}", "operation": "create",
        "collection": COLLECTIONS[0], "rkey": f"3n2u{n:09}", "cid": f"bafyrei{n:052}",
    }  # fmt: skip
    if stream == "everything" and chance.random() < 0.9:
        subject = {"uri": f"at://{did}/app.bsky.feed.post/3n2u{n:09}", "cid": f"bafyrei{n:052}"}
        payload |= {"collection": "app.bsky.feed.like", "record": {"createdAt": payload["time"], "subject": subject}}
    else:
        payload["record"] = _record(n, chance)
    return {"$type": "message", "payload": payload}


def _record(n: int, chance: random.Random) -> dict[str, object]:
    tag = _TAG if n % MATCHING == MATCHING - 1 else f"tag{n % 50}"
    text = " ".join(chance.choices(_WORDS, k=chance.randrange(5, 40))) + (f" #{tag}" if n % 5 == 4 else "")
    record: dict[str, object] = {"$type": COLLECTIONS[0], "createdAt": f"{_now():%Y-%m-%dT%H:%M:%S}Z", "langs": ["en"]}
    if n % 5 == 4:
        at = {"byteStart": len(text) - len(tag) - 1, "byteEnd": len(text)}
        record["facets"] = [{"index": at, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]}]
    return record | {"text": text}


def _frame(payload: bytes) -> bytes:
    """One text frame of the WebSocket, unmasked as servers send it."""
    head = b"\x81" + (bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big"))
    return head + payload


def send(events: int, stream: str) -> None:
    """Serve one reader: the same few thousand frames, over and over, as fast as they are taken."""
    import base64
    import hashlib

    told = frames(stream)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        client, _ = listening.accept()
    asked = client.recv(65_536).decode()
    key = next(line.split(": ")[1] for line in asked.split("\r\n") if line.lower().startswith("sec-websocket-key"))
    magic = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode(), usedforsecurity=False).digest()
    client.sendall(_GET + base64.b64encode(magic) + b"\r\n\r\n")
    whole = b"".join(told)
    for _ in range(events // len(told)):
        client.sendall(whole)
        _answer_pings(client, socket.MSG_DONTWAIT)
    client.sendall(b"".join(told[: events % len(told)]))
    while _answer_pings(client):
        pass


def _answer_pings(client: socket.socket, flags: int = 0) -> bool:
    """False once the reader has gone. A reader says nothing but its pings, of four bytes each."""
    try:
        said = client.recv(10, flags)
    except BlockingIOError:
        return True
    if len(said) == 10 and said[0] == 0x89:
        client.sendall(b"\x8a\x04" + bytes(byte ^ said[2 + n % 4] for n, byte in enumerate(said[6:])))
    return bool(said) and said[0] == 0x89


if __name__ == "__main__":
    send(int(sys.argv[1]), sys.argv[2])
