"""lists_of(): an event's lists, read and made ready once in each process for as long as nobody changes them.

Event.lists_version is raised in the transaction that changes a list, under the event's row, which intake holds too: so
what is kept here is never older than the row that was read. Whoever changes lists must not ask in the same transaction:
were it rolled back, the same number would come again with other lines.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.rules.lists import NOTHING, Lists, Row, made_ready
from app.models import Event, Listed

MOST_KEPT = 20  # events
_kept: OrderedDict[tuple[Any, ...], Lists] = OrderedDict()
_listed: Any = Listed.__table__
_ROWS = select(_listed.c.side, _listed.c.kind, _listed.c.value, _listed.c.key)
_ROWS = _ROWS.where(_listed.c.event_id == bindparam("event")).order_by(_listed.c.id)


async def lists_of(db: AsyncSession, event: Event) -> Lists:
    """`event` as its row is in this transaction. No statement where they are ready, or where there never were any."""
    if not event.lists_version:
        return NOTHING
    key = (str(db.get_bind().engine.url), event.id, event.epoch, event.lists_version)
    found = _kept.get(key)
    if found is None:
        rows = [Row(*row) for row in await db.execute(_ROWS, {"event": event.id})]
        found = await asyncio.to_thread(made_ready, rows)  # a hundred thousand lines take a second or two
        _keep(key, found)
    return found


def _keep(key: tuple[Any, ...], lists: Lists) -> None:
    for older in [k for k in _kept if k[:2] == key[:2]]:
        del _kept[older]
    _kept[key] = lists
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
