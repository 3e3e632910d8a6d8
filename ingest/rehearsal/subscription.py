"""What one client of a Jetstream asked for, and what it is refused for. Pure: no socket here.

v1 is `/subscribe`, v2 is `/xrpc/network.bsky.jetstream.subscribeEvents`; their parameters, errors and cursors differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from ingest.rehearsal import wire
from ingest.rehearsal.firehose import Event, Firehose

V1 = "/subscribe"
V2 = "/xrpc/network.bsky.jetstream.subscribeEvents"

KINDS = ("commit", "identity", "account", "sync")
_FIRST_TIME = 10**15  # a cursor from here on is microseconds, below it a sequence number
_MOST_COLLECTIONS, _MOST_DIDS = 100, 10_000

Query = Mapping[str, Sequence[str]]


class Refused(Exception):
    """Before the upgrade: a status and a body, in the manner of the wire that was asked."""

    def __init__(self, status: int, body: str, content_type: str) -> None:
        super().__init__(body)
        self.status, self.body, self.content_type = status, body, content_type


@dataclass(slots=True)
class Subscription:
    version: int
    position: int
    collections: tuple[str, ...] = ()
    dids: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = KINDS
    must_say_hello: bool = False
    greeting: str | None = None

    def wants(self, event: Event) -> bool:
        if event.kind == "recorded":
            return True
        if event.kind not in self.kinds or (self.dids and event.did not in self.dids):
            return False
        return event.kind != "commit" or not self.collections or _any_matches(self.collections, event)

    def frame(self, event: Event) -> str:
        return wire.v1(event) if self.version == 1 else wire.v2(event)


def v1(query: Query, log: Firehose) -> Subscription:
    if query.get("compress", ["false"])[0] == "true":
        raise _text("subscribe: zstd compression is not offered by a rehearsal")
    return Subscription(
        version=1,
        position=_v1_position(query.get("cursor", [""])[0], log),
        collections=_v1_collections(query.get("wantedCollections", [])),
        dids=frozenset(query.get("wantedDids", [])),
        kinds=("commit", "identity", "account"),
        must_say_hello=query.get("requireHello", [""])[0] == "true",
    )


def update(subscription: Subscription, text: str) -> bool:
    """An options_update; ValueError: not JSON, Refused: not valid. False: some other message, to be ignored."""
    told = orjson.loads(text)
    if not isinstance(told, dict) or told.get("type") != "options_update":
        return False
    wanted = told.get("payload") or {}
    subscription.collections = _v1_collections(wanted.get("wantedCollections") or [])
    subscription.dids = frozenset(wanted.get("wantedDids") or [])
    subscription.must_say_hello = False
    return True


def v2(query: Query, log: Firehose) -> Subscription:
    for old in ("wantedCollections", "wantedDids"):
        if old in query:
            raise _json("InvalidRequest", f"{old} is a legacy /subscribe parameter; use {old[6:].lower()}")
    if "compress" in query:
        raise _json("InvalidRequest", "compress is a legacy /subscribe parameter; use zstdDictionary")
    if "zstdDictionary" in query:
        raise _json("UnknownZstdDictionary", "a rehearsal has no dictionary; current id is 0")
    kinds, collections = tuple(query.get("kinds", KINDS)), tuple(query.get("collections", ()))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise _json("InvalidRequest", f"unknown kind: {unknown[0]}")
    if collections and "commit" not in kinds:
        raise _json("InvalidRequest", "collections requires kind commit")
    if wrong := _wrong_collection(collections):
        raise _json("InvalidRequest", wrong)
    if len(query.get("dids", ())) > _MOST_DIDS:
        raise _json("InvalidRequest", f"too many dids: > {_MOST_DIDS}")
    asked = Subscription(2, 0, collections, frozenset(query.get("dids", ())), kinds)
    _place_v2(asked, query.get("cursor", [""])[0], log)
    return asked


def _v1_position(cursor: str, log: Firehose) -> int:
    if not cursor:
        return log.head + 1
    if not cursor.lstrip("-").isdecimal():
        raise _text(f'subscribe: invalid cursor: "{cursor}"')
    if (value := int(cursor)) < 0:
        raise _text(f"subscribe: negative cursor: {value}")
    return max(_seq(value, log), log.floor)  # too old: clamped without a word


def _place_v2(asked: Subscription, cursor: str, log: Firehose) -> None:
    if cursor and not cursor.isdecimal():
        raise _json("InvalidRequest", f"invalid cursor: {cursor!r}")
    if not cursor:
        asked.position = log.head + 1
    elif int(cursor) < _FIRST_TIME and int(cursor) < log.floor:
        raise _json("CursorTooOld", f"cursor {cursor} is below the retention floor {log.floor}")
    else:
        asked.position = _seq(int(cursor), log)
        if asked.position < log.floor:
            asked.position = log.floor
            words = f"requested timestamp cursor below retention floor; starting at seq {log.floor}"
            asked.greeting = wire.info("OutdatedCursor", words)


def _seq(cursor: int, log: Firehose) -> int:
    """A cursor in the future is the live tail."""
    return min(log.seq_at(cursor) if cursor >= _FIRST_TIME else cursor, log.head + 1)


def _v1_collections(wanted: Sequence[str]) -> tuple[str, ...]:
    if wrong := _wrong_collection(wanted):
        raise _text(f"subscribe: {wrong}")
    return tuple(wanted)


def _wrong_collection(wanted: Sequence[str]) -> str | None:
    if len(wanted) > _MOST_COLLECTIONS:
        return f"too many wanted collections: > {_MOST_COLLECTIONS}"
    for name in wanted:
        stem = name.removesuffix(".*")
        if "*" in stem or stem.count(".") < (1 if name.endswith(".*") else 2):
            return f"invalid collection: {name}"
    return None


def _any_matches(collections: Sequence[str], event: Event) -> bool:
    has = event.body["collection"]
    return any(has.startswith(c[:-1]) if c.endswith(".*") else has == c for c in collections)


def _text(words: str) -> Refused:
    return Refused(400, words, "text/plain")


def _json(name: str, words: str) -> Refused:
    return Refused(400, orjson.dumps({"error": name, "message": words}).decode(), "application/json")
