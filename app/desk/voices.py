"""/desk/{event}/voices: first voices that nobody has answered. An answer or a word of thanks, as the event's own voice.

Works without a script: each act is a button that leads back here with one sentence. Scripts send and get JSON at the
same addresses, and ask voices.json what is to do now.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.database import retrying
from app.desk import voices_told
from app.desk.asking import Here, at_the_desk, words
from app.domain import log, snapshot
from app.domain.audience import Audience
from app.domain.event import replies, voice
from app.domain.event.voice import Answered
from app.domain.sources import connections
from app.domain.view import MOST
from app.errors import N_, BadInput, Conflict, NotFound, TooFast
from app.limits import Rate
from app.models import Account, Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

OFTEN = Rate(burst=10, every=5)  # of one event: thanks are given one by one
TOO_OFTEN = N_("That was quick. Wait a moment before the next answer.")
DONE = {
    "answered": N_("Your answer is on the strand, in the event's own voice."),
    "excused": N_("It needs no answer."),
    "back": N_("It is back on the list."),
    "again": N_("It is tried again at once."),
}
Trouble = BadInput | Conflict | NotFound | TooFast


class Act(BaseModel):
    """What the page's forms and its script send."""

    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)]
    words: Annotated[str, Field(max_length=10_000)] = ""
    thank: bool = False
    on: bool = True


@router.get("/desk/{slug}/voices")
async def page(request: Request, state: Here, slug: str, done: str = "", post: str = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.REPORTER)
    excused = int(post) if done == "excused" and post.isascii() and post.isdigit() and len(post) < 10 else 0
    return await _page(request, state, account, event, done=DONE.get(done, ""), excused=excused)


@router.get("/desk/{slug}/voices.json")
async def news(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug, Role.REPORTER)
    async with state.database.reading() as db:
        told = await voices_told.read(db, event, state.clock(), state.pages, locale_of(request))
    return JSONResponse(asdict(told), headers={"cache-control": "no-store"})


@router.post("/desk/{slug}/voices")
async def answer(request: Request, state: Here, slug: str) -> Response:
    """{post, words} or {post, thank: true} → {post: the answer}. 409, with the answer, where somebody was faster."""
    account, event = await at_the_desk(request, slug, Role.REPORTER)
    act = await _act(request)
    try:
        said = await _answer(state, event, act, account)
    except (BadInput, Conflict, NotFound, TooFast) as error:
        return await _refused(request, state, account, event, error, act)
    if _by_script(request):
        return JSONResponse({"post": await _view(state, event, said)})
    return RedirectResponse(f"/desk/{slug}/voices?done=answered", 303)


@router.post("/desk/{slug}/voices/excuse")
async def excuse(request: Request, state: Here, slug: str) -> Response:
    """{post, on?}: it needs no answer, or (on: false) it does after all."""
    account, event = await at_the_desk(request, slug, Role.REPORTER)
    act = await _act(request)
    try:
        async with state.database.transaction() as db:
            await voice.excuse(db, event, act.post, act.on, account, state.clock())
    except NotFound as error:
        return await _refused(request, state, account, event, error, act)
    if _by_script(request):
        return JSONResponse({"excused": act.on, "told": _told(request, state, DONE["excused" if act.on else "back"])})
    done = f"excused&post={act.post}" if act.on else "back"
    return RedirectResponse(f"/desk/{slug}/voices?done={done}", 303)


@router.post("/desk/{slug}/voices/again")
async def again(request: Request, state: Here, slug: str) -> Response:
    """Send it to Mastodon once more, now."""
    account, event = await at_the_desk(request, slug, Role.REPORTER)
    act = await _act(request)
    try:
        async with state.database.transaction() as db:
            await replies.again(db, event, act.post, state.clock())
    except NotFound as error:
        return await _refused(request, state, account, event, error, act)
    if _by_script(request):
        return JSONResponse({"again": True})
    return RedirectResponse(f"/desk/{slug}/voices?done=again", 303)


async def _answer(state: State, event: Event, act: Act, account: Account) -> int:
    """The answer's number."""
    state.limits.spend("voice", str(event.id), OFTEN, TOO_OFTEN)
    post = await _view(state, event, act.post)
    if post is None:
        raise Conflict("This post is not shown, so nobody would see an answer to it.")
    text, lang = act.words, voices_told.language(event, post)
    if act.thank:
        text, lang = voices_told.suggestion(state.pages, event, post)

    async def once() -> int:
        async with state.database.transaction() as db:
            return (await voice.answer(db, event, act.post, text, lang, account, state.clock())).id

    return await retrying(once)


async def _view(state: State, event: Event, post_id: int) -> dict[str, Any] | None:
    async with state.database.reading() as db:
        return await snapshot.one(db, event, post_id, Audience.PUBLIC)


async def _refused(
    request: Request, state: State, account: Account, event: Event, error: Trouble, act: Act
) -> Response:  # fmt: skip
    """Nothing typed is lost: the page shows it where it was typed."""
    if not _by_script(request):
        return await _page(request, state, account, event, error=error, typed=act)
    there = {"post": await _view(state, event, error.answer_id)} if isinstance(error, Answered) else {}
    return JSONResponse({"error": _said(request, state, error), **there}, error.status, _wait(error))


async def _page(
    request: Request, state: State, account: Account, event: Event, *, error: Trouble | None = None,
    typed: Act | None = None, done: str = "", excused: int = 0,
) -> Response:  # fmt: skip
    async with state.database.reading() as db:
        told = await voices_told.read(db, event, state.clock(), state.pages, locale_of(request))
        connected = bool(await connections.list_connections(db, event))
        cursor = await log.head(db, event.id)
    return state.pages.page(
        "voices.html", locale_of(request), error.status if error else 200,
        {"cache-control": "no-store"} | (_wait(error) if error else {}), account=account, posts=told.posts,
        answered=told.answered, state=told.state, connected=connected, cursor=cursor, max_words=voice.MAX_WORDS,
        error=_said(request, state, error) if error else "", typed=typed,
        done=_told(request, state, done) if done else "", excused=excused,
        **words(request, event),
    )  # fmt: skip


async def _act(request: Request) -> Act:
    """From a form or from JSON. Raises BadInput."""
    try:
        sent = await request.json() if _by_script(request) else dict(await request.form(max_fields=10, max_files=0))
        return Act.model_validate(sent)
    except (ValidationError, ValueError):
        raise BadInput("Something in what was sent is not as it should be: {where}.", where="post") from None


def _told(request: Request, state: State, sentence: str) -> str:
    return state.pages.gettext(locale_of(request), sentence)


def _said(request: Request, state: State, error: Trouble) -> str:
    return error.told(state.pages.catalogues[locale_of(request)].gettext)


def _by_script(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


def _wait(error: Trouble) -> dict[str, str]:
    return {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
