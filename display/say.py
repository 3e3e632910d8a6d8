"""/{event}/say: thirty seconds from the card on the chair to a post, with no account and no script."""

from __future__ import annotations

import secrets as random
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app import secrets
from app.database import retrying
from app.domain.posts import consent, saying
from app.domain.posts.saying import Words
from app.errors import BadInput, Conflict, TooFast
from app.models import Event
from app.pages import LOCALES, locale_of
from app.state import State
from display import proof, uploads
from display.admission import Visitor, must_answer, network_of
from display.asking import Here
from display.form_page import BLANK, Around, Problem, find_around, form_page
from display.typed import Sent, sent_form
from display.uploads import Taken
from display.whose import give_word, word_of
from ingest.text import clean

router = APIRouter(include_in_schema=False)

NONCE_LASTS = 60 * 60 * 12
PLACES = ("room", "elsewhere")


@router.get("/{slug}/say")
async def form(
    request: Request, state: Here, slug: str, to: str = "", code: str = "", question: str = "", session: str = ""
) -> Response:
    """`question`, `session`: whoever comes from the questions of a talk is about to ask there."""
    around = await find_around(request, state, slug, to, code, session)
    seat = around.seat
    where, guess = ("room" if seat.code else ""), str(seat.guess or "")
    about = session if session in {str(one.id) for one in seat.sessions} else guess
    typed = Words("", card_code=seat.code, where=where, session=about, guess=guess, lang=locale_of(request))
    typed = replace(typed, question=bool(question))
    return form_page(request, state, around, typed, BLANK)


@router.post("/{slug}/say")
async def say(request: Request, state: Here, slug: str) -> Response:
    async with sent_form(request, uploads.FILES) as sent:
        to, code, session = sent.get("to", 20), sent.get("code", 32), sent.get("session", 12)
        around = await find_around(request, state, slug, to, code, session)
        typed = _typed(sent, around)
        token = _opened(state, sent)
        taken, problem = BLANK, _no_person(token, sent)
        if problem is None and (problem := _overtaken(around.event, sent)):
            typed = replace(typed, consent=False)
        if token:
            taken = await uploads.take_in(state, sent, network_of(_address(request)), around.room)
            problem = problem or taken.problem or _wrong(replace(typed, pictures=uploads.shown(taken, state.clock())))
    if problem is not None:
        return form_page(request, state, around, typed, await uploads.keep(state, taken), problem, token)
    word, known = word_of(request, state)
    browser = word or random.token_urlsafe(16)
    try:
        if must_answer(state.limits, _visitor(request, state, around, browser, known, token, sent)):
            return await _asked(request, state, around, typed, taken, sent, token)
        receipt = await _said(state, around.event, typed, taken, token, browser)
    except (BadInput, Conflict, TooFast) as error:
        return form_page(request, state, around, typed, await uploads.keep(state, taken), error, token)
    return _sent(request, state, f"/{slug}/say/{receipt}", browser)


def _typed(sent: Sent, around: Around) -> Words:
    text, where, lang = sent.get("text").replace("\r\n", "\n"), sent.get("where"), sent.get("lang", 35)
    return Words(
        text, sent.get("name"), bool(sent.get("question")), where if where in PLACES else "",
        bool(sent.get("consent")), around.seat.code or sent.get("code", 32),
        around.answered.uri if around.answered else None, sent.get("cover"),
        lang if lang in (*LOCALES, *around.event.languages) else "", sent.get("session", 12), sent.get("guess", 12),
    )  # fmt: skip


def _opened(state: State, sent: Sent) -> str:
    """The form's own word: names the post, so that sending it twice says it once. Empty: forged, or too old."""
    value = secrets.signed_value(state.settings.key, "say", sent.get("nonce", 500), NONCE_LASTS)
    return value if isinstance(value, str) else ""


def _no_person(token: str, sent: Sent) -> Problem | None:
    if not token:
        return BadInput("This form was open for too long. Send it once more: your words are still here.", "text")
    if sent.get("website"):  # a field no person sees
        return BadInput("That did not look like a person. Write your words once more.", "text")
    return None


def _overtaken(event: Event, sent: Sent) -> Problem | None:
    """Nobody agrees to what they could not read: the organiser's addition may have changed while the form was open."""
    if sent.get("agreed", 40) in ("", consent.version(event)):
        return None
    return BadInput("What you agree to here has changed meanwhile. Read it, and tick it again.", "consent")


def _wrong(typed: Words) -> Problem | None:
    try:
        saying.check(typed)
    except BadInput as error:
        return error
    return None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _visitor(
    request: Request, state: State, around: Around, browser: str, known: bool, token: str, sent: Sent
) -> Visitor:
    key = state.settings.key
    return Visitor(
        around.event, _address(request), browser, known, around.seat.code,
        proof.works(sent.get("nonce", 500), sent.get("proof", 20)),
        proof.is_answered(key, sent.get("sum", 500), token, sent.get("answer", 20)),
    )  # fmt: skip


async def _said(state: State, event: Event, typed: Words, taken: Taken, token: str, browser: str) -> str:
    """The receipt's word. Raises BadInput, Conflict."""
    key, now = state.settings.key, state.clock()
    receipt = secrets.keyed(key, "receipt", token)
    author = secrets.keyed(key, "author", f"{browser}\0{clean.line(typed.name).casefold()}")

    async def act() -> None:
        async with state.database.transaction() as db:
            whole = replace(typed, pictures=uploads.shown(taken, now))
            await saying.say(db, event, token, receipt, author, whole, now)

    await uploads.shelve(state, taken)
    await retrying(act)
    await uploads.done(state, taken)
    return receipt


def _sent(request: Request, state: State, address: str, browser: str) -> Response:
    scripted = request.headers.get("accept") == "application/json"
    response = JSONResponse({"receipt": address}) if scripted else RedirectResponse(address, 303)
    response.headers["cache-control"] = "no-store"
    give_word(request, state, response, browser, posted=True)
    return response


async def _asked(
    request: Request, state: State, around: Around, typed: Words, taken: Taken, sent: Sent, token: str
) -> Response:
    """The form again, with the small question; it says so where the answer was wrong."""
    problem = BadInput("That is another number. Try this one.", "answer") if sent.get("answer").strip() else None
    kept = await uploads.keep(state, taken)
    return form_page(request, state, around, typed, kept, problem, token, proof.new_sum(state.settings.key, token))
