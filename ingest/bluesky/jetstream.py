"""The two wires of Jetstream, Bluesky's stream of everything that is said: addresses to subscribe at, frames to Events.

Pure. Opens nothing; knows no tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlencode

import orjson

from ingest.bluesky.embeds import POSTS
from ingest.bluesky.gates import POSTGATES, THREADGATES
from ingest.text.facets import is_did

MAX_FRAME = 1_000_000  # bytes; the server is asked to leave out what is bigger

COLLECTIONS = (POSTS, POSTGATES, THREADGATES)  # likes, reposts and profiles of everybody are left to others
_V2 = "network.bsky.jetstream.subscribeEvents"
_LAST_TIME = 4 * 10**15  # in the year 2096; no clock is that wrong
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = ("commit", "account", "identity", "sync")
_OPERATIONS = ("create", "update", "delete")


class Wire(StrEnum):
    V2 = "v2"
    V1 = "v1"


Kind = Literal["create", "update", "delete", "account", "identity", "sync", "info", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """One frame. `did` is whose; `seq` and `time` (microseconds) are where it lies in this host's stream."""

    kind: Kind
    did: str = ""
    seq: int | None = None
    time: int | None = None
    collection: str = ""
    rkey: str = ""
    cid: str = ""
    rev: str = ""
    record: Any = None
    active: bool = True  # account
    status: str = ""  # account: why it is not active
    name: str = ""  # info, error
    message: str = ""  # info, error

    @property
    def uri(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"


class Unreadable(ValueError):
    """A frame that is not what the wire says. `str()` is a reason an organiser can read."""


def subscribe_url(base: str, wire: Wire, cursor: int | None = None) -> str:
    """Where to listen: posts and their gates, and what happens to accounts. No cursor: from now on."""
    if wire is Wire.V2:
        path = f"xrpc/{_V2}"
        query: list[tuple[str, str | int]] = [("kinds", kind) for kind in _KINDS]
        query += [("collections", collection) for collection in COLLECTIONS]
    else:
        path = "subscribe"
        query = [("wantedCollections", collection) for collection in COLLECTIONS]
    query.append(("maxMessageSizeBytes", MAX_FRAME))
    if cursor is not None:
        query.append(("cursor", cursor))
    return f"{base.rstrip('/')}/{path}?{urlencode(query)}"


def read(wire: Wire, frame: str | bytes) -> Event | None:
    """The event of one frame; None for a kind that came after us. Raises Unreadable."""
    try:
        given = orjson.loads(frame)
    except ValueError as error:
        raise Unreadable("broken JSON") from error
    if not isinstance(given, dict):
        raise Unreadable("an event that is none")
    return _v2(given) if wire is Wire.V2 else _v1(given)


def _v1(given: dict[str, Any]) -> Event | None:
    kind, at, seq = given.get("kind"), _time(given.get("time_us")), _number(given.get("cursor"))
    if kind not in ("commit", "account", "identity"):
        return None
    return _event(kind, given.get("did"), seq, at, given.get(kind))


def _v2(given: dict[str, Any]) -> Event | None:
    if given.get("$type") == "error":
        return Event("error", name=_text(given.get("error")), message=_text(given.get("message")))
    payload = given.get("payload")
    if given.get("$type") != "message" or not isinstance(payload, dict):
        return None
    kind = _text(payload.get("$type")).removeprefix(f"{_V2}#")
    if kind == "info":
        return Event("info", name=_text(payload.get("name")), message=_text(payload.get("message")))
    if kind not in _KINDS:
        return None
    body = payload if kind == "commit" else payload.get(kind)
    return _event(kind, payload.get("did"), _number(payload.get("seq")), _microseconds(payload.get("time")), body)


def _event(kind: str, did: object, seq: int | None, at: int | None, body: object) -> Event | None:
    if not is_did(did) or not isinstance(body, dict):
        raise Unreadable("an event that is none")
    if kind == "commit":
        return _commit(did, seq, at, body)
    if kind == "account":
        active = body.get("active") is not False
        return Event("account", did, seq, at, active=active, status=_text(body.get("status")))
    return Event("identity" if kind == "identity" else "sync", did, seq, at)


def _commit(did: str, seq: int | None, at: int | None, body: dict[str, Any]) -> Event | None:
    operation: Kind | None = body["operation"] if body.get("operation") in _OPERATIONS else None
    if operation is None:
        return None
    return Event(
        operation,
        did,
        seq,
        at,
        collection=_text(body.get("collection")),
        rkey=_text(body.get("rkey")),
        cid=_text(body.get("cid")),
        rev=_text(body.get("rev")),
        record=body.get("record"),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 63 else None


def _time(value: object) -> int | None:
    return value if type(value) is int and 0 < value < _LAST_TIME else None


def _microseconds(value: object) -> int | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return _time((at - _EPOCH) // timedelta(microseconds=1)) if at.tzinfo else None
