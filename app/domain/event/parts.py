"""The parts of an event's settings, each saved by itself: which field is in which, and which is on which page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.event import event_fields as fields
from app.domain.event import texts
from app.domain.event.field import Field, moment, text, words
from app.models import Event

PAGES = {  # the parts of each page, in order
    "event": ("event", "hashtags", "hall"),
    "texts": ("people", "agreed", "card"),
    "look": ("colours",),
    "life": ("times", "keeping"),
}


def sections(languages: Sequence[str]) -> Mapping[str, list[Field]]:
    """Every part. `languages`: those in which people are told something."""
    return {
        "event": [
            words("title", 200, needed=True), words("subtitle", 300), words("place", 200), fields.ZONE,
            moment("starts_at"), moment("ends_at"), fields.LANGUAGES,
        ],
        "hashtags": [fields.TAGS, fields.SPARE_TAG],
        "hall": [fields.NETWORKS],
        "people": [
            words("organiser", 200), fields.CONTACT, text("imprint", lambda event: event.imprint, _imprint),
            *map(texts.about, languages),
        ],
        "agreed": [*map(texts.agreed, languages)],
        "card": texts.reasons(languages),
        "colours": [fields.colour("colour"), fields.colour("colour_2")],
        "times": [moment("live_at", to_come=True), moment("archive_at", to_come=True)],
        "keeping": [fields.KEEP_UNTIL],
    }  # fmt: skip


def page_of(section: str) -> str:
    """The page a part stands on; empty: there is no such part."""
    return next((page for page, parts in PAGES.items() if section in parts), "")


def _imprint(event: Event, words: str) -> None:
    event.imprint = words
