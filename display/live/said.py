"""What a screen says in its socket (docs/wire.md), made of what anybody may send. Pure; writes nothing."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import orjson

MOST_AT_ONCE = 64  # showings in one message
A_MINUTE = {"shown": 20, "doing": 40, "trouble": 20}  # the walls' own pace, with room for a burst
MOST_AGO = 3_600_000  # ms
LARGEST = 2**31


def opened(text: str | None) -> dict[str, Any]:
    with contextlib.suppress(orjson.JSONDecodeError):
        said = orjson.loads(text or "")
        if isinstance(said, dict):
            return said
    return {}


def acknowledged(said: dict[str, Any]) -> int | None:
    """The number a screen says it painted; None for everything else anybody may send."""
    seq = said.get("ack")
    return seq if type(seq) is int and seq >= 0 else None


def shown(said: dict[str, Any], since: datetime, now: datetime) -> list[tuple[int, datetime, datetime]]:
    """(post, from, to) by our clock; never before this connection began, and never in the future."""
    pieces = said.get("shown")
    if not isinstance(pieces, list):
        return []
    found = [_piece(one, since, now) for one in pieces[:MOST_AT_ONCE]]
    return [one for one in found if one is not None]


def _piece(one: object, since: datetime, now: datetime) -> tuple[int, datetime, datetime] | None:
    match one:
        case [int(post), int() | float() as began, int() | float() as ended]:
            if isinstance(post, bool) or not 0 < post < LARGEST or not 0 <= ended < began <= MOST_AGO:
                return None
            start, end = now - timedelta(milliseconds=began), now - timedelta(milliseconds=ended)
            return (post, max(start, since), end) if end > since else None
    return None


class Pace:
    """How often one connection may say each kind of thing."""

    def __init__(self) -> None:
        self._minute, self._count = 0.0, Counter[str]()

    def allows(self, kind: str, now: float) -> bool:
        if now - self._minute > 60:
            self._minute, self._count = now, Counter()
        self._count[kind] += 1
        return self._count[kind] <= A_MINUTE[kind]
