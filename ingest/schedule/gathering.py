"""From loose rows to sessions: every format hands its rows here, so that each is cleaned and counted once. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.programme import IncomingRoom, IncomingSchedule, IncomingSession, Reason
from ingest.schedule.times import LONGEST
from ingest.text import html
from ingest.text.clean import href, line, scrub
from ingest.text.segments import plain

MOST = 10_000  # sessions; the largest conferences there are have a tenth
MAX_ABSTRACT = 4_000
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_YES = frozenset(("true", "yes", "y", "1", "x", "ja", "wahr"))


@dataclass(slots=True)
class Row:
    """One session as a format has it. Anything may be anything; only the times have been read already."""

    guid: object = None
    title: object = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    length: timedelta | None = None
    room: object = None
    number: object = None
    abstract: object = None
    speakers: Iterable[object] = ()
    languages: Iterable[object] = ()
    track: object = None
    kind: object = None
    url: object = None
    closed: object = None


class Gathering:
    """Takes rows one by one; `schedule()` is what came of them."""

    def __init__(self) -> None:
        self._sessions: dict[str, IncomingSession] = {}
        self._rooms: dict[str, IncomingRoom] = {}
        self._skipped: Counter[Reason] = Counter()
        self._unread: set[str] = set()

    def room(self, name: object) -> None:
        """A room the schedule names, used or not."""
        if cleaned := line(name):
            self._rooms.setdefault(cleaned, IncomingRoom(cleaned))

    def skip(self, reason: Reason, guid: str = "") -> None:
        self._skipped[reason] += 1
        if guid:
            self._unread.add(guid)

    def add(self, row: Row) -> None:
        title = line(row.title, 300)
        guid = _guid(row.guid, title)
        if not title:
            return self.skip("no_title", guid)
        if row.starts_at is None:
            return self.skip("no_start", guid)
        ends_at = _end(row)
        if ends_at is None:
            return self.skip("no_length", guid)
        if guid in self._sessions:
            return self.skip("twice")
        if len(self._sessions) >= MOST:
            return self.skip("too_many")
        self.room(row.room)
        self._sessions[guid] = IncomingSession(
            guid, title, row.starts_at, ends_at, line(row.room), _number(row.number), _words(row.abstract),
            _names(row.speakers, 200), _names(row.languages, 35), line(row.track), line(row.kind, 64), href(row.url),
            truth(row.closed),
        )  # fmt: skip
        return None

    def schedule(self) -> IncomingSchedule:
        """Ordered by time. A row that could not be read but has a twin that could is no loss."""
        sessions = sorted(self._sessions.values(), key=lambda s: (s.starts_at, s.guid))
        unread = frozenset(self._unread - self._sessions.keys())
        return IncomingSchedule(tuple(sessions), tuple(self._rooms.values()), dict(self._skipped), unread)


def truth(value: object) -> bool:
    return value is True or (isinstance(value, str | int) and str(value).strip().lower() in _YES)


def _guid(given: object, title: str) -> str:
    """The schedule's own name for it. Without one the title has to do: it lasts longer than time and room."""
    named = line(str(given), 4_000) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if named and len(named) <= 200:
        return named
    if named or title:
        return "title:" + hashlib.sha256((named or title.casefold()).encode()).hexdigest()[:32]
    return ""


def _end(row: Row) -> datetime | None:
    start = row.starts_at
    if start is None:
        return None
    if row.length is not None:
        return start + row.length
    return row.ends_at if row.ends_at is not None and start < row.ends_at <= start + LONGEST else None


def _number(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None


def _words(text: object) -> str:
    """Plain words: some schedules carry HTML."""
    if not isinstance(text, str):
        return ""
    text = text[: MAX_ABSTRACT * 4]
    cleaned = plain(html.segments(text)) if _MARKUP.search(text) else scrub(text).strip()
    return cleaned[:MAX_ABSTRACT]


def _names(values: Iterable[object], limit: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values if (name := line(value, limit))))[:30]
