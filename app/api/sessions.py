"""/api/v1/events/{slug}/sessions: the programme."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.api import shapes
from app.api.asking import Here, open_to_all, problems, public, unchanged
from app.domain.schedule import programme
from app.domain.schedule.session_view import session_view
from app.ids import Id

router = APIRouter(prefix="/api/v1/events/{slug}/sessions", tags=["sessions"], dependencies=[Depends(open_to_all)])


@router.get("", response_model=shapes.Sessions, responses=problems(404), summary="The whole programme")
async def sessions(request: Request, response: Response, state: Here, slug: str) -> dict[str, Any] | Response:
    now = state.clock()
    async with state.database.reading() as db:
        event = await public(db, slug)
        found = await programme.list_sessions(db, event.id)
    told = {"sessions": [session_view(one, event, now) for one in found]}
    return unchanged(request, response, told) or told


@router.get("/{session_id}", response_model=shapes.Session, responses=problems(404), summary="One session")
async def session(
    request: Request, response: Response, state: Here, slug: str, session_id: Id
) -> dict[str, Any] | Response:
    async with state.database.reading() as db:
        event = await public(db, slug)
        told = session_view(await programme.find_session(db, event.id, session_id), event, state.clock())
    return unchanged(request, response, told) or told
