"""What an error looks like from outside: one plain sentence, as a page or as JSON, with the right status."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.audience import Audience
from app.domain.events import find_event
from app.domain.schedule.programme import has_sessions
from app.domain.view import event_view
from app.errors import BadInput, NotFound, SignInNeeded, StrandError, TooFast
from app.pages import LANGUAGES, locale_of
from app.security import HEADERS
from app.state import state_of

log = structlog.get_logger(__name__)

BY_STATUS = {
    404: NotFound("There is nothing at this address."),
    405: BadInput("This address does not take that."),
    413: BadInput("That is too much at once."),
}
SOON = 2.0  # seconds: an error is told without a way back rather than late
UNCLEAR = BadInput("That did not work.")
AWAY = StrandError("The house cannot reach its records just now. Try again in a moment.")
BROKEN = StrandError("Something broke on our side. It has been noted.")


async def ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, StrandError)
    if isinstance(error, SignInNeeded) and _wants_page(request) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
    headers = {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
    return await answer(request, error.status, error, headers)


async def http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await answer(request, error.status_code, BY_STATUS.get(error.status_code, UNCLEAR), error.headers)


async def invalid(request: Request, error: Exception) -> Response:
    """A field of the wrong kind: said without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    kind, *where = (error.errors() or [{"loc": ("body",)}])[0]["loc"]
    if kind == "path":
        return await answer(request, 404, BY_STATUS[404])
    named = BadInput("Something in what was sent is not as it should be: {where}.", where=where[0] if where else "")
    return await answer(request, 422, named if where else UNCLEAR)


async def database_away(request: Request, error: Exception) -> Response:
    log.error("database.away", path=request.url.path, error=type(error).__name__, detail=str(error)[:200])
    return await answer(request, 503, AWAY, {"retry-after": "3"})


async def unknown(request: Request, error: Exception) -> Response:
    log.exception("request.broke", path=request.url.path, exc_info=error)
    return await answer(
        request, 500, BROKEN, HEADERS
    )  # this one is sent from outside the Guard, which adds them elsewhere


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Any]] = {
    StrandError: ours,
    HTTPException: http,
    RequestValidationError: invalid,
    SQLAlchemyError: database_away,
    ConnectionRefusedError: database_away,
    Exception: unknown,
}


async def answer(request: Request, status: int, error: StrandError, headers: Any = None) -> Response:
    """The sentence in the reader's language, as what they asked for."""
    locale = locale_of(request)
    pages = state_of(request).pages
    told, kept = error.told(pages.catalogues[locale].gettext), dict(headers or {})
    if _wants_page(request):
        around = {} if error is AWAY else await _around(request)
        return pages.page(
            "error.html", locale, status, kept, status_code=status, sentence=told, languages=LANGUAGES, **around
        )  # fmt: skip
    return JSONResponse({"error": told}, status, kept)


async def _around(request: Request) -> dict[str, Any]:
    """The public event in whose address something went wrong, if there is one: a way back. An error adds no other."""
    slug = request.url.path.split("/")[1]
    try:
        async with asyncio.timeout(SOON), state_of(request).database.reading() as db:
            event = await find_event(db, slug)
            if not event.is_public:
                return {}
            return {"event": event_view(event, Audience.PUBLIC), "has_programme": await has_sessions(db, event.id)}
    except NotFound:
        return {}
    except Exception as trouble:  # whatever it is: the first error is the one to be told
        log.warning("problem.no_event", error=type(trouble).__name__)
        return {}


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
