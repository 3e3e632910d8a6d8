"""What takes a while to work out, kept for some seconds: one reader waits for it, all others of that time do not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

KEPT = timedelta(seconds=30)
MOST = 100
T = TypeVar("T")


class Recent:
    def __init__(self) -> None:
        self._kept: dict[Any, tuple[datetime, Any]] = {}
        self._locks: defaultdict[Any, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, key: Any, now: datetime, make: Callable[[], Awaitable[T]]) -> T:
        async with self._locks[key]:
            if (found := self._kept.get(key)) is not None and now - KEPT < found[0] <= now:
                kept: T = found[1]
                return kept
            if len(self._kept) >= MOST:
                self._kept.clear()
            new = await make()
            self._kept[key] = now, new
            return new
