"""The queue: its page, its posts as JSON, and the acts on one post. What changes comes over the socket."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain import accounts, moderation, snapshot
from app.domain.audience import Audience
from app.domain.control import asked
from app.domain.desk import bulk as bulks
from app.domain.desk import lately
from app.domain.desk import queue as reading
from app.domain.desk.sieve import sieve
from app.domain.view import MOST
from app.errors import BadInput, Collision, Conflict
from app.models import Account, Event, Part, Verdict
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

REMEMBERED = 8  # acts of one's own that can be taken back beside the queue
NO_STORE = {"cache-control": "no-store"}
BulkId = Annotated[str, Field(pattern=r"^[0-9a-f]{1,32}$")]


class Act(BaseModel):
    """What the desk's script sends of one post."""

    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)]
    version: Annotated[str, Field(max_length=128)] = ""
    verdict: Verdict = Verdict.WAITING
    part: Part = Part.POST
    media: Verdict | None = None  # of its pictures, where that is another
    stand: Annotated[int, Field(ge=0, le=MOST)] | None = None
    over: bool = False


class Slip(BaseModel):
    """What is to be taken back: the newest act on one post, or one on many."""

    model_config = ConfigDict(extra="ignore")
    post: Annotated[int, Field(ge=1, le=MOST)] | None = None
    bulk: BulkId | None = None


@router.get("/desk/{slug}")
async def queue(request: Request, state: Here, slug: str) -> Response:
    """The page holds its first posts: what it asks for is in its address, as in queue.json's."""
    account, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        organises = accounts.reaches(await accounts.role_in(db, account, event), Role.ORGANISER)
        values = {"asked": await asked.count(db, event.id), "first": await _answer(request, db, event, fold=True)}
        values |= await _lately(db, event, account)
    live = {"address": f"/{slug}/live", "base": f"/desk/{slug}"}
    live |= {act: f"/desk/{slug}/{act}" for act in ("decide", "undo")}
    return state.pages.page(
        "desk.html", locale_of(request), 200, NO_STORE, account=account, live=live, organises=organises, **values,
        **words(request, event),
    )  # fmt: skip


@router.get("/desk/{slug}/queue.json")
async def queue_json(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        return JSONResponse(await _answer(request, db, event), headers=NO_STORE)


@router.post("/desk/{slug}/decide")
async def decide(request: Request, state: Here, slug: str, act: Annotated[Act, Body()]) -> Response:
    """{post, version, verdict, …} → {post: as the desk sees it now}. 409 where it changed since it was read, or where
    somebody else decided otherwise since: then with {conflict: who did what how long ago}."""
    account, event = await at_the_desk(request, slug)
    check(act.verdict, act.part, act.media)
    try:
        async with state.database.transaction() as db:
            await moderation.decide(
                db, event, act.post, act.version, act.verdict, account, state.clock(),
                part=act.part, media=act.media, stand=act.stand, over=act.over,
            )  # fmt: skip
    except Conflict as conflict:
        told: dict[str, Any] = {"error": conflict.told(state.pages.catalogues[locale_of(request)].gettext)}
        if isinstance(conflict, Collision):
            of_it = {"by": conflict.by, "verdict": conflict.verdict, "part": conflict.part, "seconds": conflict.seconds}
            told |= {"conflict": of_it}
        return JSONResponse(told | await _as_it_is(state, event, act.post), conflict.status, NO_STORE)
    return JSONResponse(await _as_it_is(state, event, act.post), headers=NO_STORE)


@router.post("/desk/{slug}/undo")
async def undo(request: Request, state: Here, slug: str, slip: Annotated[Slip, Body()]) -> Response:
    """{post} → {post}, or {bulk} → {undone, rest}: again and again until there is no rest."""
    account, event = await at_the_desk(request, slug)
    if (slip.post is None) is (slip.bulk is None):
        raise BadInput("Say which post, or which act on many.", "post")
    async with state.database.transaction() as db:
        if slip.bulk is not None:
            undone, rest = await bulks.undo(db, event, slip.bulk, account, state.clock())
        else:
            await moderation.undo(db, event, slip.post or 0, account, state.clock())
    if slip.bulk is not None:
        return JSONResponse({"undone": undone, "rest": rest})
    return JSONResponse(await _as_it_is(state, event, slip.post or 0), headers=NO_STORE)


def check(verdict: Verdict, part: Part, media: Verdict | None) -> None:
    """Raises BadInput."""
    if verdict is Verdict.WAITING:
        raise BadInput("A verdict is approve, hold, hide or later.", "verdict")
    if media is not None and part is Part.MEDIA:
        raise BadInput("Say the pictures' verdict once.", "media")


async def _answer(request: Request, db: Any, event: Event, fold: bool = False) -> dict[str, Any]:
    query = request.query_params
    folded = query.get("fold", "1" if fold else "") in ("1", "true")
    return await reading.read(db, event, sieve(query), folded, query.get("after", "")[:64])


async def _lately(db: Any, event: Event, account: Account) -> dict[str, Any]:
    """What this account did last and can take back."""
    one = await lately.of_posts(db, event, account, REMEMBERED)
    many = await lately.of_many(db, event, account, REMEMBERED)
    return {
        "done": [{"id": i, "name": name, "verdict": verdict} for i, name, verdict in one],
        "bulks": [{"bulk": bulk, "verdict": verdict, "n": number} for bulk, verdict, number in many],
    }


async def _as_it_is(state: State, event: Event, post_id: int) -> dict[str, Any]:
    async with state.database.reading() as db:
        return {"post": await snapshot.one(db, event, post_id, Audience.DESK)}
