"""/api/v1/events: the public events of this house."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public, unchanged
from app.domain.audience import Audience
from app.domain.events import list_events
from app.domain.view import event_view

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=[Depends(open_to_all)])


@router.get("", response_model=shapes.Events, responses=problems(), summary="Every public event")
async def all_events(request: Request, response: Response, state: Here) -> dict[str, Any] | Response:
    async with state.database.reading() as db:
        events = await list_events(db, public_only=True)
    told = {"events": [event_view(event, Audience.PUBLIC) for event in events]}
    return unchanged(request, response, told) or told


@router.get("/{slug}", response_model=shapes.Event, responses=problems(404), summary="One event")
async def one_event(request: Request, response: Response, state: Here, slug: str) -> dict[str, Any] | Response:
    async with state.database.reading() as db:
        told = event_view(await public(db, slug), Audience.PUBLIC)
    return unchanged(request, response, told) or told
