"""Which browser asks, for limits and for "once each". Keeps nothing in it and learns nobody's name."""

from __future__ import annotations

from fastapi import Request

from app import secrets
from app.errors import StrandError, TooFast
from app.limits import Rate
from app.security import cookie_name
from app.state import State

COOKIE = "strand-me"  # set by the form; whoever never posted here is known by what their browser says of itself


def browser_of(request: Request, state: State) -> str:
    """A pseudonym that only this house can compute, and that no store can be searched for."""
    cookie = request.cookies.get(cookie_name(request, COOKIE), "")[:200]
    said = cookie or f"{address_of(request)}\0{request.headers.get('user-agent', '')[:300]}"
    return secrets.keyed(state.settings.key, "browser", said)


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def spend(request: Request, state: State, act: str, by_browser: Rate, by_address: Rate, sentence: str) -> str:
    """By browser first: a hall is one address. Gives the browser. Raises TooFast."""
    browser = browser_of(request, state)
    state.limits.spend(act, browser, by_browser, sentence)
    state.limits.spend(f"{act}-address", address_of(request), by_address, sentence)
    return browser


def private(error: StrandError | None) -> dict[str, str]:
    """Headers of a page that is one person's only, and how long they wait where they were too fast."""
    wait = {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
    return {"cache-control": "no-store"} | wait
