"""/{event}/say: thirty seconds from the card on the chair to a post, with no account and no script."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app import secrets
from app.domain import saying, snapshot
from app.domain.audience import Audience
from app.domain.saying import Words
from app.errors import N_, BadInput, Conflict, TooFast
from app.limits import Rate
from app.models import Event
from app.pages import locale_of
from app.security import cookie_name, give_cookie
from app.state import State
from display.asking import Here, event_words, public_event, words

router = APIRouter(include_in_schema=False)

BROWSER = "strand-me"  # set with the first post, not before; tells one phone of a hall from another
KEPT = 60 * 60 * 24 * 30
NONCE_LASTS = 60 * 60 * 12
BY_BROWSER = Rate(burst=3, every=20)
BY_ADDRESS = Rate(burst=600, every=0.5)  # a hall is one address: this only stops a flood
TOO_OFTEN = N_("That was quick. Wait a few seconds and send it again: your words are still here.")
PLACES = ("room", "elsewhere")

# No length here: security.py bounds what is sent at all, and whoever wrote too much gets their words back.
Text = Annotated[str, Form()]
Short = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Answered:
    uri: str
    view: dict[str, Any]


@router.get("/{slug}/say")
async def form(request: Request, state: Here, slug: str, to: str = "", code: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        answered = await _answered(db, event, to)
    return _form(request, state, event, Words("", card_code=code[:32]), answered)


@router.post("/{slug}/say")
async def say(
    request: Request, state: Here, slug: str, text: Text = "", name: Short = "", question: Short = "",
    where: Short = "", consent: Short = "", nonce: Short = "", website: Short = "", to: Short = "", code: Short = "",
) -> Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        answered = await _answered(db, event, to)
    typed = Words(
        text.replace("\r\n", "\n"), name, bool(question), where if where in PLACES else "", bool(consent), code[:32],
        answered.uri if answered else None,
    )  # fmt: skip
    browser = request.cookies.get(cookie_name(request, BROWSER), "")[:64] or random.token_urlsafe(16)
    try:
        token = _opened(state, nonce)
        if website:  # a field no person sees
            raise BadInput("That did not look like a person. Write your words once more.", "text")
        saying.check(typed)
        limit(request, state, browser)
        receipt = secrets.keyed(state.settings.key, "receipt", token)
        author = secrets.keyed(state.settings.key, "author", f"{browser}\0{name.strip().casefold()}")
        async with state.database.transaction() as db:
            await saying.say(db, event, token, receipt, author, typed, state.clock())
    except (BadInput, Conflict, TooFast) as error:
        return _form(request, state, event, typed, answered, error)
    response = RedirectResponse(f"/{slug}/say/{receipt}", 303)
    give_cookie(request, response, BROWSER, browser, KEPT)
    return response


def limit(request: Request, state: State, browser: str) -> None:
    """Raises TooFast."""
    state.limits.spend("say", browser, BY_BROWSER, TOO_OFTEN)
    host = request.client.host if request.client else ""
    state.limits.spend("say-address", host, BY_ADDRESS, TOO_OFTEN)


def waiting_header(error: BadInput | Conflict | TooFast | None) -> dict[str, str]:
    wait = {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
    return {"cache-control": "no-store"} | wait


def _opened(state: State, nonce: str) -> str:
    """The form's own word: names the post, so that sending it twice says it once."""
    value = secrets.signed_value(state.settings.key, "say", nonce, NONCE_LASTS)
    if not isinstance(value, str):
        raise BadInput("This form was open for too long. Send it once more: your words are still here.", "text")
    return value


async def _answered(db: AsyncSession, event: Event, to: str) -> Answered | None:
    """The post this answers, if everybody may see it."""
    if not (to.isascii() and to.isdigit() and len(to) <= 9):
        return None
    view = await snapshot.one(db, event, int(to), Audience.PUBLIC)
    uri = await snapshot.uri_of(db, event, int(to))
    return Answered(uri, view) if view and uri else None


def _form(
    request: Request, state: State, event: Event, typed: Words, answered: Answered | None,
    error: BadInput | Conflict | TooFast | None = None,
) -> Response:  # fmt: skip
    """The form, with what was typed before and one plain sentence where something is wrong."""
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    return state.pages.page(
        "say.html", locale, error.status if error else 200, waiting_header(error), typed=typed,
        to=answered.view if answered else None, error=error.told(gettext) if error else "",
        field=getattr(error, "field", ""), max_words=saying.MAX_WORDS,
        nonce=secrets.sign(state.settings.key, "say", random.token_hex(12)), **event_words(event), **words(request),
    )  # fmt: skip
