"""The rules of an event as the fields of a form: how each is written there, and read from it. Pure.

The page has a part for each section; what is typed wrong gets one sentence beside its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.event.field import Field
from app.domain.rules import options as the
from app.domain.rules.options import differing, options_of
from app.errors import BadInput
from app.models import Event, Policy

SHORTEST, LONGEST = 3, 3_600  # seconds of a safety delay
ON = "on"  # what a ticked box sends


def sections() -> Mapping[str, list[Field]]:
    return {
        "policy": [
            Field("policy", lambda event: event.policy.value, _policy), Field("delay_seconds", _seconds, _delay),
        ],
        "trust": [_step(step) for step in the.STEPS],
        "holds": [
            _number("author_most", the.MOST_POSTS), _number("author_minutes", the.MOST_MINUTES, least=1),
            _number("domain_most", the.MOST_POSTS), _number("domain_minutes", the.MOST_MINUTES, least=1),
            _number("age_days", the.MOST_DAYS), _tick("only_marks"), _tick("warnings"),
        ],
        "pictures": [Field("pictures", lambda event: options_of(event).pictures, _pictures, drawn=False)],
    }  # fmt: skip


def ticks(section: str) -> list[str]:
    """Boxes: a browser says nothing of those that are not ticked."""
    return {"trust": [f"passes-{step}" for step in the.STEPS], "holds": ["only_marks", "warnings"]}.get(section, [])


def _set(event: Event, **changed: Any) -> None:
    event.rules = differing(replace(options_of(event), **changed))


def _policy(event: Event, typed: str, now: datetime) -> None:
    if typed not in list(Policy):
        raise BadInput("Choose when a post is shown.", "policy")
    event.policy = Policy(typed)


def _seconds(event: Event) -> str:
    return str(event.delay_seconds)


def _delay(event: Event, typed: str, now: datetime) -> None:
    event.delay_seconds = _whole(typed, "delay_seconds", SHORTEST, LONGEST)


def _pictures(event: Event, typed: str, now: datetime) -> None:
    if typed not in the.PICTURES:
        raise BadInput("Choose what is done with pictures.", "pictures")
    _set(event, pictures=typed)


def _step(step: str) -> Field:
    def read(event: Event) -> str:
        return ON if step in options_of(event).passes else ""

    def write(event: Event, typed: str, now: datetime) -> None:
        passing = {*options_of(event).passes} - {step} | ({step} if typed else set())
        _set(event, passes=tuple(one for one in the.STEPS if one in passing))

    return Field(f"passes-{step}", read, write, drawn=False)


def _tick(name: str) -> Field:
    def read(event: Event) -> str:
        return ON if getattr(options_of(event), name) else ""

    return Field(name, read, lambda event, typed, now: _set(event, **{name: bool(typed)}), drawn=False)


def _number(name: str, most: int, least: int = 0) -> Field:
    """Empty where nothing is asked for: 0."""

    def read(event: Event) -> str:
        found = getattr(options_of(event), name)
        return str(found) if found or least else ""

    def write(event: Event, typed: str, now: datetime) -> None:
        _set(event, **{name: _whole(typed, name, least, most) if typed.strip() or least else 0})

    return Field(name, read, write, drawn=False)


def _whole(typed: str, name: str, least: int, most: int) -> int:
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8 and least <= int(typed) <= most):
        raise BadInput("Write a whole number from {least} to {most}.", name, least=least, most=most)
    return int(typed)
