"""The queue: its page, and the acts on one post. What is shown comes over the socket, like everywhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.desk.asking import Here, at_the_desk, signed_in, words
from app.domain import accounts, moderation, snapshot
from app.domain.audience import Audience
from app.domain.control import asked
from app.domain.events import list_events
from app.domain.screens import list_screens
from app.domain.view import MOST, event_view
from app.errors import BadInput
from app.models import Event, Verdict
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

REMEMBERED = 8  # decisions of one's own that can be taken back beside the queue


class Act(BaseModel):
    """What the desk's script sends."""

    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)]
    version: Annotated[str, Field(max_length=128)] = ""
    verdict: Verdict = Verdict.WAITING


@router.get("/desk")
async def home(request: Request, state: Here) -> Response:
    account, locale = await signed_in(request), locale_of(request)
    async with state.database.reading() as db:
        mine = []
        for event in await list_events(db):
            role = await accounts.role_in(db, account, event)
            if role is not None:
                counts = {"waiting": await snapshot.waiting(db, event.id), "asked": await asked.count(db, event.id)}
                mine.append({"event": event_view(event, Audience.DESK), "role": role.value, **counts})
    return state.pages.page("desk_home.html", locale, account=account, events=mine, **words(request))


@router.get("/desk/{slug}")
async def queue(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        screens = await list_screens(db, event.id)
        organises = accounts.reaches(await accounts.role_in(db, account, event), Role.ORGANISER)
        waits = await asked.count(db, event.id)
        lately = await moderation.list_lately(db, event, account, REMEMBERED)
    live = {"address": f"/{slug}/live", "decide": f"/desk/{slug}/decide", "undo": f"/desk/{slug}/undo"}
    return state.pages.page(
        "desk.html", locale_of(request), 200, {"cache-control": "no-store"}, account=account, live=live,
        organises=organises, asked=waits, done=[{"id": i, "name": name, "verdict": v} for i, name, v in lately],
        screens=[{"name": s.name, "audience": s.audience} for s in screens], **words(request, event),
    )  # fmt: skip


@router.post("/desk/{slug}/decide")
async def decide(request: Request, state: Here, slug: str, act: Annotated[Act, Body()]) -> dict[str, Any]:
    """{post, version, verdict} → {post: as the desk sees it now}. 409 where it changed since it was read."""
    account, event = await at_the_desk(request, slug)
    if act.verdict is Verdict.WAITING:
        raise BadInput("A verdict is approve, hold or hide.", "verdict")
    async with state.database.transaction() as db:
        await moderation.decide(db, event, act.post, act.version, act.verdict, account, state.clock())
    return await _as_it_is(state, event, act.post)


@router.post("/desk/{slug}/undo")
async def undo(request: Request, state: Here, slug: str, act: Annotated[Act, Body()]) -> dict[str, Any]:
    account, event = await at_the_desk(request, slug)
    async with state.database.transaction() as db:
        await moderation.undo(db, event, act.post, account, state.clock())
    return await _as_it_is(state, event, act.post)


@router.post("/desk/{slug}/freeze")
async def freeze(request: Request, state: Here, slug: str, on: Annotated[bool, Body(embed=True)]) -> dict[str, Any]:
    """Every screen to its holding card, or back."""
    _, event = await at_the_desk(request, slug)
    async with state.database.transaction() as db:
        await moderation.freeze(db, event, on, state.clock())
    return {"frozen": on}


async def _as_it_is(state: State, event: Event, post_id: int) -> dict[str, Any]:
    async with state.database.reading() as db:
        return {"post": await snapshot.one(db, event, post_id, Audience.DESK)}
