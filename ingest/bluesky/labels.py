"""Labels: single words that authors and moderation services put on posts and accounts.

Pure. Which of them hides what is the house's to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ingest.text import clean

NOT_SIGNED_IN = "!no-unauthenticated"  # not to be shown to people who are not signed in
SENSITIVE = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore"))
REMOVED = frozenset(("!hide", "!takedown", "!suspend"))
WITHHELD = SENSITIVE | REMOVED | {NOT_SIGNED_IN, "!warn", "spam"}  # words with one of these are not read out in a quote
BRIDGED = "bridged-from-bridgy-fed-activitypub"
MAX_LABELS = 20


def values(labels: object, now: datetime) -> tuple[str, ...]:
    """The words of a list of labels that stand now: neither taken back by whoever gave them nor over."""
    standing: dict[tuple[object, str], None] = {}
    for label in sorted(_dicts(labels), key=lambda label: _text(label.get("cts"))):
        given = (_text(label.get("src")), clean.line(label.get("val"), 128))
        if label.get("neg") is True or _is_over(label.get("exp"), now):
            standing.pop(given, None)
        elif given[1]:
            standing[given] = None
    return _few(word for _, word in standing)


def of_record(record: dict[str, object]) -> tuple[str, ...]:
    """What the author said of the post: {"labels": {"values": [{"val": "sexual"}]}}."""
    labels = record.get("labels")
    said = _dicts(labels.get("values") if isinstance(labels, dict) else None)
    return _few(clean.line(label.get("val"), 128) for label in said if label.get("neg") is not True)


def _few(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, words)))[:MAX_LABELS]


def _dicts(labels: object) -> list[dict[str, Any]]:
    return [label for label in labels if isinstance(label, dict)] if isinstance(labels, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_over(moment: object, now: datetime) -> bool:
    """A moment nobody can read ends nothing."""
    try:
        given = datetime.fromisoformat(_text(moment))
    except ValueError:
        return False
    return (given if given.tzinfo else given.replace(tzinfo=UTC)) <= now
