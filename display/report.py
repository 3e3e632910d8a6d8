"""/{event}/posts/{id}/report: "look at this again", for anybody, without an account or a script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.control import reports
from app.domain.posts.taken_back import is_taken_back
from app.errors import N_, BadInput, NotFound, TooFast, Withdrawn
from app.ids import Id
from app.limits import Rate
from app.models import Event
from app.pages import locale_of
from app.state import State
from display.asking import Here, event_words, public_event, words
from display.form_page import waiting_header
from display.whose import asker_of, nonce, remember, spend, voice

router = APIRouter(include_in_schema=False)

BY_BROWSER = Rate(burst=10, every=30)
NEWCOMERS = Rate(burst=90, every=5)
TOO_OFTEN = N_("You have reported much just now. Wait a moment and send it again: your words are still here.")
Field = Annotated[str, Form()]


@router.get("/{slug}/posts/{post_id}/report")
async def form(request: Request, state: Here, slug: str, post_id: Id) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        post = await _shown(db, event, post_id)
    return _page(request, state, event, post)


@router.post("/{slug}/posts/{post_id}/report")
async def report(
    request: Request, state: Here, slug: str, post_id: Id, reason: Field = "", words: Field = "", nonce: Field = ""
) -> Response:
    """The same browser and post again is the same report, and gets the same thanks."""
    said = words.replace("\r\n", "\n")
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        post = await _shown(db, event, post_id)
    try:
        reports.check(reason, said)
        asker = asker_of(request, state, event, nonce)
        spend(state, "report", asker, BY_BROWSER, NEWCOMERS, TOO_OFTEN)
        async with state.database.transaction() as db:
            await reports.report(db, event, post_id, reason, said, voice(state, asker, post_id), state.clock())
    except (BadInput, TooFast) as error:
        return _page(request, state, event, post, error, reason, said)
    return remember(request, state, _page(request, state, event, post, done=True), asker)


async def _shown(db: AsyncSession, event: Event, post_id: Id) -> dict[str, Any]:
    """The post as everybody sees it. Raises NotFound, Withdrawn."""
    post = await snapshot.one(db, event, post_id, Audience.PUBLIC) if post_id < 2**31 else None
    if post is not None:
        return post
    if post_id < 2**31 and await is_taken_back(db, event.id, post_id):
        raise Withdrawn("This post was taken back by its author.")
    raise NotFound("There is no such post here.")


def _page(
    request: Request, state: State, event: Event, post: dict[str, Any], error: BadInput | TooFast | None = None,
    reason: str = "", typed: str = "", done: bool = False,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    return state.pages.page(
        "report.html", locale, error.status if error else 200, waiting_header(error), post=post, reason=reason,
        typed=typed, done=done, error=error.told(gettext) if error else "", field=getattr(error, "field", ""),
        reasons=[(key, gettext(sentence)) for key, sentence in reports.REASONS.items()],
        max_words=reports.MAX_WORDS, nonce=nonce(state), **event_words(event), **words(request),
    )  # fmt: skip
