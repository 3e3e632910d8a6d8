"""What the forms about screens send, made into what the verbs of app/domain/screens take. Pure; raises BadInput."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from app.desk.ready_made import Step
from app.domain.view import MOST
from app.errors import N_, BadInput

BLANK = 2  # empty lines after the steps of a programme
MOST_STEPS = 24
CHOICES = ("theme", "density", "columns", "turn", "sponsors", "pictures")
NUMBERS = ("metres", "height", "margin")
_WHOLE = ("columns", "turn", "margin")


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a programme as it is typed. Without a mode it is an empty line."""

    mode: str = ""
    seconds: str = "60"
    when: str = ""
    since: str = ""
    until: str = ""


def text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def typed(form: FormData, *names: str) -> dict[str, str]:
    return {name: text(form, name) for name in names}


def lines(form: FormData) -> list[Line]:
    columns = [
        [value for value in form.getlist(name) if isinstance(value, str)]
        for name in ("mode", "seconds", "when", "since", "until")
    ]
    return [Line(*each) for each in zip(*columns, strict=False)][:MOST_STEPS]


def arranged(given: Sequence[Line], act: str) -> list[Line]:
    """One press in the editor: "up-2", "down-0", "remove-1", "more". What else is typed stays."""
    kept = list(given)
    what, _, place = act.partition("-")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
    other = {"up": at - 1, "down": at + 1}.get(what, -1)
    if what == "remove" and 0 <= at < len(kept):
        del kept[at]
    elif 0 <= at < len(kept) and 0 <= other < len(kept):
        kept[at], kept[other] = kept[other], kept[at]
    return kept


def padded(given: Sequence[Line], blank: int = BLANK) -> list[Line]:
    """With empty lines to fill in, but without those that stood in between."""
    said = [line for line in given if line.mode]
    return [*said, *[Line()] * min(blank, MOST_STEPS - len(said))]


def steps(given: Sequence[Line]) -> list[Step]:
    found = [_step(line) for line in given if line.mode]
    if not found:
        raise BadInput("A programme needs at least one step. Choose what it shows first.", "programme")
    return found


def as_lines(programme: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The stored steps, as they are typed."""
    return [Line(str(one["mode"]), str(one["seconds"]), *_typed_when(one.get("when") or {})) for one in programme]


def _step(line: Line) -> Step:
    seconds = _number(line.seconds, "seconds", N_("Give each step its seconds as a number."))
    return {"mode": line.mode, "seconds": int(seconds), "when": _when(line)}


def _when(line: Line) -> dict[str, Any]:
    if line.when == "time":
        if not (clock(line.since) and clock(line.until)):
            raise BadInput("A step at certain times needs both: from when, and until when.", "programme")
        return {"from": line.since, "to": line.until}
    known: dict[str, dict[str, Any]] = {
        "": {}, "talk": {"talk": True}, "pause": {"talk": False}, "quiet": {"lively": "quiet"},
        "busy": {"lively": "busy"},
    }  # fmt: skip
    if line.when not in known:
        raise BadInput("Choose when each step is shown.", "programme")
    return known[line.when]


def _typed_when(when: Mapping[str, Any]) -> tuple[str, str, str]:
    if "from" in when:
        return "time", str(when["from"]), str(when.get("to", ""))
    if "talk" in when:
        return ("talk" if when["talk"] else "pause"), "", ""
    return str(when.get("lively", "")), "", ""


def look(form: FormData) -> dict[str, Any]:
    """Only what was chosen: an empty field leaves what is there."""
    found: dict[str, Any] = {}
    for name in (*CHOICES, *NUMBERS):
        if not (given := text(form, name).strip()):
            continue
        if name in ("sponsors", "pictures"):
            found[name] = given == "yes"
        elif name in ("theme", "density"):
            found[name] = given
        else:
            number = _number(given, name, N_("Give it as a number, like 12 or 2.5."))
            found[name] = int(number) if name in _WHOLE and number == int(number) else number
    return found


def says(form: FormData, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {"kind": text(form, "kind"), "words": text(form, "words"), "until": _iso(_until(form, now, zone))}


def _until(form: FormData, now: datetime, zone: ZoneInfo) -> datetime | None:
    ends = text(form, "ends")
    if ends == "":
        return None
    if ends == "at":
        at = clock(text(form, "at"))
        if at is None:
            raise BadInput("Say at what time it ends, like 14:30.", "at")
        return _next(at, now, zone)
    if not (ends.isascii() and ends.isdecimal() and len(ends) <= 4):
        raise BadInput("Choose when it ends.", "ends")
    return now + timedelta(minutes=int(ends))


def _next(at: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The next time a clock at the event says so."""
    here = now.astimezone(zone)
    today = datetime.combine(here.date(), at, zone)
    return today if today > here else datetime.combine(here.date() + timedelta(days=1), at, zone)


def window(form: FormData, zone: ZoneInfo) -> dict[str, Any]:
    """A quiet time: that of a session, or from one time of a day until another."""
    session = text(form, "session")
    if session:
        if not (session.isascii() and session.isdecimal() and len(session) < 10 and 0 < int(session) <= MOST):
            raise BadInput("Choose a talk from the list.", "session")
        return {"session": int(session)}
    day, since, until = _day(text(form, "day")), clock(text(form, "since")), clock(text(form, "until"))
    if day is None or since is None or until is None:
        raise BadInput("Choose a talk, or give a day with both times.", "day")
    begins, ends = datetime.combine(day, since, zone), datetime.combine(day, until, zone)
    if ends <= begins:
        ends = datetime.combine(day + timedelta(days=1), until, zone)  # past midnight
    return {"from": _iso(begins), "to": _iso(ends)}


def named(one: Mapping[str, Any]) -> str:
    """By which a quiet time is taken away again: what it says, so that nobody takes away another."""
    return f"session-{one['session']}" if "session" in one else f"{one['from']}/{one['to']}"


def clock(given: str) -> time | None:
    """A time of day, to the minute."""
    try:
        return time.fromisoformat(given.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        return None


def _number(given: str, field: str, sentence: str) -> float:
    try:
        found = float(given.strip().replace(",", "."))
    except ValueError:
        raise BadInput(sentence, field) from None
    if not -100_000 < found < 100_000:  # also what is no number at all
        raise BadInput(sentence, field)
    return found


def _iso(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
