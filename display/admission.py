"""Who may post now: by browser and by card first, by address only as a high flood stop. A hall is one address.

A browser that has posted here has a budget of its own. Newcomers share one, by the card before them or else by their
address; where it is used up nobody is refused, they answer a small question. What a flood can do is make strangers
answer; only far beyond does an address wait.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from app.errors import N_
from app.limits import Limits, Rate
from app.models import Event

BY_BROWSER = Rate(burst=3, every=20)
PROVEN = Rate(burst=120, every=2)  # newcomers whose browser has computed for it
UNPROVEN = Rate(burst=20, every=15)  # those without a script
IN_THE_VENUE = Rate(burst=600, every=0.5)
FLOOD = Rate(burst=600, every=0.5)
FLOOD_IN_THE_VENUE = Rate(burst=6_000, every=0.1)
TOO_OFTEN = N_("That was quick. Wait a few seconds and send it again: your words are still here.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wants to post, as far as it can be told without asking who they are."""

    event: Event
    address: str
    browser: str  # its own word, in a cookie of ours
    known: bool = False  # it brought the word along; else it never posted here, or keeps no cookies
    card: str = ""  # the code of a card there is
    proven: bool = False
    answered: bool = False


def must_answer(limits: Limits, visitor: Visitor) -> bool:
    """Whether they are asked the small question first. Raises TooFast."""
    host = network_of(visitor.address)
    trusted = in_venue(visitor.event, visitor.address)
    if not (visitor.known or visitor.answered):
        key = f"{visitor.event.id} card {visitor.card}" if visitor.card else host
        rate = (IN_THE_VENUE if trusted else PROVEN) if visitor.proven else UNPROVEN
        if not limits.take(f"newcomer {visitor.proven}", key, rate):
            return True
    limits.spend("say", visitor.browser, BY_BROWSER, TOO_OFTEN)
    limits.spend("say-address", host, FLOOD_IN_THE_VENUE if trusted else FLOOD, TOO_OFTEN)
    return False


def network_of(address: str) -> str:
    """One house has one IPv4 address, or a /64 of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def in_venue(event: Event, address: str) -> bool:
    """Whether the organiser named this network as the hall's."""
    try:
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip in ipaddress.ip_network(network, strict=False) for network in event.venue_addresses)
    except ValueError:
        return False
