"""Reading single fields of an answer that may lack them or hold anything. Pure; a wrong type is a missing field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

_MAX_ID = 200


def record(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def records(value: object, limit: int) -> Iterator[Mapping[str, Any]]:
    """The objects in a list, at most `limit`; anything else in it is passed over."""
    for entry in value[:limit] if isinstance(value, list) else ():
        if isinstance(entry, dict):
            yield entry


def identifier(value: object) -> str | None:
    """An opaque id. Some servers send numbers; no server sends white space."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < 10**30 else None
    if isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isprintable() and value.isascii():
        return None if " " in value else value
    return None


def moment(value: object) -> datetime | None:
    """A time with its zone; without one it is taken as UTC, which is what every server means."""
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        time = datetime.fromisoformat(value)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def number(value: object) -> float | None:
    """A finite number that can be meant seriously."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e9 else None


def size(value: object) -> int | None:
    """A width or height in pixels."""
    pixels = number(value)
    return int(pixels) if pixels is not None and 0 < pixels <= 100_000 else None
