"""The rehearsal's two days as a wall hears them: what is approved, when, in which order, and what leaves again.

Made from the script alone. Everything a decent moderator lets through is approved, one to five seconds after it came,
as the rehearsal's own moderator does it; nothing is left to anybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.view import order
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import Script, conference
from tests.conftest import NOW

Step = dict[str, Any]  # {"t": seconds, "put": a post} or {"t": …, "drop": its id}
NIGHT = 4 * 3_600  # so long without a word: the screens are off
EARLY, LATE = 60, 900  # seconds for which they are on before the first word of a day and after its last


@dataclass(frozen=True, slots=True)
class Timeline:
    steps: list[Step]
    days: list[tuple[int, int]]  # from when to when the screens are on, in seconds
    person: dict[int, str]  # who said the post
    approved: dict[int, float]  # when
    firsts: set[int]
    gone: set[int]  # taken back in the end
    same: dict[str, str]  # keys of addresses of one person


def timeline(script: Script | None = None) -> Timeline:
    script = script or conference()
    acts = sorted(_steps(script), key=lambda step: step["t"])
    puts = [step for step in acts if "put" in step]
    first_put = {step["put"]["id"]: step["t"] for step in reversed(puts)}
    lines = {number(line): line for line in _taken(script) if number(line) in first_put}
    gone = {step["drop"] for step in acts if "drop" in step}
    return Timeline(
        acts, _days([step["t"] for step in acts]), {n: line.author for n, line in lines.items()}, first_put,
        {step["put"]["id"] for step in puts if step["put"]["first"]}, gone, _same(lines.values()),
    )  # fmt: skip


def number(line: Line) -> int:
    return int((line.target or line.id)[1:])


def _taken(script: Script) -> Iterator[Line]:
    """Every line that makes a post which everybody may see, in the order of arrival."""
    never = {row["id"] for row in script.truth["never_shown"]} | set(script.unfit_ids())
    for line in script.acts():
        if line.act == "post" and not line.bridged and line.id not in never:
            yield line


def _steps(script: Script) -> Iterator[Step]:
    taken = {line.id: line for line in _taken(script)}
    posts: dict[int, dict[str, Any]] = {}
    spoke: set[str] = set()
    for line in script.acts():
        said = taken.get(line.target or line.id)
        if said is None or line.act == "boost":
            continue
        if line.act != "post" and number(said) in posts:  # a changed version is read again, at its old place
            yield {"t": line.t, "drop": number(said)}
        if line.act == "delete" or not line.matches:
            continue
        author = _author(said)
        post = posts.setdefault(number(said), _post(said, first=author not in spoke))
        spoke.add(author)
        yield {"t": line.t + _thought(line), "put": post}


def _post(line: Line, first: bool) -> dict[str, Any]:
    """Of the wire's post what a rotation can know."""
    said = NOW + timedelta(seconds=line.t + min(line.created_offset, 0))
    id = number(line)
    author = {"id": int(hashlib.sha256(_author(line).encode()).hexdigest()[:8], 16), "name": line.author}
    return {"id": id, "order": order(said, id), "at": said.isoformat(), "author": author, "first": first}


def _author(line: Line) -> str:
    """The address it was said from: somebody with two is two, until they say that both are theirs."""
    return line.handle or line.author


def _thought(line: Line) -> float:
    return 1 + hashlib.sha256(line.id.encode()).digest()[0] / 64


def _same(lines: Any) -> dict[str, str]:
    keys: dict[str, list[str]] = {}
    for line in lines:
        keys.setdefault(line.author, []).append(f"a{_post(line, False)['author']['id']}")
    return {key: min(of_one) for of_one in keys.values() for key in set(of_one) if key != min(of_one)}


def _days(moments: list[float]) -> list[tuple[int, int]]:
    days: list[tuple[int, int]] = []
    began = last = moments[0]
    for moment in [*moments, float("inf")]:
        if moment - last > NIGHT:
            days.append((int(began) - EARLY, int(last) + LATE))
            began = moment
        last = moment
    return days
