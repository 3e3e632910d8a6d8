"""/{event}/remove: a post, or all of an author's, out of sight at once; whoever proves it is theirs need not ask."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.domain.control import removals, taking_away
from app.domain.control.removals import Answer, Outcome
from app.domain.posts import saying
from app.errors import N_, BadInput, NotFound, TooFast
from app.limits import Rate
from app.models import Event
from app.pages import locale_of
from app.state import State
from display.asking import Here, base_address, event_words, own_hosts, public_event, words
from display.form_page import waiting_header
from display.whose import spend

router = APIRouter(include_in_schema=False)

BY_BROWSER = Rate(burst=6, every=60)
BY_ADDRESS = Rate(burst=30, every=30)
TOO_OFTEN = N_("You have asked often just now. Wait a minute and ask again: what you typed is still here.")
Field = Annotated[str, Form()]
POST = {
    Outcome.WITHHELD: N_("It is out of sight, everywhere here. The people at the desk look at it now."),
    Outcome.AGAIN: N_("It is out of sight already. The people at the desk have not answered yet."),
    Outcome.KEPT: N_("The people at the desk have looked at this before and decided that it stays."),
    Outcome.REMOVED: N_("It is gone for good, and it will not be collected again."),
    Outcome.GONE: N_("It is gone already."),
    Outcome.NOTHING: N_("Nothing of it is here."),
}
AUTHOR = {
    Outcome.WITHHELD: N_(
        "Everything from this account is out of sight here, also what comes from now on. The people at the desk look "
        "at it now."
    ),
    Outcome.AGAIN: N_("Everything from it is out of sight already. The people at the desk have not answered yet."),
    Outcome.KEPT: N_("The people at the desk have looked at this before and decided that it stays."),
    Outcome.REMOVED: N_("Everything from it is gone for good, and nothing of it will be collected again."),
    Outcome.NOTHING: N_("Nothing from this account is here."),
}
_UNPROVED = {Outcome.WITHHELD, Outcome.AGAIN, Outcome.KEPT, Outcome.NOTHING}


@router.get("/{slug}/remove")
async def form(request: Request, state: Here, slug: str, what: str = "", post: str = "") -> Response:
    """`post`: the number of one of ours, from the link beneath it."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    if post.isascii() and post.isdigit() and len(post) <= 9:
        what = f"{base_address(request)}/{slug}/posts/{post}"
    return _page(request, state, event, what)


@router.post("/{slug}/remove")
async def remove(request: Request, state: Here, slug: str, what: Field = "", words: Field = "") -> Response:
    """Asking again for the same changes nothing."""
    said = words.replace("\r\n", "\n")
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    try:
        if not what.strip():
            raise BadInput("Give the address of the post, or a handle.", "what")
        removals.check(said)
        spend(request, state, "remove", BY_BROWSER, BY_ADDRESS, TOO_OFTEN)
        answer = await _ask(request, state, event, what, said)
    except (BadInput, TooFast) as error:
        return _page(request, state, event, what, said, error)
    return _page(request, state, event, what, said, answer=answer)


async def finish(state: State, answer: Answer) -> None:
    for removal_id in answer.begun:
        await taking_away.finish(state.database, removal_id, state.clock)


async def _ask(request: Request, state: State, event: Event, what: str, said: str) -> Answer:
    hosts = own_hosts(request)
    receipt = _receipt_in(what.strip(), event.slug, hosts)
    async with state.database.transaction() as db:
        if receipt:
            try:
                post = await saying.find_receipt(db, event, receipt)
            except NotFound as error:
                raise BadInput(error.template, "what") from None
            answer = await removals.remove_post(db, event, post.id, state.clock())
        else:
            answer = await removals.ask(db, event, what, said, state.clock(), hosts)
    await finish(state, answer)
    return answer


def _receipt_in(what: str, slug: str, hosts: set[str]) -> str:
    """The token in the address of a receipt of ours, which proves that whoever has it wrote the post."""
    try:
        parts = urlsplit(what)
    except ValueError:
        return ""
    token = parts.path.removeprefix(f"/{slug}/say/").rstrip("/")
    ours = parts.netloc in hosts and parts.path.startswith(f"/{slug}/say/")
    return token if ours and token and "/" not in token else ""


def _page(
    request: Request, state: State, event: Event, what: str, typed: str = "",
    error: BadInput | TooFast | None = None, answer: Answer | None = None,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    told = "" if answer is None else gettext((AUTHOR if answer.whole_author else POST)[answer.outcome])
    return state.pages.page(
        "remove.html", locale, error.status if error else 200, waiting_header(error), what=what[:1_000], typed=typed,
        told=told, unproved=answer is not None and answer.outcome in _UNPROVED,
        nothing=answer is not None and answer.outcome is Outcome.NOTHING,
        error=error.told(gettext) if error else "", field=getattr(error, "field", ""),
        max_words=removals.MAX_WORDS, **event_words(event), **words(request),
    )  # fmt: skip
