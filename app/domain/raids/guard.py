"""How an event is guarded now, as its row says it: the mode, what is proposed, the tag to go on at. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.models import Event

QUIET = timedelta(minutes=10)  # after a proposal was answered with no


class Mode(StrEnum):
    """What a raid changes, the strictest first."""

    FREEZE = "freeze"  # the screens rest, and everything new waits
    REVIEW_ALL = "review_all"  # everything new is read by a person first
    TRUSTED_ONLY = "trusted_only"  # who is known here passes, all others wait
    TEXT_ONLY = "text_only"  # words as ever, pictures wait


def mode(event: Event) -> Mode | None:
    """None: nothing is guarded. A word that an older version wrote is as strict as can be."""
    if not event.raid:
        return None
    given = event.raid.get("mode", "")
    return Mode(given) if given in list(Mode) else Mode.REVIEW_ALL


def guarding(event: Event) -> dict[str, Any] | None:
    """{"mode", "at", "by"} for the desk's frames."""
    now = mode(event)
    return {"mode": now.value, "at": event.raid["at"], "by": event.raid.get("by", "")} if now and event.raid else None


def proposal(event: Event) -> dict[str, Any] | None:
    """What is proposed and not yet answered."""
    told = event.raid_proposal
    return told if told and "quiet_until" not in told and not event.raid else None


def is_quiet(event: Event, now: datetime) -> bool:
    """Somebody said no to a proposal a little while ago."""
    until = (event.raid_proposal or {}).get("quiet_until")
    return until is not None and now < datetime.fromisoformat(until)


def spare(event: Event) -> str | None:
    """ "#tag" where people are told to go on at it."""
    return f"#{event.spare_tag}" if event.spare_announced_at and event.spare_tag else None
