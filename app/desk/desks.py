"""/desk: the events somebody looks after, and how each of them is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.desk.asking import Here, signed_in, words
from app.domain import accounts, snapshot
from app.domain.audience import Audience
from app.domain.control import asked
from app.domain.event import todo
from app.domain.events import list_events
from app.domain.sources import health
from app.domain.view import event_view
from app.models import Account, Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)


@router.get("/desk")
async def home(request: Request, state: Here) -> Response:
    account = await signed_in(request)
    async with state.database.reading() as db:
        runs_house = accounts.reaches(await accounts.role_in(db, account, None), Role.ORGANISER)
        mine = []
        for event in await list_events(db):
            role = await accounts.role_in(db, account, event)
            if role is not None and role is not Role.SCREEN:
                mine.append(await _desk(db, state, event, account, role))
    return state.pages.page(
        "desk_home.html", locale_of(request), 200, {"cache-control": "no-store"}, account=account, events=mine,
        runs_house=runs_house, **words(request),
    )  # fmt: skip


async def _desk(db: AsyncSession, state: State, event: Event, account: Account, role: Role) -> dict[str, Any]:
    now = state.clock()
    left, ill = [], []
    if role is Role.ORGANISER:
        left = todo.left(await todo.todos(db, event, account, now))
        ill = [one for one in await health.of_event(db, event, now) if one.doing.needs_somebody]
    return {
        "event": event_view(event, Audience.DESK), "role": role.value, "left": len(left), "ill": len(ill),
        "waiting": await snapshot.waiting(db, event.id), "asked": await asked.count(db, event.id),
    }  # fmt: skip
