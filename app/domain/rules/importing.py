"""A file or a pasted text as the lines of a list: one a line, or the CSV in which Mastodon shares blocks. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from app.domain.rules import named
from app.errors import BadInput
from app.models.listed import Kind

MOST_LINES = 250_000
MOST_BYTES = 12 * 1024 * 1024
MOST_TOLD = 5
_HEADS = ("#domain", "domain", "account address", "#account address")


@dataclass(slots=True)
class Offered:
    """`lines`: as it is compared: as it was typed."""

    lines: dict[str, str] = field(default_factory=dict)
    found: int = 0  # lines that were understood, with those that came twice
    left: list[str] = field(default_factory=list)  # the first that were not understood
    left_out: int = 0  # how many those are in all


def decoded(given: bytes) -> str:
    """Raises BadInput where it is no text."""
    if len(given) > MOST_BYTES:
        raise BadInput("That file is too large: at most {n} MB.", "file", n=MOST_BYTES // 1024 // 1024)
    if given.startswith((b"\xff\xfe", b"\xfe\xff")):
        return given.decode("utf-16", errors="replace")
    text = given.decode("utf-8-sig", errors="replace")
    if "\0" in text:
        raise BadInput("That file is no text. A list has one line for each.", "file")
    return given.decode("latin-1") if "\ufffd" in text else text


def understood(kind: Kind, text: str) -> Offered:
    """Empty lines and those that begin with # are remarks; what is none of its kind is left out and told.
    Raises BadInput where there are too many."""
    offered = Offered()
    for number, typed in enumerate(_values(text)):
        if number >= MOST_LINES:
            raise BadInput("That is more than {n} lines. Nothing was added.", "file", n=MOST_LINES)
        try:
            value, key = named.key_of(kind, typed)
        except BadInput:
            offered.left_out += 1
            offered.left += [typed[:60]] if len(offered.left) < MOST_TOLD else []
            continue
        offered.found += 1
        offered.lines.setdefault(key, value)
    return offered


def _values(text: str) -> list[str]:
    rows = [row.strip() for row in text.splitlines()]
    head = next((row for row in rows if row), "").lower()
    if head.split(",")[0].strip('" ') in _HEADS:
        return _of_table(text)
    return [row for row in rows if row and not row.startswith("# ") and row != "#" and not row.startswith("##")]


def _of_table(text: str) -> list[str]:
    """The first column. "noop" there means that a server is only remarked upon."""
    read = csv.DictReader(io.StringIO(text.strip()))
    names = [name.lower().lstrip("#").strip() for name in read.fieldnames or ()]
    found = []
    for row in read:
        cells = dict(zip(names, row.values(), strict=False))
        first = next(iter(cells.values()), None)
        if isinstance(first, str) and first.strip() and cells.get("severity") != "noop":
            found.append(first.strip())
    return found
