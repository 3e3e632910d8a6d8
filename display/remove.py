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
from display.whose import Asker, asker_of, nonce, remember, spend

router = APIRouter(include_in_schema=False)

BY_BROWSER = Rate(burst=6, every=60)
NEWCOMERS = Rate(burst=30, every=30)
WHOLE_AUTHORS = Rate(burst=3, every=20 * 60)  # hidden unproved, by browser and by network
TOO_OFTEN = N_("You have asked often just now. Wait a minute and ask again: what you typed is still here.")
Field = Annotated[str, Form()]
POST = {
    Outcome.WITHHELD: N_("It is out of sight, everywhere here. The moderators look at it now."),
    Outcome.AGAIN: N_("It is out of sight already. The moderators have not answered yet."),
    Outcome.KEPT: N_("The moderators have looked at this before and decided that it stays."),
    Outcome.REMOVED: N_("It is gone for good, and it will not be collected again."),
    Outcome.GONE: N_("It is gone already."),
    Outcome.NOTHING: N_("Nothing of it is here."),
}
AUTHOR = {
    Outcome.QUEUED: N_("Many asked just now: somebody looks at it first. Prove that it is yours, and it goes at once."),
    Outcome.WITHHELD: N_(
        "Everything from this account is out of sight here, also what comes from now on. The moderators look at it now."
    ),
    Outcome.AGAIN: N_("Everything from it is out of sight already. The moderators have not answered yet."),
    Outcome.KEPT: N_("The moderators have looked at this before and decided that it stays."),
    Outcome.REMOVED: N_("Everything from it is gone for good, and nothing of it will be collected again."),
    Outcome.NOTHING: N_("Nothing from this account is here."),
}
_UNPROVED = {Outcome.WITHHELD, Outcome.QUEUED, Outcome.AGAIN, Outcome.KEPT, Outcome.NOTHING}


@router.get("/{slug}/remove")
async def form(request: Request, state: Here, slug: str, what: str = "", post: str = "") -> Response:
    """`post`: the number of one of ours, from the link beneath it."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    if post.isascii() and post.isdigit() and len(post) <= 9:
        what = f"{base_address(request)}/{slug}/posts/{post}"
    return _page(request, state, event, what)


@router.post("/{slug}/remove")
async def remove(
    request: Request, state: Here, slug: str, what: Field = "", words: Field = "", nonce: Field = ""
) -> Response:
    """Asking again for the same changes nothing."""
    said = words.replace("\r\n", "\n")
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    try:
        if not what.strip():
            raise BadInput("Give the address of the post, or a handle.", "what")
        removals.check(said)
        asker = asker_of(request, state, event, nonce)
        spend(state, "remove", asker, BY_BROWSER, NEWCOMERS, TOO_OFTEN)
        answer = await _ask(request, state, event, what, said, asker)
    except (BadInput, TooFast) as error:
        return _page(request, state, event, what, said, error)
    return remember(request, state, _page(request, state, event, what, said, answer=answer), asker)


async def finish(state: State, answer: Answer) -> None:
    for removal_id in answer.begun:
        await taking_away.finish(state.database, removal_id, state.clock)


async def _ask(request: Request, state: State, event: Event, what: str, said: str, asker: Asker) -> Answer:
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
            answer = await removals.ask(db, event, what, said, state.clock(), hosts, lambda: _may_hide(state, asker))
    await finish(state, answer)
    return answer


def _may_hide(state: State, asker: Asker) -> bool:
    """A few whole authors each; in the venue many people are one network."""
    by_network = asker.in_venue or state.limits.take("remove-author-network", asker.network, WHOLE_AUTHORS)
    return state.limits.take("remove-author", asker.name, WHOLE_AUTHORS) and by_network


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
        max_words=removals.MAX_WORDS, nonce=nonce(state), **event_words(event), **words(request),
    )  # fmt: skip
