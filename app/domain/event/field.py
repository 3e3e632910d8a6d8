"""Field: one thing an organiser sets, as a form holds it and as it is read from one. Pure; with kinds all parts use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadInput
from app.models import Event
from ingest.text.clean import line, scrub

MOST_TEXT = 4_000  # letters of an imprint, of their own words
_LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # as the form names it: "title", "about-en", "reason-en-1"
    read: Callable[[Event], str]  # as it stands in the form
    write: Callable[[Event, str, datetime], None]  # from what was typed; raises BadInput with the field's name
    drawn: bool = True  # whether a wall or a strand may show it


def words(column: str, most: int, needed: bool = False) -> Field:
    def write(event: Event, typed: str, now: datetime) -> None:
        told = line(typed, most + 1)
        if len(told) > most:
            raise BadInput("That is too long: at most {n} letters.", column, n=most)
        if needed and not told:
            raise BadInput("An event needs a title.", column)
        setattr(event, column, told)

    return Field(column, lambda event: str(getattr(event, column)), write)


def text(
    name: str, read: Callable[[Event], str], keep: Callable[[Event, str], None], most: int = MOST_TEXT
) -> Field:  # fmt: skip
    def write(event: Event, typed: str, now: datetime) -> None:
        told = "\n".join(scrub(row).rstrip() for row in typed.replace("\r\n", "\n").split("\n")).strip()
        if len(told) > most:
            raise BadInput("That is too long: at most {n} letters.", name, n=most)
        keep(event, told)

    return Field(name, read, write, drawn=False)


def moment(column: str, to_come: bool = False) -> Field:
    """By the event's own clock. `to_come`: something happens then, so it must not be over."""

    def read(event: Event) -> str:
        found: datetime | None = getattr(event, column)
        return f"{found.astimezone(event.zone):{_LOCAL}}" if found else ""

    def write(event: Event, typed: str, now: datetime) -> None:
        try:
            local = datetime.strptime(typed.strip()[:16], _LOCAL) if typed.strip() else None
            found = local.replace(tzinfo=event.zone) if local else None
        except (ValueError, OverflowError):
            raise BadInput("Write the day and the hour like this: 2027-06-11T09:00.", column) from None
        if to_come and found and found <= now:
            raise BadInput("That moment is over. Choose one to come, or do it now, by hand.", column)
        setattr(event, column, found)

    return Field(column, read, write)
