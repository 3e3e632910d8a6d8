"""/{event}/say/{receipt}: the poster's private page: what became of their words, editing, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.database import retrying
from app.domain import snapshot
from app.domain.audience import Audience, may_see
from app.domain.posts import saying
from app.domain.posts.saying import Words
from app.domain.view import post_view
from app.errors import BadInput, Conflict, TooFast
from app.models import Event, Post, Verdict
from app.pages import locale_of
from app.state import State
from display import fate as fates
from display import uploads
from display.admission import BY_BROWSER, TOO_OFTEN, network_of
from display.asking import Here, base_address, event_words, public_event, words
from display.fate import told
from display.form_page import Problem, waiting_header
from display.typed import sent_form
from display.uploads import Slot, Taken

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/say/{receipt}")
async def receipt_page(request: Request, state: Here, slug: str, receipt: str) -> Response:
    if request.headers.get("accept") == "application/json":
        return await _news(request, state, slug, receipt)
    return await _receipt(request, state, slug, receipt)


@router.post("/{slug}/say/{receipt}")
async def change(request: Request, state: Here, slug: str, receipt: str) -> Response:
    """Edit or withdraw. Both answer with the receipt as it is then."""
    async with sent_form(request, uploads.FILES) as sent:
        async with state.database.reading() as db:
            event = await public_event(db, request, slug)
            post, room = await saying.find_receipt(db, event, receipt), await uploads.room_left(db, state)
        if sent.get("act", 20) == "withdraw":
            async with state.database.transaction() as db:
                await saying.withdraw(db, event, receipt, state.clock())
            return RedirectResponse(f"/{slug}/say/{receipt}", 303)
        had = frozenset(a.remote_url or "" for a in post.attachments)
        host = network_of(request.client.host if request.client else "")
        taken = await uploads.take_in(state, sent, host, room, had)
    typed = Words(sent.get("text").replace("\r\n", "\n"), cover=sent.get("cover"), consent=True)
    try:
        await _change(state, event, receipt, typed, taken)
    except (BadInput, Conflict, TooFast) as error:
        return await _receipt(request, state, slug, receipt, error, typed, await uploads.keep(state, taken))
    return RedirectResponse(f"/{slug}/say/{receipt}", 303)


async def _change(state: State, event: Event, receipt: str, typed: Words, taken: Taken) -> None:
    """Raises BadInput, Conflict, TooFast."""
    if taken.problem:
        raise taken.problem
    saying.check(replace(typed, pictures=uploads.shown(taken, state.clock())))
    state.limits.spend("amend", receipt, BY_BROWSER, TOO_OFTEN)

    async def act() -> None:
        async with state.database.transaction() as db:
            whole = replace(typed, pictures=uploads.shown(taken, state.clock()))
            await saying.amend(db, event, receipt, whole, state.clock())

    await uploads.shelve(state, taken)
    await retrying(act)
    await uploads.done(state, taken)


async def _receipt(
    request: Request, state: State, slug: str, receipt: str, error: Problem | None = None,
    typed: Words | None = None, taken: Taken | None = None,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    event, post, answers = await _read(request, state, slug, receipt)
    path = f"/{slug}/say/{receipt}"
    view = post_view(post, event, Audience.PUBLIC)
    return state.pages.page(
        "receipt.html", locale, error.status if error else 200, waiting_header(error), post=view, address=path,
        whole_address=f"{base_address(request)}{path}", fate=fate(post), why=_why(post, gettext),
        answers=answers, typed=typed or Words(post.text, cover=post.content_warning), mark=_mark(post, answers),
        slots=(taken or _slots(post)).slots, pictures={a.remote_url: m for a, m in _pairs(post, view)},
        error=error.told(gettext) if error else "", field=getattr(error, "field", ""), told=told(gettext),
        max_words=saying.MAX_WORDS, max_cover=saying.MAX_COVER, **event_words(event), **words(request),
    )  # fmt: skip


async def _news(request: Request, state: State, slug: str, receipt: str) -> Response:
    """The same for the page's script, which asks now and then."""
    gettext = state.pages.catalogues[locale_of(request)].gettext
    _, post, answers = await _read(request, state, slug, receipt)
    became = fate(post)
    title, hint = told(gettext)[became]
    body = {
        "mark": _mark(post, answers), "fate": became, "title": title, "hint": _why(post, gettext) or hint,
        "url": f"/{slug}/posts/{post.id}", "answers": answers,
    }  # fmt: skip
    return JSONResponse(body, headers=waiting_header(None))


async def _read(request: Request, state: State, slug: str, receipt: str) -> tuple[Event, Post, list[dict[str, Any]]]:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        post = await saying.find_receipt(db, event, receipt)
        return event, post, await snapshot.answers(db, event, post.id, Audience.PUBLIC)


def fate(post: Post) -> str:
    """waiting, shown, held, hidden, withheld or withdrawn."""
    if post.gone_at:
        return "withdrawn"
    if post.withheld_at:
        return "withheld"
    if may_see(post, Audience.PUBLIC):
        return "shown"
    return {Verdict.HIDE: "hidden", Verdict.HOLD: "held"}.get(post.verdict, "waiting")


def _why(post: Post, gettext: Callable[[str], str]) -> str:
    """The reason of what became of it, or of its pictures; empty where there is no more to say."""
    became = fate(post)
    if became == "shown":
        return fates.pictures(post, gettext)
    return fates.why(post, gettext) if became in ("waiting", "held", "hidden") else ""


def _mark(post: Post, answers: list[dict[str, Any]]) -> str:
    """Changes whenever the page would look different."""
    return f"{fate(post)} {post.version[:8]} {post.why} {post.media_verdict} {'-'.join(str(a['id']) for a in answers)}"


def _slots(post: Post) -> Taken:
    """The pictures it has, and empty places up to the most it may have."""
    own = [Slot(n, a.alt or "", a.remote_url or "") for n, a in zip(uploads.SLOTS, post.attachments, strict=False)]
    return Taken([*own, *(Slot(n) for n in uploads.SLOTS if n > len(own))])


def _pairs(post: Post, view: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Each picture of the post with how it is drawn; nothing where it is not drawn."""
    return list(zip(post.attachments, view["media"], strict=False)) if may_see(post, Audience.DESK) else []
