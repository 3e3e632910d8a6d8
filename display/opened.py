"""POST /{event}/say/opened: the form was opened by a card. Takes its code and nothing else, and keeps a number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.domain.event import cards
from app.errors import N_, TooFast
from app.limits import Rate
from display.asking import Here, public_event

router = APIRouter(include_in_schema=False)

BY_ADDRESS = Rate(burst=600, every=0.5)  # a hall is one address
TOO_OFTEN = N_("That was quick. Wait a few seconds and try again.")


@router.post("/{slug}/say/opened")
async def opened(request: Request, state: Here, slug: str, code: Annotated[str, Form()] = "") -> Response:
    """The same answer for every code: nobody learns from it which there are."""
    host = request.client.host if request.client else ""
    try:
        state.limits.spend("opened", host, BY_ADDRESS, TOO_OFTEN)
    except TooFast as error:
        return Response(status_code=429, headers={"retry-after": str(int(error.wait) + 1)})
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    if cards.written(code) and event.collects:
        async with state.database.transaction() as db:
            await cards.note_opened(db, event.id, code, state.clock())
    return Response(status_code=204)
