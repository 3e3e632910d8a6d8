"""Which browser asks, for limits and for "once each". Keeps nothing in it and learns nobody's name.

A hall is one address, and its phones are alike: so a form brings a word of its own along, and with the first sending
the browser keeps that word in a cookie. Newcomers of one network share a budget; the network itself has a flood stop.
"""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from app import secrets
from app.limits import Rate
from app.models import Event
from app.security import cookie_name, give_cookie
from app.state import State
from display.admission import FLOOD, FLOOD_IN_THE_VENUE, IN_THE_VENUE, in_venue, network_of

BROWSER = "strand-me"  # set with the first sending, not before; tells one phone of a hall from another
KEPT = 60 * 60 * 24 * 30
NONCE_LASTS = 60 * 60 * 12


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sent a form, as far as it can be told without asking who they are."""

    word: str  # the browser's own; "" where it brought neither cookie nor nonce
    name: str  # a pseudonym that only this house can compute, and that no store can be searched for
    known: bool  # it kept its cookie
    posted: bool  # and has posted in the form, which costs more than a request
    network: str
    in_venue: bool


def nonce(state: State) -> str:
    """A form's word: a browser of its own, should it keep no cookies."""
    return secrets.sign(state.settings.key, "asks", random.token_urlsafe(12))


def word_of(request: Request, state: State) -> tuple[str, bool]:
    """The word in the browser's cookie, and whether it has posted; ("", False) without one, or with a forged one."""
    cookie = request.cookies.get(cookie_name(request, BROWSER), "")[:500]
    match secrets.signed_value(state.settings.key, "browser", cookie, KEPT):
        case str(word):
            return word, True
        case [str(word)]:
            return word, False
    return "", False


def give_word(request: Request, state: State, response: Response, word: str, *, posted: bool) -> None:
    value = word if posted else [word]
    give_cookie(request, response, BROWSER, secrets.sign(state.settings.key, "browser", value), KEPT)


def asker_of(request: Request, state: State, event: Event, nonce: str) -> Asker:
    """Without a cookie by the form's nonce; without either by what their browser says of itself."""
    word, posted = word_of(request, state)
    known = bool(word)
    if not known:
        signed = secrets.signed_value(state.settings.key, "asks", nonce[:500], NONCE_LASTS)
        word = signed if isinstance(signed, str) else ""
    host = request.client.host if request.client else ""
    said = word or f"{network_of(host)}\0{request.headers.get('user-agent', '')[:300]}"
    name = secrets.keyed(state.settings.key, "whose", said)
    return Asker(word, name, known, posted, network_of(host), in_venue(event, host))


def remember(request: Request, state: State, response: Response, asker: Asker) -> Response:
    """The browser keeps its word from its first sending on."""
    if asker.word and not asker.known:
        give_word(request, state, response, asker.word, posted=False)
    return response


def voice(state: State, asker: Asker, about: int) -> str:
    """Whose report of a post it is. Behind the dot the network, where a machine could be many browsers at no cost:
    not of those who have posted, nor in the venue. Of this post alone, so that no two reports are tied together."""
    if asker.posted or asker.in_venue:
        return asker.name
    return f"{asker.name}.{secrets.keyed(state.settings.key, 'network', f'{about} {asker.network}')[:16]}"


def address_of(request: Request) -> str:
    """Of the house they ask from."""
    return network_of(request.client.host) if request.client else ""


def spend(state: State, act: str, asker: Asker, by_browser: Rate, newcomers: Rate, sentence: str) -> None:
    """By browser first; then what newcomers of a network share; its flood stop last. Raises TooFast."""
    limits = state.limits
    limits.spend(act, asker.name, by_browser, sentence)
    if not asker.known:
        limits.spend(f"{act}-new", asker.network, IN_THE_VENUE if asker.in_venue else newcomers, sentence)
    limits.spend(f"{act}-address", asker.network, FLOOD_IN_THE_VENUE if asker.in_venue else FLOOD, sentence)
