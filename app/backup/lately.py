"""When this house was backed up last: a small file in the data folder, for `strand doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

FILE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Last:
    at: datetime
    place: str
    bytes: int


def note(data_dir: Path, last: Last) -> None:
    part = data_dir / f".{FILE}.part"
    part.write_bytes(orjson.dumps({"at": last.at, "place": last.place, "bytes": last.bytes}))
    part.replace(data_dir / FILE)


def look(data_dir: Path) -> Last | None:
    """None where there never was one, or nobody can say."""
    try:
        told = orjson.loads((data_dir / FILE).read_bytes())
        return Last(datetime.fromisoformat(told["at"]), str(told["place"]), int(told["bytes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
