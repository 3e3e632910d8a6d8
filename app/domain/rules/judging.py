"""What the event's rules say of a new post, or of a new version of one. Pure: facts in, a ruling out.

A rule may make a post wait, hold it or let it pass; no rule ever deletes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.models import Event, Policy, Verdict

HOLDING_LABELS = frozenset({"!warn", "porn", "sexual", "nudity", "graphic-media", "spam"})
COVERING_LABELS = HOLDING_LABELS - {"spam"} | {"gore"}  # the pictures lie under a cover, whoever lets the post pass


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may look at."""

    labels: frozenset[str] = frozenset()
    trusted: bool = False  # a person approved this author here before, and none hid them
    changed: bool = False  # a new version of a post we have
    previous: Verdict | None = None  # the verdict on the version before
    by_person: bool = False  # that verdict was a person's


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    why: str  # a key of reasons.py
    due_at: datetime | None = None


def judge(event: Event, facts: Facts, now: datetime) -> Ruling:
    """The first decision on a version."""
    if facts.changed and facts.previous is Verdict.HIDE:
        return Ruling(Verdict.HIDE, "hidden")  # an edit must not be the way round a moderator
    if facts.labels & HOLDING_LABELS:
        return Ruling(Verdict.HOLD, "label")
    if facts.changed and facts.previous is Verdict.HOLD and facts.by_person:
        return Ruling(Verdict.WAITING, "changed")
    match event.policy:
        case Policy.OPEN:
            return Ruling(Verdict.APPROVE, "open")
        case Policy.TRUSTED if facts.trusted:
            return Ruling(Verdict.APPROVE, "trusted")
        case Policy.DELAY:
            return Ruling(Verdict.WAITING, "delay", now + timedelta(seconds=event.delay_seconds))
    if facts.changed:
        return Ruling(Verdict.WAITING, "changed")
    return Ruling(Verdict.WAITING, "untrusted" if event.policy is Policy.TRUSTED else "review")
