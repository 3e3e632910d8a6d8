"""POST /desk/{event}/pulse: every two seconds a desk says that it is open, and hears who else is and how things are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field

from app.desk.asking import Here, at_the_desk
from app.domain import screens
from app.domain.control import asked
from app.domain.desk import attendance
from app.domain.desk.counts import counts
from app.domain.event import first_voices
from app.domain.raids import guard
from app.domain.view import MOST

router = APIRouter(include_in_schema=False)


class Beat(BaseModel):
    model_config = ConfigDict(extra="forbid")
    desk: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]  # a word its page made up for itself
    post: Annotated[int, Field(ge=1, le=MOST)] | None = None  # the one in hand


@router.post("/desk/{slug}/pulse")
async def pulse(request: Request, state: Here, slug: str, beat: Annotated[Beat, Body()]) -> dict[str, Any]:
    account, event = await at_the_desk(request, slug)
    now = state.clock()
    async with state.database.reading() as db:
        news = await attendance.is_news(db, event, beat.desk, account, beat.post, now)
    if news:
        async with state.database.transaction() as db:
            await attendance.attend(db, event, beat.desk, account, beat.post, now)
    async with state.database.reading() as db:
        return {
            "here": await attendance.here(db, event, account, now),
            "counts": await counts(db, event),
            "screens": [asdict(one) for one in await screens.states(db, event, now)],
            "proposal": guard.proposal(event),
            "raid": guard.guarding(event),
            "unanswered": await first_voices.unanswered(db, event, now),
            "asked": await asked.count(db, event.id),
        }
