"""What a reader asks of the strand, out of an address and back into one. Pure; its meaning is strand/reading.py's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.domain.strand.reading import Filters, Place
from app.domain.view import place
from app.errors import BadInput
from ingest.text.tags import normalise
from ingest.types import Network

START = (datetime(1, 1, 2, tzinfo=UTC), 0)  # before anything: "after=start" reads from the beginning
LONGEST = 200  # letters of a search
MOST_DIGITS = 9
FIELDS = ("q", "tag", "language", "network", "pictures", "questions", "session", "author")  # what narrows, as written
KEPT = (*FIELDS, "order")  # what a link to another stretch carries along


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading of the address. Nothing in it can be wrong: what was, is `trouble`, and left out."""

    filters: Filters = field(default_factory=Filters)
    before: Place | None = None
    after: Place | None = None
    day: date | None = None
    hour: int | None = None
    talk: int | None = None  # to where this session began
    typed: Mapping[str, str] = field(default_factory=dict)  # as it came, for the forms and for links
    trouble: BadInput | None = None

    @property
    def newest_first(self) -> bool:
        return self.typed.get("order") == "newest"

    @property
    def is_newest(self) -> bool:
        """Whether it reaches to the end of the strand, where new posts are tied in."""
        return not (self.before or self.after or self.day or self.talk)

    def without(self, name: str) -> dict[str, str]:
        return {key: value for key, value in self.kept().items() if key != name}

    def kept(self) -> dict[str, str]:
        return {key: self.typed[key] for key in KEPT if self.typed.get(key)}

    def active(self) -> list[str]:
        """The names of what narrows it, in the order of the forms."""
        return [key for key in FIELDS if self.typed.get(key)]


def address(slug: str, kept: Mapping[str, str], **more: str) -> str:
    """An address on the strand: what is kept, changed by what is new; empty is left out."""
    said = {key: value for key, value in {**kept, **more}.items() if value}
    return f"/{slug}?{urlencode(said)}" if said else f"/{slug}"


def asked(query: Mapping[str, str]) -> Asked:
    """Never raises: a page with one sentence and what was typed is worth more than a refusal."""
    typed = {name: query.get(name, "").strip() for name in (*KEPT, "day", "hour")}
    one, trouble = Asked(typed=typed), None
    for read in (_filters, _stretch, _moment):
        try:
            one = read(one, query)
        except BadInput as error:
            trouble = trouble or error
    return replace(one, trouble=trouble)


def at_hour(one: Asked, zone: ZoneInfo) -> Asked:
    """A day and an hour as a place: what was said from then on; newest first, until that hour was over."""
    if one.day is None:
        return one
    start = datetime.combine(one.day, time(one.hour or 0), zone)
    over = start + (timedelta(days=1) if one.hour is None else timedelta(hours=1))
    return between(one, start, over)


def between(one: Asked, start: datetime, over: datetime) -> Asked:
    """As the reader reads: down from the beginning, or down from the end."""
    if one.newest_first:
        return replace(one, before=(over.astimezone(UTC), 0))
    return replace(one, after=(start.astimezone(UTC), 0))


def _filters(one: Asked, query: Mapping[str, str]) -> Asked:
    typed = one.typed
    if len(typed["q"]) > LONGEST:
        raise BadInput("That is too much to search for. A few words are enough.", "q")
    if typed["network"] and typed["network"] not in {network.value for network in Network}:
        raise BadInput("There is no such network here.", "network")
    chosen = Filters(
        q=typed["q"], tag=normalise(typed["tag"].lstrip("#＃")), lang=typed["language"][:35].lower(),
        network=typed["network"], pictures=bool(typed["pictures"]), questions=bool(typed["questions"]),
        session=_number(typed["session"]), author=_number(typed["author"]),
    )  # fmt: skip
    return replace(one, filters=chosen)


def _stretch(one: Asked, query: Mapping[str, str]) -> Asked:
    before, after = query.get("before", ""), query.get("after", "")
    start = START if after == "start" else place(after) if after else None
    return replace(one, before=place(before) if before else None, after=None if before else start)


def _moment(one: Asked, query: Mapping[str, str]) -> Asked:
    day, hour, talk = (query.get(name, "").strip() for name in ("day", "hour", "talk"))
    if hour and not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) < 24):
        raise BadInput("There is no such hour. A day has the hours from 0 to 23.", "hour")
    try:
        chosen = date.fromisoformat(day) if day else None
    except ValueError:
        raise BadInput("There is no such day. A day looks like 2027-06-11.", "day") from None
    if chosen and not date(1, 1, 3) <= chosen <= date(9999, 12, 29):
        raise BadInput("There is no such day. A day looks like 2027-06-11.", "day")
    return replace(one, day=chosen, hour=int(hour) if hour else None, talk=_number(talk))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadInput("This address does not name anything here.", "")
    return int(text)
