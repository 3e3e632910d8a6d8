"""What people agree to in the form: its text and the version of it, in one place. A new text is a new version.

Every sentence must be true of what the house does; a test holds that this text goes with this version. An organiser may
add words of their own: they make a version of their own, and are kept from the first person on who agreed to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from app.errors import N_
from app.models import Event

VERSION = "2026-11-25"  # stored with every receipt
ASKED = N_("My words, my name and my pictures may be shown on the screens and on the public page of this event.")
PUBLIC = N_(
    "Everybody can read them there, in feeds and in files of the whole strand, and find them by our search and by"
    " search engines."
)
KEPT_UNTIL = N_("They stay until {date}. Then everything said here is erased.")
KEPT = N_("They stay as long as this page does.")
YOURS = N_(
    "On your private page you can change them or take them back, at any time. Taken back, they are gone from here"
    " within a minute. Copies that others made stay with others."
)
COOKIE = N_("Your browser keeps one cookie for 30 days, so that what you say belongs together. We ask for no address.")
ALL = (ASKED, PUBLIC, KEPT_UNTIL, KEPT, YOURS, COOKIE)
AGREED = "agreed"  # in Event.consent beside its languages: {digest: what it said}, of every text somebody agreed to


def told(gettext: Callable[[str], str], until: str) -> list[str]:
    """What happens with a post, in sentences. `until`: the day everything is erased, or empty."""
    kept = gettext(KEPT_UNTIL).format(date=until) if until else gettext(KEPT)
    return [gettext(PUBLIC), kept, gettext(YOURS), gettext(COOKIE)]


def added(event: Event, locale: str) -> tuple[str, str]:
    """(language, the organiser's own addition): in the reader's language, else in the event's first there are."""
    given = _additions(event)
    wanted = [locale, *(one.partition("-")[0] for one in event.languages), *given]
    language = next((one for one in wanted if one in given), "")
    return language, given.get(language, "")


def version(event: Event) -> str:
    """What a receipt keeps: the house's text, and which addition stood under it."""
    given = _additions(event)
    return f"{VERSION}+{_digest(given)}" if given else VERSION


def agree(event: Event) -> str:
    """Somebody agrees to it now; gives the version. Within the act that takes their post, on the event's locked row."""
    given = _additions(event)
    kept: dict[str, Any] = event.consent.get(AGREED, {})
    if given and _digest(given) not in kept:
        event.consent = {**event.consent, AGREED: {**kept, _digest(given): given}}
    return version(event)


def addition_of(event: Event, agreed_to: str) -> dict[str, str]:
    """The addition of one version, by language: also of one that says something else by now."""
    found: dict[str, str] = event.consent.get(AGREED, {}).get(agreed_to.partition("+")[2], {})
    return found


def _additions(event: Event) -> dict[str, str]:
    return {key: str(text) for key, text in sorted(event.consent.items()) if key != AGREED and str(text).strip()}


def _digest(additions: dict[str, str]) -> str:
    return hashlib.sha256("\0".join(f"{key}\0{text}" for key, text in additions.items()).encode()).hexdigest()[:12]
