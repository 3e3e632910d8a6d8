"""Which browser asks, for limits and for "once each". Keeps nothing in it and learns nobody's name."""

from __future__ import annotations

from fastapi import Request

from app import secrets
from app.limits import Rate
from app.security import cookie_name
from app.state import State
from display.admission import network_of
from display.say import BROWSER, KEPT


def browser_of(request: Request, state: State) -> str:
    """A pseudonym that only this house can compute, and that no store can be searched for.

    By the form's cookie, which nobody can make up; whoever never posted here is known by what their browser says.
    """
    cookie = request.cookies.get(cookie_name(request, BROWSER), "")[:500]
    word = secrets.signed_value(state.settings.key, "browser", cookie, KEPT)
    said = word or f"{address_of(request)}\0{request.headers.get('user-agent', '')[:300]}"
    return secrets.keyed(state.settings.key, "whose", str(said))


def address_of(request: Request) -> str:
    """Of the house they ask from."""
    return network_of(request.client.host) if request.client else ""


def spend(request: Request, state: State, act: str, by_browser: Rate, by_address: Rate, sentence: str) -> str:
    """By browser first: a hall is one address. Gives the browser. Raises TooFast."""
    browser = browser_of(request, state)
    state.limits.spend(act, browser, by_browser, sentence)
    state.limits.spend(f"{act}-address", address_of(request), by_address, sentence)
    return browser
