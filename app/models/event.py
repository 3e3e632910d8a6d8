"""Event: the occasion. Carries its log's counter, so that a number and what it numbers commit together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment, Word


class EventState(StrEnum):
    DRAFT = "draft"  # nobody but its organisers sees it
    REHEARSAL = "rehearsal"  # plays a script; marked on every page
    LIVE = "live"
    ARCHIVED = "archived"  # still readable, no longer collecting


class Policy(StrEnum):
    """What a new post needs before it is shown."""

    REVIEW = "review"  # a person reads everything first
    TRUSTED = "trusted"  # trusted authors pass, others wait
    DELAY = "delay"  # shown after some seconds, unless somebody acts
    OPEN = "open"  # shown at once, unless a rule fires


class Event(Base):
    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    subtitle: Mapped[str] = mapped_column(String(300), default="")
    tags: Mapped[list[str]] = mapped_column(Json)  # as written, without #; the first is shown
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    place: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[EventState] = mapped_column(Word(EventState))
    policy: Mapped[Policy] = mapped_column(Word(Policy), default=Policy.REVIEW)
    delay_seconds: Mapped[int] = mapped_column(default=20)  # for Policy.DELAY
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what differs from domain/rules/options.py
    lists_version: Mapped[int] = mapped_column(default=0)  # raised with every change of its block and trust lists
    raid: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"mode", "at", "by"}: while the house is guarded
    raid_proposal: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what looks like a raid, until answered
    contact: Mapped[str] = mapped_column(String(200), default="")  # where its organiser gets mail
    organiser: Mapped[str] = mapped_column(String(200), default="")  # who runs it, for the page "about"
    imprint: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # {"en": "…"}: their own words there
    spare_tag: Mapped[str] = mapped_column(String(64), default="")  # announced when the first is flooded
    spare_announced_at: Mapped[datetime | None] = mapped_column(Moment)
    consent: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # {"en": "…"}: added to what people agree to
    logo_id: Mapped[str | None] = mapped_column(ForeignKey("media.id"))
    colour: Mapped[str] = mapped_column(String(7), default="")  # "#rrggbb": the organiser's own, in place of the sea
    colour_2: Mapped[str] = mapped_column(String(7), default="")  # for questions, in place of the dusk
    live_at: Mapped[datetime | None] = mapped_column(Moment)  # becomes live by itself then
    archive_at: Mapped[datetime | None] = mapped_column(Moment)  # is over by itself then
    venue_addresses: Mapped[list[str]] = mapped_column(Json, default=list)  # networks of the hall: trusted for limits
    keep_until: Mapped[datetime | None] = mapped_column(Moment)  # then everything said is erased
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    session_tag: Mapped[str] = mapped_column(String(64), default="")  # "ht_s{number}": the tag of a session
    reasons: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # {"en": [...]}: why to take part
    rehearsal: Mapped[dict[str, Any] | None] = mapped_column(Json)  # how the script plays, while it does
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)
    blank_at: Mapped[datetime | None] = mapped_column(Moment)
    switched_seq: Mapped[int] = mapped_column(BigInteger, default=0)  # the entry that last froze, blanked or released
    freeze_nonce: Mapped[str] = mapped_column(String(32), default="")  # part of its signed link: a new one ends the old
    spotlight: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"post", "at"}: large on every screen
    pins: Mapped[list[int]] = mapped_column(Json, default=list)  # posts that stay on the screens, in this order
    created_at: Mapped[datetime] = mapped_column(Moment)
    # The log's counter. Raised under this row's lock in the transaction that writes the entry: gapless, commit-ordered.
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    epoch: Mapped[str] = mapped_column(String(32))  # changes only when the log is reset or restored

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_public(self) -> bool:
        return self.state is not EventState.DRAFT

    @property
    def collects(self) -> bool:
        return self.state in (EventState.LIVE, EventState.REHEARSAL)

    @property
    def matching_tags(self) -> list[str]:
        """What makes a post this event's: its own tags, the spare one, and the script's while it rehearses."""
        return [tag for tag in (*self.tags, self.spare_tag, (self.rehearsal or {}).get("tag")) if tag]
