"""The spotlight and the pins: one post large on every screen, and posts that stay there. For whoever is at the desk.

Scripts send JSON and get what is shown now; the page of screens sends a form, which leads back to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk import spotlight_words
from app.desk.asking import Here, at_the_desk
from app.domain import spotlight
from app.domain.view import MOST
from app.errors import BadInput
from app.models import Account, Event
from app.state import State

router = APIRouter(include_in_schema=False)

NO_STORE = {"cache-control": "no-store"}
Shape = TypeVar("Shape", bound=BaseModel)
Act = Callable[[AsyncSession, Event, Account], Awaitable[Any]]


class Lit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)] | None  # None: nobody is in the spotlight any more


class Pin(BaseModel):
    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)]
    on: bool


@router.get("/desk/{slug}/spotlight.json")
async def shown(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug)
    return await _shown(state, event)


@router.post("/desk/{slug}/spotlight")
async def put(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug)
    lit = await _asked(request, Lit)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await spotlight.put(db, event, lit.post, by, state.clock())

    return await _done(request, state, event, account, act)


@router.post("/desk/{slug}/pins")
async def pin(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug)
    asked = await _asked(request, Pin)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await spotlight.pin(db, event, asked.post, asked.on, by, state.clock())

    return await _done(request, state, event, account, act)


async def _asked(request: Request, shape: type[Shape]) -> Shape:
    try:
        if _by_script(request):
            return shape.model_validate_json(await request.body())
        form = await request.form(max_files=0, max_fields=5)
        return shape.model_validate({key: value or None for key, value in form.items()})
    except ValidationError:
        raise BadInput("Say which post.", "post") from None


async def _done(request: Request, state: State, event: Event, account: Account, act: Act) -> Response:
    async with state.database.transaction() as db:
        await act(db, event, account)
    if _by_script(request):
        return await _shown(state, event)
    return RedirectResponse(f"/desk/{event.slug}/screens", 303)


async def _shown(state: State, event: Event) -> Response:
    async with state.database.reading() as db:
        told = await spotlight_words.shown(db, await db.get_one(Event, event.id))
    return JSONResponse(told, headers=NO_STORE)


def _by_script(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "")
