"""An event's steps through its life, taken by hand; and its address, while nobody has it yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk
from app.desk.settings_page import ADDRESS, LIFE, Told, draw
from app.domain.event import address, life
from app.errors import BadInput, Conflict
from app.models import EventState
from app.models.account import Role
from ingest.rehearsal.script import conference

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]


@router.post("/desk/{slug}/settings/life")
async def go(request: Request, state: Here, slug: str, to: Text = "", sure: Text = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    script = conference().event["event"]["tag"] if to == EventState.REHEARSAL else ""
    try:
        wanted = _state(to)
        async with state.database.transaction() as db:
            await life.go(db, event, wanted, script, state.clock(), account, sure=bool(sure))
    except (BadInput, Conflict) as error:
        return await draw(request, state, account, event, "life", Told(LIFE, error=error, typed={"to": to}))
    return RedirectResponse(f"/desk/{slug}/settings/life", 303)


@router.post("/desk/{slug}/settings/address")
async def move(request: Request, state: Here, slug: str, address_: Annotated[str, Form(alias="slug")] = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            event = await address.change(db, event, address_[:100], account, state.clock())
    except (BadInput, Conflict) as error:
        return await draw(
            request, state, account, event, "event", Told(ADDRESS, error=error, typed={"slug": address_[:100]})
        )
    return RedirectResponse(f"/desk/{event.slug}/settings/event#address", 303)


def _state(to: str) -> EventState:
    try:
        return EventState(to)
    except ValueError:
        raise BadInput("Choose what the event shall be.", "to") from None
