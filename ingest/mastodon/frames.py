"""Frames of a Mastodon WebSocket: text to an event, and what to say to subscribe. Pure.

The payload is JSON inside a string inside JSON, but for a deletion's, which is the bare id.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import orjson

from ingest.mastodon.fields import record
from ingest.mastodon.stream import Event


class Channel(NamedTuple):
    """What can be subscribed to: the public timeline, or one tag."""

    stream: str
    tag: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {"stream": self.stream} | ({"tag": self.tag} if self.tag else {})

    @property
    def subscription(self) -> str:
        return orjson.dumps({"type": "subscribe", **self.query}).decode()


class Complaint(NamedTuple):
    """The server answers something we said, without telling what."""

    words: str
    status: int


PUBLIC = Channel("public")


def hashtags(tags: Collection[str]) -> list[Channel]:
    return [Channel("hashtag", tag) for tag in tags]


def read(text: str | bytes) -> Event | Complaint | None:
    """None: a frame that says nothing we could understand."""
    try:
        frame = record(orjson.loads(text))
    except ValueError:
        return None
    name, error = frame.get("event"), frame.get("error")
    if isinstance(name, str):
        return Event(name, _payload(frame.get("payload")))
    if isinstance(error, str):
        status = frame.get("status")
        return Complaint(error[:200], status if isinstance(status, int) else 400)
    return None


def _payload(value: object) -> bytes:
    """A string nearly everywhere; some servers put the object itself there, or a deletion's id as a number."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else orjson.dumps(value)
