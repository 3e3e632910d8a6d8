"""Which session a post belongs to, and how sure we are of it.

What its author chose in the form; its own tag, then the dashed variant of the event's, then what it answers, then the
card it was written from, then the room it names. Nothing else: a guess by the clock alone would be wrong as often as
right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.models import Event, Post
from ingest.text import tags

EARLY = timedelta(minutes=5)  # people sit down and write before it begins
AFTER = timedelta(minutes=10)  # and finish their sentence when it is over
_STANDS_FOR_NUMBER = "7777777"
_END = 400  # letters: a search in all of a long post would be slow where somebody means it to be
_LAST_TAGS = re.compile(r"(?:[#＃][\w-]+\s*)+$")


class How(StrEnum):
    """The surest first."""

    SAID = "said"  # chosen in the form, or that it is about none: nothing places it anew
    TAG = "tag"
    VARIANT = "variant"
    PARENT = "parent"
    CARD = "card"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Slot:
    """A session, as far as posts are told apart by it."""

    id: int
    number: int | None
    room_id: int | None
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False

    def holds(self, moment: datetime) -> bool:
        return not self.cancelled and self.starts_at <= moment < self.ends_at

    def near(self, moment: datetime) -> bool:
        return not self.cancelled and self.starts_at - EARLY <= moment < self.ends_at + AFTER


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    name: str  # as a tag would spell it
    card_code: str | None


@dataclass(frozen=True, slots=True)
class Clues:
    """All that a post says about where it belongs."""

    tags: Collection[str]
    text: str
    parent: int | None  # the session of what it answers
    card_code: str | None
    in_room: bool | None
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """The slots that a handful of posts may be about. Empty: there is no schedule."""

    patterns: Mapping[How, Sequence[re.Pattern[str]]] = field(default_factory=dict)
    slots: Sequence[Slot] = ()
    rooms: Sequence[Place] = ()

    def find(self, clues: Clues) -> tuple[int | None, str]:
        """(the session's id, how), or (None, "")."""
        for how in (How.TAG, How.VARIANT):
            if (slot := self._named(how, clues)) is not None:
                return slot.id, how.value
        if clues.parent is not None:
            return clues.parent, How.PARENT.value
        if (slot := self._in_room(self._room_of_card(clues.card_code), clues.posted_at)) is not None:
            return slot.id, How.CARD.value
        if (slot := self._said_room(clues)) is not None:
            return slot.id, How.TIME.value
        return None, ""

    def _named(self, how: How, clues: Clues) -> Slot | None:
        """By a tag with its number. Of several the one below the words: the others are spoken of in a sentence."""
        found = [(tag, slot) for tag, n in numbers(self.patterns.get(how, ()), clues.tags) if (slot := self._slot(n))]
        if len(found) < 2:
            return found[0][1] if found else None
        end = clues.text.casefold()[-_END:]
        below = _LAST_TAGS.search(end)
        places = {end.rfind(f"#{tag}"): slot for tag, slot in found}
        return places[max(places)] if below and max(places) >= below.start() else None

    def _slot(self, number: int) -> Slot | None:
        """One talk may be given twice under one number: then the first that is not cancelled."""
        given = [slot for slot in self.slots if slot.number == number]
        return min(given, key=lambda slot: (slot.cancelled, slot.starts_at), default=None)

    def _room_of_card(self, code: str | None) -> int | None:
        wanted = (code or "").strip().casefold()
        return next((r.id for r in self.rooms if wanted and (r.card_code or "").casefold() == wanted), None)

    def _in_room(self, room_id: int | None, moment: datetime) -> Slot | None:
        """What runs there; else what has just ended; else what is about to begin."""
        near = [slot for slot in self.slots if room_id is not None and slot.room_id == room_id and slot.near(moment)]
        return min(near, key=lambda slot: (not slot.holds(moment), slot.starts_at), default=None)

    def _said_room(self, clues: Clues) -> Slot | None:
        """The room stands among its tags; or it was written in the house while only one session ran."""
        named = next((room.id for room in self.rooms if room.name in clues.tags), None)
        if named is not None:
            return self._in_room(named, clues.posted_at)
        running = [slot for slot in self.slots if slot.holds(clues.posted_at)]
        return running[0] if clues.in_room and len(running) == 1 else None


def patterns_of(event: Event) -> dict[How, list[re.Pattern[str]]]:
    """How this event's sessions are named in tags: #ht_s12 or #event_s12; and #event-s12."""
    plays = event.rehearsal or {}
    given = [p for p in (event.session_tag, str(plays.get("session_tag") or "")) if p]
    own = [tags.normalise(tag) for tag in event.matching_tags]
    explicit = [_pattern(p) for p in given] or [re.compile(rf"{re.escape(tag)}_s(\d{{1,9}})") for tag in own]
    return {How.TAG: explicit, How.VARIANT: [re.compile(rf"{re.escape(tag)}-s(\d{{1,9}})") for tag in own]}


def numbers(patterns: Iterable[re.Pattern[str]], given: Iterable[str]) -> list[tuple[str, int]]:
    """The tags that name a session, with its number."""
    tried = ((tag, pattern.fullmatch(tag)) for tag in sorted(given) for pattern in patterns)
    return [(tag, int(found[1])) for tag, found in tried if found]


def clues(post: Post) -> Clues:
    """Needs reply_to loaded."""
    parent = post.reply_to.session_id if post.reply_to else None
    return Clues(post.tags, post.text, parent, post.card_code, post.in_room, post.posted_at)


def place(post: Post, programme: Programme) -> None:
    """Give a post its session, or take it away. Needs reply_to loaded."""
    if post.session_how == How.SAID.value:
        return
    post.session_id, post.session_how = programme.find(clues(post))


def inherit(post: Post, parent: Post) -> None:
    """What it answers came later than the post itself."""
    if post.session_id is None and parent.session_id is not None and post.session_how != How.SAID.value:
        post.session_id, post.session_how = parent.session_id, How.PARENT.value


def _pattern(written: str) -> re.Pattern[str]:
    before, _, after = tags.normalise(written.replace("{number}", _STANDS_FOR_NUMBER)).partition(_STANDS_FOR_NUMBER)
    return re.compile(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}")
