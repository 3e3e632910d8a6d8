"""/desk/{event}/asked: what others asked of the desk: reports, and posts that are out of sight until somebody answers.

Works without a script: every answer is a button, and leads back here with one sentence.
"""

from __future__ import annotations

from typing import Annotated, Any

from babel.dates import format_timedelta
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain import moderation
from app.domain.control import asked, removals, reports, taking_away
from app.errors import N_, BadInput, Conflict, NotFound
from app.ids import FormId
from app.models import Account, Event, Verdict
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

ACTS = {"hide": Verdict.HIDE, "hold": Verdict.HOLD, "fine": Verdict.APPROVE}
DONE = {
    "hide": N_("It is hidden."),
    "hold": N_("It is held back."),
    "fine": N_("It stays, and was read by a person."),
    "remove": N_("It is gone for good, and it will not be collected again."),
    "back": N_("It is back where it was."),
    "all_back": N_("All of them are back where they were."),
}
Word = Annotated[str, Form(max_length=128)]


@router.get("/desk/{slug}/asked")
async def page(request: Request, state: Here, slug: str, done: str = "") -> Response:
    account, event = await at_the_desk(request, slug)
    return await _page(request, state, account, event, done=DONE.get(done, ""))


@router.post("/desk/{slug}/asked/report")
async def answer_report(
    request: Request, state: Here, slug: str, post: FormId, version: Word = "", act: Word = ""
) -> Response:
    """hide, hold or fine: a verdict like any other on the version that was read; it closes the reports."""
    account, event = await at_the_desk(request, slug)
    try:
        if act not in ACTS:
            raise BadInput("Choose what is to be done with it.", "act")
        async with state.database.transaction() as db:
            await moderation.decide(db, event, post, version, ACTS[act], account, state.clock())
    except (BadInput, Conflict, NotFound) as error:
        return await _page(request, state, account, event, error)
    return RedirectResponse(f"/desk/{slug}/asked?done={act}", 303)


@router.post("/desk/{slug}/asked/removal")
async def answer_removal(request: Request, state: Here, slug: str, removal: FormId, act: Word = "") -> Response:
    """remove or back."""
    account, event = await at_the_desk(request, slug)
    verb = {"remove": removals.agree, "back": removals.keep}.get(act)
    try:
        if verb is None:
            raise BadInput("Choose what is to be done with it.", "act")
        async with state.database.transaction() as db:
            await verb(db, event, removal, account, state.clock())
    except (BadInput, Conflict, NotFound) as error:
        return await _page(request, state, account, event, error)
    await taking_away.finish(state.database, removal, state.clock)
    return RedirectResponse(f"/desk/{slug}/asked?done={act}", 303)


@router.post("/desk/{slug}/asked/burst")
async def bring_back(request: Request, state: Here, slug: str, newest: FormId) -> Response:
    """All whole authors that were asked for with this one; nothing that came after whoever answers looked."""
    account, event = await at_the_desk(request, slug)
    try:
        async with state.database.transaction() as db:
            kept = await removals.keep_all(db, event, newest, account, state.clock())
    except (Conflict, NotFound) as error:
        return await _page(request, state, account, event, error)
    for removal in kept:
        await taking_away.finish(state.database, removal, state.clock)
    return RedirectResponse(f"/desk/{slug}/asked?done=all_back", 303)


async def _page(
    request: Request, state: State, account: Account, event: Event,
    error: BadInput | Conflict | NotFound | None = None, done: str = "",
) -> Response:  # fmt: skip
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        reported = await asked.reported(db, event)
        waiting = await asked.asked(db, event)
    values: dict[str, Any] = {
        "reported": reported, "asked": waiting, "burst": asked.burst(waiting),
        "reason": lambda key: gettext(reports.REASONS[key]),
        "ago": lambda moment: format_timedelta(moment - now, add_direction=True, locale=locale),
        "error": error.told(gettext) if error else "", "done": gettext(done) if done else "",
    }  # fmt: skip
    return state.pages.page(
        "asked.html", locale, error.status if error else 200, {"cache-control": "no-store"}, account=account, **values,
        **words(request, event),
    )  # fmt: skip
