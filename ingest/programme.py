"""A schedule as ingest hands it to the house: plain, cleaned, still untrusted values, whatever format they came in.

Owns the shapes. Parses nothing, stores nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

INVENTED = "rehearsal:"
"""How the guids of a rehearsal's sessions begin: they and a real schedule leave each other alone."""

Reason = Literal["no_row", "no_title", "no_start", "no_length", "twice", "too_many"]
"""Why a row was left out."""


@dataclass(frozen=True, slots=True)
class IncomingRoom:
    name: str
    card_code: str | None = None  # only where the schedule itself says what stands on the cards of this room


@dataclass(frozen=True, slots=True)
class IncomingSession:
    """`guid` is the schedule's own name for it, or one made from its title: the same in the next reading."""

    guid: str
    title: str
    starts_at: datetime  # aware, UTC
    ends_at: datetime
    room: str = ""
    number: int | None = None
    abstract: str = ""
    speakers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    track: str = ""
    kind: str = ""
    url: str | None = None
    closed: bool = False  # do_not_record


@dataclass(frozen=True, slots=True)
class IncomingSchedule:
    sessions: tuple[IncomingSession, ...] = ()
    rooms: tuple[IncomingRoom, ...] = ()  # in the order the schedule has them
    skipped: Mapping[Reason, int] = field(default_factory=dict)
    # guids of rows that could not be read: what the house has of them stays, a typo is no cancellation
    unread: frozenset[str] = frozenset()
    known_format: bool = True
