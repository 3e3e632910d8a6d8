"""Goes on taking away, or giving back, where a request stopped half-way or something arrived meanwhile."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime

from app.database import Database, retrying
from app.domain.control import taking_away
from app.lease import Holder


class Removals:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock

    async def go_on(self) -> None:
        async with self._database.reading() as db:
            left = await taking_away.unfinished(db, self._clock())
        for removal_id in left:
            while await retrying(functools.partial(self._chunk, removal_id)):
                pass

    async def _chunk(self, removal_id: int) -> int:
        async with self._lease.transaction() as db:
            return await taking_away.go_on(db, removal_id, self._clock())
