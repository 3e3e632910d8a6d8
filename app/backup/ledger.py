"""The ledger: what left, or went out of sight, since backups were taken; so that a restore does not bring it back.

A file of short lines in the data folder, each a moment, what happened and fingerprints: it names nobody. The last line
of a thing counts. What is written there is leaving.py's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.backup.problems import Unusable
from app.secrets import fingerprint

FILE = "deletions.txt"
GONE, AWAY, BARE, HERE = "gone", "away", "bare", "here"  # of posts; BARE: its pictures are out of sight
EDITED = "edited:"  # with a fingerprint of the version that stands
REFUSED, ERASED = "refused", "erased"  # of addresses, and of events
_LINE = re.compile(
    r"(\S{20,32}) (gone|away|bare|here|edited:[0-9a-f]{16}|refused|erased) ([0-9a-f]{32}(?::[0-9a-f]{64})?)"
)
Leavings = dict[str, "Left"]  # by fingerprint


@dataclass(frozen=True, slots=True)
class Left:
    at: datetime
    state: str


def event_print(event_id: int, created_at: datetime) -> str:
    """The same whatever its address becomes; another for every event of every house."""
    return fingerprint(f"event {event_id} {created_at.astimezone(UTC).isoformat()}")[:32]


def post_print(event: str, uri: str) -> str:
    return fingerprint(f"left {event} {uri}")[:32]


def version_print(version: str) -> str:
    return EDITED + fingerprint(f"version {version}")[:16]


def read(told: Iterable[str]) -> Leavings:
    """Raises Unusable for what is no ledger. A torn last line is what a crash leaves, and is passed over."""
    found: Leavings = {}
    for number, line in enumerate(told, 1):
        if not line.endswith("\n"):
            break
        match = _LINE.fullmatch(line.rstrip("\n"))
        if match is None:
            raise Unusable("Line {n} of the list of deletions is none of ours.", n=number)
        try:
            at = datetime.fromisoformat(match[1]).astimezone(UTC)
        except ValueError:
            raise Unusable("Line {n} of the list of deletions is none of ours.", n=number) from None
        found[match[3]] = Left(at, match[2])
    return found


def read_file(path: Path) -> Leavings:
    """Empty where there is none. Raises Unusable."""
    try:
        with path.open(encoding="ascii") as file:
            return read(file)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable("The list of deletions {path} cannot be read.", path=path) from error


def merge(ledgers: Iterable[Leavings]) -> Leavings:
    """Of each thing the newest word."""
    merged: Leavings = {}
    for ledger in ledgers:
        for print_, left in ledger.items():
            if print_ not in merged or merged[print_].at < left.at:
                merged[print_] = left
    return merged


def encoded(lines: Mapping[str, Left]) -> bytes:
    return "".join(f"{left.at.isoformat()} {left.state} {print_}\n" for print_, left in lines.items()).encode()


def append(path: Path, lines: Mapping[str, Left]) -> None:
    """On the disk before this returns. A torn last line of before is ended first."""
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        _drop_torn_end(file.fileno())
        file.write(encoded(lines))
        file.flush()
        os.fsync(file.fileno())


def _drop_torn_end(handle: int) -> None:
    size = os.fstat(handle).st_size
    tail = os.pread(handle, 200, max(0, size - 200))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(handle, size - len(tail) + tail.rfind(b"\n") + 1)
