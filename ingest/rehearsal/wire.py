"""Events as Jetstream's two wires tell them. Pure; compared with captures by a test."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from ingest.rehearsal.firehose import Event
from ingest.rehearsal.status import Json

_METHOD = "network.bsky.jetstream.subscribeEvents"


def v1(event: Event) -> str:
    """`cursor` is what servers of the newer code add to the old wire."""
    told = {"did": event.did, "time_us": event.time_us, "cursor": event.seq, "kind": event.kind}
    return event.recorded or _json(told | {event.kind: event.body})


def v2(event: Event) -> str:
    told = {"seq": event.seq, "did": event.did, "time": time(event.time_us)}
    body = event.body if event.kind == "commit" else {event.kind: event.body}
    return event.recorded or message(event.kind, told | body)


def info(name: str, words: str) -> str:
    return message("info", {"name": name, "message": words})


def error(name: str, words: str) -> str:
    return _json({"$type": "error", "error": name, "message": words})


def message(kind: str, payload: Json) -> str:
    return _json({"$type": "message", "payload": {"$type": f"{_METHOD}#{kind}", **payload}})


def time(time_us: int) -> str:
    at = datetime.fromtimestamp(time_us // 1_000_000, UTC).replace(microsecond=time_us % 1_000_000)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _json(told: Json) -> str:
    return orjson.dumps(told).decode()
