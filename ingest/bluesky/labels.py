"""Labels: single words that authors and moderation services put on posts and accounts.

Pure. Which of them hides what is the house's to say.
"""

from __future__ import annotations

from ingest.text import clean

NOT_SIGNED_IN = "!no-unauthenticated"  # not to be shown to people who are not signed in
SENSITIVE = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore"))
REMOVED = frozenset(("!hide", "!takedown", "!suspend"))
BRIDGED = "bridged-from-bridgy-fed-activitypub"
MAX_LABELS = 20


def values(labels: object) -> tuple[str, ...]:
    """The words of a list of labels, each once, without those taken back."""
    if not isinstance(labels, list):
        return ()
    given = (label.get("val") for label in labels if isinstance(label, dict) and label.get("neg") is not True)
    named = (clean.line(value, 128) for value in given)
    return tuple(dict.fromkeys(name for name in named if name))[:MAX_LABELS]


def of_record(record: dict[str, object]) -> tuple[str, ...]:
    """What the author said of the post: {"labels": {"values": [{"val": "sexual"}]}}."""
    labels = record.get("labels")
    return values(labels.get("values") if isinstance(labels, dict) else None)
