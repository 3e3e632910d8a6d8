"""Server-sent events of a Mastodon stream: bytes to events, and events to what they mean. Pure.

Lines are split at the byte \\n and nowhere else: line readers made for text also split at U+2028, which servers send
raw inside JSON, and would tear a post apart.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import orjson

from ingest.mastodon.fields import identifier
from ingest.mastodon.parse import Server, Skip, parse
from ingest.types import Incoming, IncomingDeletion

MAX_EVENT = 1_000_000  # bytes
_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    name: str
    data: bytes


class Events:
    """Takes bytes in any pieces, gives whole events. Never raises; what is too long is dropped and counted."""

    def __init__(self) -> None:
        self.dropped = 0  # events that were too long
        self._line = bytearray()
        self._line_too_long = False
        self._begun = False
        self._clear()

    def feed(self, chunk: bytes) -> list[Event]:
        found: list[Event] = []
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            self._extend(piece)
            found.extend(self._end_line())
        self._extend(pieces[-1])
        return found

    def _clear(self) -> None:
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0
        self._spoiled = False

    def _extend(self, piece: bytes) -> None:
        if self._line_too_long or len(self._line) + len(piece) > MAX_EVENT:
            self._line_too_long = True
            self._line.clear()  # the rest of the line is not even kept
        else:
            self._line += piece

    def _end_line(self) -> list[Event]:
        line, spoiled = bytes(self._line).rstrip(b"\r"), self._line_too_long
        self._line.clear()
        self._line_too_long = False
        if not self._begun:
            line, self._begun = line.removeprefix(_BOM), True
        if spoiled:
            self._spoiled = True
            return []
        return self._dispatch() if not line else self._field(line)

    def _field(self, line: bytes) -> list[Event]:
        name, _, value = line.partition(b":")  # a comment, such as the heartbeat, has no name
        value = value.removeprefix(b" ")
        if name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"data":
            self._size += len(value)
            self._spoiled = self._spoiled or self._size > MAX_EVENT
            if not self._spoiled:
                self._data.append(value)
        return []

    def _dispatch(self) -> list[Event]:
        self.dropped += self._spoiled
        whole = [] if self._spoiled or not self._data else [Event(self._name, b"\n".join(self._data))]
        self._clear()
        return whole


def meaning(event: Event, server: Server, now: datetime) -> Incoming | Skip | None:
    """What an event says. None: nothing that concerns us."""
    if event.name in ("update", "status.update"):
        try:
            return parse(orjson.loads(event.data), server, now)
        except ValueError:
            return Skip("broken JSON")
    if event.name == "delete":
        local_id = identifier(event.data.decode("ascii", "replace").strip().strip('"'))
        if local_id is None:
            return Skip("a deletion without an address")
        # The server checks a post before it sends it and a deletion not at all: the deletion may overtake.
        return IncomingDeletion(address=server.address(local_id), may_precede=True)
    return None
