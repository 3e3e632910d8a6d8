"""The frames of docs/wire.md, as bytes ready for the socket. Pure; opens nothing, reads nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import orjson

from app.domain.snapshot import Snapshot

Message = dict[str, Any]


def put(post: dict[str, Any]) -> Message:
    return {"type": "put", "post": post}


def drop(post_id: int) -> Message:
    """Only the id: whoever may not see a post any more is not sent it once again."""
    return {"type": "drop", "id": post_id}


def event(view: dict[str, Any]) -> Message:
    return {"type": "event", "event": view}


def screen(name: str | None) -> Message:
    """To walls: what this screen is to show is different now. None: whichever it is."""
    return {"type": "screen", "name": name}


def reset(why: str) -> Message:
    return {"type": "reset", "why": why}


def heartbeat(now: str) -> Message:
    return {"type": "heartbeat", "now": now}


def bye(why: str) -> Message:
    return {"type": "bye", "why": why}


def snapshot(taken: Snapshot) -> Message:
    return {"type": "snapshot", "posts": taken.posts, "event": taken.event, "floor": taken.floor}


def overtakes(messages: Iterable[Message]) -> bool:
    """Whether these must not wait for a tick: something disappears, or all screens change."""
    return any(m["type"] in ("drop", "event") for m in messages)


def encode(epoch: str, seq: int, messages: Iterable[Message]) -> bytes:
    """One frame's JSON."""
    return orjson.dumps({"epoch": epoch, "seq": seq, "messages": list(messages)})


def framed(payload: bytes) -> bytes:
    """A whole, unmasked WebSocket text frame (RFC 6455 §5.2): made once, the same bytes for every connection."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", 0x81, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", 0x81, 126, length) + payload
    return struct.pack("!BBQ", 0x81, 127, length) + payload


def unframed(frame: bytes) -> bytes:
    """What `framed` was given: the hub makes one frame for all, whatever they listen by."""
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]
