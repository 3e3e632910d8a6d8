"""What an organiser sets of an event, field by field: how it is checked, and how it stands in a form. Pure.

The kinds that every part uses are field.py's, what is said in several languages texts.py's, which field is in which
part parts.py's. Changing an event is event_settings.py's.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, time, timedelta

from app.domain.event import colours, one_tag
from app.domain.event.field import Field
from app.domain.events import check_contact, check_tags, check_zone
from app.errors import BadInput
from app.models import Event

MOST_TAGS = 8
MOST_LANGUAGES = 20
MOST_NETWORKS = 50
_WIDEST = {4: 12, 6: 28}  # a wider network is no hall, but a country
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BETWEEN_TAGS = re.compile(r"[\s,;#＃]+")
_BY_ITS_CLOCK = ("starts_at", "ends_at", "live_at", "archive_at", "keep_until")


def split_tags(typed: str) -> list[str]:
    """Tags as people write several: with or without #, with blanks or commas or lines between."""
    return [tag for tag in _BETWEEN_TAGS.split(typed) if tag]


def _tags(event: Event, typed: str, now: datetime) -> None:
    given = list({tag.casefold(): tag for tag in reversed(split_tags(typed))}.values())[::-1]
    if len(given) > MOST_TAGS:
        raise BadInput("At most {n} hashtags: nobody remembers more.", "tags", n=MOST_TAGS)
    tags = check_tags(given)
    if event.spare_tag.casefold() in {tag.casefold() for tag in tags}:
        raise BadInput("#{tag} is the spare one. Make another the spare first.", "tags", tag=event.spare_tag)
    event.tags = tags


def _spare_tag(event: Event, typed: str, now: datetime) -> None:
    tag = typed.strip().lstrip("#＃")
    if tag and (wrong := one_tag.trouble(tag, "spare_tag")) is not None:
        raise wrong
    if tag.casefold() in {own.casefold() for own in event.tags}:
        raise BadInput("This is a tag of the event already. The spare one must be another.", "spare_tag")
    event.spare_tag = tag


def _zone(event: Event, typed: str, now: datetime) -> None:
    """What is at nine stays at nine: an organiser who corrects the zone has not moved the event."""
    before, name = event.zone, check_zone(typed.strip())
    event.time_zone = name
    for column in _BY_ITS_CLOCK:
        moment: datetime | None = getattr(event, column)
        if moment is not None:
            setattr(event, column, moment.astimezone(before).replace(tzinfo=event.zone))


def _languages(event: Event, typed: str, now: datetime) -> None:
    given = list(dict.fromkeys(typed.split()))
    if len(given) > MOST_LANGUAGES or not all(_LANGUAGE.fullmatch(one) for one in given):
        raise BadInput("Choose the languages from the list.", "languages")
    kept = [one for one in event.languages if one in given]
    event.languages = [*kept, *(one for one in given if one not in kept)]  # the first stays the first


def _contact(event: Event, typed: str, now: datetime) -> None:
    event.contact = check_contact(typed)


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


def colour(column: str) -> Field:
    def write(event: Event, typed: str, now: datetime) -> None:
        given = colours.parse(typed, column) if typed.strip() else ""
        if given:
            colours.check(given, column)
        setattr(event, column, given)

    return Field(column, lambda event: str(getattr(event, column)), write)


TAGS = Field("tags", lambda event: " ".join(f"#{tag}" for tag in event.tags), _tags)
SPARE_TAG = Field("spare_tag", lambda event: event.spare_tag, _spare_tag)
ZONE = Field("time_zone", lambda event: event.time_zone, _zone)
LANGUAGES = Field("languages", lambda event: " ".join(event.languages), _languages)
CONTACT = Field("contact", lambda event: event.contact, _contact, drawn=False)
NETWORKS = Field("venue_addresses", lambda event: "\n".join(event.venue_addresses), _networks, drawn=False)
KEEP_UNTIL = Field("keep_until", _read_keep_until, _keep_until, drawn=False)
