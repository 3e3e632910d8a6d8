"""/{event}/say/{receipt}: the poster's private page: what became of their words, editing, withdrawing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.domain import saying, snapshot
from app.domain.audience import Audience, may_see
from app.domain.reasons import sentence
from app.domain.view import post_view
from app.errors import BadInput, Conflict, TooFast
from app.models import Post, Verdict
from app.pages import locale_of
from app.state import State
from display.asking import Here, event_words, public_event, words
from display.say import Short, Text, limit, waiting_header

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/say/{receipt}")
async def receipt_page(request: Request, state: Here, slug: str, receipt: str) -> Response:
    return await _receipt(request, state, slug, receipt)


@router.post("/{slug}/say/{receipt}")
async def change(
    request: Request, state: Here, slug: str, receipt: str, text: Text = "", act: Short = "edit"
) -> Response:
    """Edit or withdraw. Both answer with the receipt as it is then."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    try:
        limit(request, state, receipt)
        async with state.database.transaction() as db:
            if act == "withdraw":
                await saying.withdraw(db, event, receipt, state.clock())
            else:
                await saying.amend(db, event, receipt, text.replace("\r\n", "\n"), state.clock())
    except (BadInput, Conflict, TooFast) as error:
        return await _receipt(request, state, slug, receipt, error, text)
    return RedirectResponse(f"/{slug}/say/{receipt}", 303)


async def _receipt(
    request: Request, state: State, slug: str, receipt: str, error: BadInput | Conflict | TooFast | None = None,
    typed: str = "",
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        post = await saying.find_receipt(db, event, receipt)
        answers = await snapshot.answers(db, event, post.id, Audience.PUBLIC)
    return state.pages.page(
        "receipt.html", locale, error.status if error else 200, waiting_header(error),
        post=post_view(post, event, Audience.PUBLIC), address=f"/{slug}/say/{receipt}", fate=_fate(post),
        why=sentence(post.why, gettext), answers=answers, text=typed or post.text,
        error=error.told(gettext) if error else "", max_words=saying.MAX_WORDS,
        **event_words(event), **words(request),
    )  # fmt: skip


def _fate(post: Post) -> str:
    """waiting, shown, held, hidden or withdrawn."""
    if post.gone_at:
        return "withdrawn"
    if may_see(post, Audience.PUBLIC):
        return "shown"
    return {Verdict.HIDE: "hidden", Verdict.HOLD: "held"}.get(post.verdict, "waiting")
