"""How many events of a Mastodon stream one core takes in, from the bytes of the wire to a post, beside json.loads.

Captured events, repeated under new ids; what counts is CPU time, so a busy machine hardly matters.
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from ingest.mastodon.parse import Server
from ingest.mastodon.stream import Events, meaning
from ingest.types import IncomingPost

CAPTURE = Path(__file__).parents[1] / "tests/fixtures/mastodon/streaming/sse_raw_hashtag.txt"
ID = b"116000000000000001"
EVENTS, ROUNDS = 4_000, 5
CHUNK = 16_384  # bytes that come at once


def measure() -> tuple[float, float]:
    """(ours, theirs) in events per second of CPU time: the middle of rounds that take turns."""
    payloads = _payloads()
    wire = b":)\n" + b"".join(b"event: update\ndata: %s\n\n" % payload for payload in payloads)
    rounds = [(_ours(wire), _theirs(payloads)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(each) for each in zip(*rounds, strict=True))
    return EVENTS / ours, EVENTS / theirs


def _payloads() -> list[bytes]:
    """Posts as they were captured, each time under another id of the same length."""
    told = [event.data for event in Events().feed(CAPTURE.read_bytes()) if event.data.startswith(b"{")]
    return [told[n % len(told)].replace(ID, b"%018d" % (10**17 + n)) for n in range(EVENTS)]


def _ours(wire: bytes) -> float:
    now, server, events, posts = datetime.now(UTC), Server("social.example", "social.example"), Events(), 0
    began = time.process_time()
    for start in range(0, len(wire), CHUNK):
        for event in events.feed(wire[start : start + CHUNK]):
            posts += isinstance(meaning(event, server, now), IncomingPost)
    took = time.process_time() - began
    assert posts == EVENTS, posts
    return took


def _theirs(payloads: list[bytes]) -> float:
    began = time.process_time()
    for payload in payloads:
        json.loads(payload)
    return time.process_time() - began
