"""What an organiser says in several languages: about the event, what else people agree to, why to take part. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.event.field import Field, text
from app.errors import BadInput
from app.models import Event
from ingest.text.clean import line

MOST_REASON = 100  # what fits on a card
MOST_CONSENT = 400  # nobody reads more before they send a post
REASONS = 3


def about(language: str) -> Field:
    return _said(f"about-{language}", "about", language)


def agreed(language: str) -> Field:
    """What people agree to in the form besides the house's own text: posts/consent.py knows what to do with it."""
    return _said(f"consent-{language}", "consent", language, MOST_CONSENT)


def reasons(languages: Sequence[str]) -> list[Field]:
    return [_reason(one, number) for one in languages for number in range(REASONS)]


def _said(name: str, column: str, language: str, *most: int) -> Field:
    return text(name, partial(_read, column, language), partial(_keep, column, language), *most)


def _read(column: str, language: str, event: Event) -> str:
    return str(getattr(event, column).get(language, ""))


def _keep(column: str, language: str, event: Event, words: str) -> None:
    rest = {key: value for key, value in getattr(event, column).items() if key != language}
    setattr(event, column, rest | ({language: words} if words else {}))


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
