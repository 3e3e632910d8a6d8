"""/api/v1/events: the public events of this house."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public
from app.domain.audience import Audience
from app.domain.events import list_events
from app.domain.view import event_view

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=[Depends(open_to_all)])


@router.get("", response_model=shapes.Events, responses=problems(), summary="Every public event")
async def all_events(state: Here) -> dict[str, Any]:
    async with state.database.reading() as db:
        events = await list_events(db, public_only=True)
    return {"events": [event_view(event, Audience.PUBLIC) for event in events]}


@router.get("/{slug}", response_model=shapes.Event, responses=problems(404), summary="One event")
async def one_event(state: Here, slug: str) -> dict[str, Any]:
    async with state.database.reading() as db:
        return event_view(await public(db, slug), Audience.PUBLIC)
