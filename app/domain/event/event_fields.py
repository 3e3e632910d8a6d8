"""What an organiser tells people about an event, field by field: how it is written in a form, and read from one. Pure.

Changing an event is event_settings.py's. A field knows its column and, where it has several, its language.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from app.domain.event import one_tag
from app.domain.events import check_contact
from app.errors import BadInput
from app.models import Event
from ingest.text.clean import line, scrub

MOST_TEXT = 4_000  # letters of an imprint, of their own words
MOST_REASON = 100  # what fits on a card
REASONS = 3
MOST_NETWORKS = 50
_LOCAL = "%Y-%m-%dT%H:%M"
_WIDEST = {4: 12, 6: 28}  # a wider network is no hall, but a country


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # as the form names it: "title", "about-en", "reason-en-1"
    read: Callable[[Event], str]  # as it stands in the form
    write: Callable[[Event, str, datetime], None]  # from what was typed; raises BadInput with the field's name
    drawn: bool = True  # whether a wall or a strand may show it


def _words(column: str, most: int, needed: bool = False) -> Field:
    def write(event: Event, typed: str, now: datetime) -> None:
        words = line(typed, most + 1)
        if len(words) > most:
            raise BadInput("That is too long: at most {n} letters.", column, n=most)
        if needed and not words:
            raise BadInput("An event needs a title.", column)
        setattr(event, column, words)

    return Field(column, lambda event: str(getattr(event, column)), write)


def _text(name: str, read: Callable[[Event], str], keep: Callable[[Event, str], None]) -> Field:
    def write(event: Event, typed: str, now: datetime) -> None:
        words = "\n".join(scrub(row).rstrip() for row in typed.replace("\r\n", "\n").split("\n")).strip()
        if len(words) > MOST_TEXT:
            raise BadInput("That is too long: at most {n} letters.", name, n=MOST_TEXT)
        keep(event, words)

    return Field(name, read, write, drawn=False)


def _moment(column: str) -> Field:
    def read(event: Event) -> str:
        moment: datetime | None = getattr(event, column)
        return f"{moment.astimezone(event.zone):{_LOCAL}}" if moment else ""

    def write(event: Event, typed: str, now: datetime) -> None:
        try:
            local = datetime.strptime(typed.strip()[:16], _LOCAL) if typed.strip() else None
            setattr(event, column, local.replace(tzinfo=event.zone) if local else None)
        except (ValueError, OverflowError):
            raise BadInput("Write the day and the hour like this: 2027-06-11T09:00.", column) from None

    return Field(column, read, write)


def _contact(event: Event, typed: str, now: datetime) -> None:
    event.contact = check_contact(typed)


def _spare_tag(event: Event, typed: str, now: datetime) -> None:
    tag = typed.strip().lstrip("#＃")
    if tag and (wrong := one_tag.trouble(tag, "spare_tag")) is not None:
        raise wrong
    if tag.casefold() in {own.casefold() for own in event.tags}:
        raise BadInput("This is a tag of the event already. The spare one must be another.", "spare_tag")
    event.spare_tag = tag


def _networks(event: Event, typed: str, now: datetime) -> None:
    given = typed.replace(",", " ").split()
    if len(given) > MOST_NETWORKS:
        raise BadInput("At most {n} networks.", "venue_addresses", n=MOST_NETWORKS)
    event.venue_addresses = list(dict.fromkeys(network(one) for one in given))


def network(typed: str) -> str:
    """A network as addresses are compared with it. One address is a network too. Raises BadInput."""
    try:
        found = ipaddress.ip_network(typed, strict=False)
    except ValueError:
        raise BadInput(
            "{given} is no network. 203.0.113.7 or 203.0.113.0/24 is one.", "venue_addresses", given=typed[:60]
        ) from None
    if found.prefixlen < _WIDEST[found.version]:
        raise BadInput("{given} is far more than one hall.", "venue_addresses", given=typed[:60])
    return str(found)


def _read_keep_until(event: Event) -> str:
    """The last day on which everything is still there."""
    if event.keep_until is None:
        return ""
    return f"{(event.keep_until - timedelta(seconds=1)).astimezone(event.zone):%Y-%m-%d}"


def _keep_until(event: Event, typed: str, now: datetime) -> None:
    try:
        day = datetime.strptime(typed.strip()[:10], "%Y-%m-%d").date() if typed.strip() else None
        until = datetime.combine(day + timedelta(days=1), time(), event.zone) if day else None
    except (ValueError, OverflowError):
        raise BadInput("Write the day like this: 2027-12-31.", "keep_until") from None
    if until is not None and until <= now:
        raise BadInput("That day is over: everything would be erased at once. Choose a day to come.", "keep_until")
    if until is not None and event.ends_at is not None and until <= event.ends_at:
        raise BadInput("The event is not over by then. Choose a later day.", "keep_until")
    event.keep_until = until


def _read_about(language: str, event: Event) -> str:
    return str(event.about.get(language, ""))


def _write_about(language: str, event: Event, words: str) -> None:
    rest = {key: value for key, value in event.about.items() if key != language}
    event.about = rest | ({language: words} if words else {})


def _reason(language: str, number: int) -> Field:
    name = f"reason-{language}-{number + 1}"

    def read(event: Event) -> str:
        given = event.reasons.get(language) or []
        return str(given[number]) if number < len(given) else ""

    def write(event: Event, typed: str, now: datetime) -> None:
        words = line(typed, MOST_REASON + 1)
        if len(words) > MOST_REASON:
            raise BadInput("That does not fit on a card: at most {n} letters.", name, n=MOST_REASON)
        given = [*(event.reasons.get(language) or []), "", "", ""][
            : max(REASONS, len(event.reasons.get(language) or []))
        ]
        given[number] = words
        rest: dict[str, Any] = {key: value for key, value in event.reasons.items() if key != language}
        event.reasons = rest | ({language: given} if any(given) else {})

    return Field(name, read, write)


def sections(languages: list[str]) -> Mapping[str, list[Field]]:
    """The parts of the page, each saved by itself. `languages`: those in which people are told something."""
    abouts = [_text(f"about-{one}", partial(_read_about, one), _about_in(one)) for one in languages]
    return {
        "event": [
            _words("title", 200, needed=True), _words("subtitle", 300), _words("place", 200), _moment("starts_at"),
            _moment("ends_at"),
        ],
        "people": [
            _words("organiser", 200), Field("contact", lambda event: event.contact, _contact, drawn=False),
            _text("imprint", lambda event: event.imprint, lambda event, words: setattr(event, "imprint", words)),
            *abouts,
        ],
        "card": [
            *(_reason(one, number) for one in languages for number in range(REASONS)),
            Field("spare_tag", lambda event: event.spare_tag, _spare_tag),
        ],
        "hall": [Field("venue_addresses", lambda event: "\n".join(event.venue_addresses), _networks, drawn=False)],
        "keeping": [Field("keep_until", _read_keep_until, _keep_until, drawn=False)],
    }  # fmt: skip


def _about_in(language: str) -> Callable[[Event, str], None]:
    return lambda event, words: _write_about(language, event, words)
