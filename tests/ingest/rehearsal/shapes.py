"""Comparing what we say with what a real server said: the same keys, the same kinds of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def differences(real: Any, ours: Any, path: str = "") -> list[str]:
    return list(_differences(real, ours, path))


def _differences(real: Any, ours: Any, path: str) -> Iterator[str]:
    if isinstance(real, dict) and isinstance(ours, dict):
        for key in sorted(real.keys() | ours.keys()):
            if key not in ours:
                yield f"{path}.{key} is missing"
            elif key not in real:
                yield f"{path}.{key} is invented"
            else:
                yield from _differences(real[key], ours[key], f"{path}.{key}")
    elif isinstance(real, list) and isinstance(ours, list):
        if real and ours:
            yield from _differences(real[0], ours[0], f"{path}[]")
    elif real is not None and ours is not None and _kind(real) is not _kind(ours):
        yield f"{path} is {type(ours).__name__}, was {type(real).__name__}"


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
