"""What an organiser may change of the rules, and what holds until they do. Pure.

Event.rules keeps only what differs, so that a better default reaches every event that never chose otherwise.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from app.models import Event

FOLLOW, NEW, ALL = "follow", "new", "all"
PICTURES = (FOLLOW, NEW, ALL)  # shown with the words; those of people new here wait; all wait
# The trust ladder, from the top. Whoever is on no step is unknown.
LISTED, APPROVED, EARLIER, REPLIED, CARD = "listed", "approved", "earlier", "replied", "card"
STEPS = (LISTED, APPROVED, EARLIER, REPLIED, CARD)
MOST_POSTS, MOST_MINUTES, MOST_DAYS = 1_000, 1_440, 3_650


@dataclass(frozen=True, slots=True)
class Options:
    passes: tuple[str, ...] = (LISTED, APPROVED)  # the steps whose people are shown at once under "trusted"
    author_most: int = 0  # posts of one author, within author_minutes; 0: as many as they like
    author_minutes: int = 10
    domain_most: int = 0  # posts from one server
    domain_minutes: int = 10
    only_marks: bool = False  # hold what is only tags, mentions and links
    age_days: int = 0  # hold accounts younger than this; 0: all ages
    warnings: bool = False  # hold what has a content warning
    pictures: str = FOLLOW


DEFAULTS = Options()


def options_of(event: Event) -> Options:
    """Those of an event. What an older or newer version wrote and we cannot read counts as not chosen."""
    return _read(event.rules) if event.rules else DEFAULTS


def differing(options: Options) -> dict[str, Any]:
    """What Event.rules keeps of them."""
    here, usual = asdict(options), asdict(DEFAULTS)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in here.items() if v != usual[name]}


def _read(kept: dict[str, Any]) -> Options:
    found: dict[str, Any] = {}
    for field in fields(Options):
        usual, given = getattr(DEFAULTS, field.name), kept.get(field.name)
        if field.name == "passes" and isinstance(given, list):
            found["passes"] = tuple(step for step in STEPS if step in given)
        elif type(given) is type(usual) and (field.name != "pictures" or given in PICTURES):
            found[field.name] = given
    return Options(**found)
