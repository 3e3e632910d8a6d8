"""What an error looks like from outside: one plain sentence, as a page or as JSON, with the right status."""

from __future__ import annotations

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

from app.errors import SignInNeeded, StrandError, TooFast
from app.pages import LANGUAGES, locale_of
from app.state import state_of

log = structlog.get_logger(__name__)

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that.",
    413: "That is too much at once.",
}


async def ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, StrandError)
    if isinstance(error, SignInNeeded) and _wants_page(request) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
    headers = {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
    return answer(request, error.status, error.sentence, headers)


async def http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(request, error.status_code, SENTENCES.get(error.status_code, "That did not work."), error.headers)


async def invalid(request: Request, error: Exception) -> Response:
    """A field of the wrong kind: said without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    where = next((str(e["loc"][-1]) for e in error.errors() if e.get("loc")), "")
    if error.errors() and error.errors()[0]["loc"][0] == "path":
        return answer(request, 404, SENTENCES[404])
    return answer(
        request, 422, f"Something in what was sent is not as it should be: {where}." if where else "That did not work."
    )


async def database_away(request: Request, error: Exception) -> Response:
    log.error("database.away", path=request.url.path, error=type(error).__name__, detail=str(error)[:200])
    return answer(
        request, 503, "The house cannot reach its records just now. Try again in a moment.", {"retry-after": "3"}
    )


async def unknown(request: Request, error: Exception) -> Response:
    log.exception("request.broke", path=request.url.path, exc_info=error)
    return answer(request, 500, "Something broke on our side. It has been noted.")


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Any]] = {
    StrandError: ours,
    HTTPException: http,
    RequestValidationError: invalid,
    SQLAlchemyError: database_away,
    ConnectionRefusedError: database_away,
    Exception: unknown,
}


def answer(request: Request, status: int, sentence: str, headers: Any = None) -> Response:
    """The sentence in the reader's language, as what they asked for."""
    locale = locale_of(request)
    pages = state_of(request).pages
    told = pages.gettext(locale, sentence)
    kept = dict(headers or {})
    if _wants_page(request):
        return pages.page(
            "error.html", locale, status, kept, status_code=status, sentence=told, languages=LANGUAGES,
        )  # fmt: skip
    return JSONResponse({"error": told}, status, kept)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
