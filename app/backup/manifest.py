"""What a backup says of itself: of when, of which layout, and the size and SHA-256 of each of its parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson

from app.backup.problems import Unusable

NAME = "manifest.json"
FORMAT = 1
DELETIONS, KEY = "deletions.txt", "key.txt"
_PART = re.compile(r"tables/[a-z_]{1,60}\.jsonl|media/[0-9a-f]{64}(?:-\d{1,4})?\.webp|deletions\.txt|key\.txt")
_BROKEN = "Its manifest cannot be read: this is not a backup of Strand's, or a damaged one."


@dataclass(frozen=True, slots=True)
class Part:
    bytes: int
    sha256: str
    rows: int = 0


@dataclass(slots=True)
class Manifest:
    strand: str  # the version that wrote it
    schema: str  # the layout of its tables: a revision of alembic/
    taken_at: str
    database: str  # sqlite or postgresql; it restores into either
    events: list[str]
    key: dict[str, str]  # {"how": "none" | "inside" | "passphrase", "check": tells the house's key from another}
    missing: list[str] = field(default_factory=list)  # pictures that left while it was taken
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def tables(self) -> list[str]:
        return [
            name.removeprefix("tables/").removesuffix(".jsonl") for name in self.parts if name.startswith("tables/")
        ]

    @property
    def pictures(self) -> list[str]:
        return [name.removeprefix("media/") for name in self.parts if name.startswith("media/")]

    def rows(self, table: str) -> int:
        part = self.parts.get(f"tables/{table}.jsonl")
        return part.rows if part else 0

    def encoded(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)


def decoded(told: bytes) -> Manifest:
    """Raises Unusable for whatever we would not have written."""
    try:
        said = orjson.loads(told)
        if said["format"] != FORMAT:
            raise Unusable("It was made by another version of Strand, in a form that this one does not know.")
        manifest = Manifest(**{**said, "parts": {name: _part(name, one) for name, one in said["parts"].items()}})
        if manifest.moment.tzinfo is None or not _is_sound(manifest):
            raise ValueError("fields of other kinds")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unusable(_BROKEN) from error
    return manifest


def _part(name: str, told: Mapping[str, Any]) -> Part:
    part = Part(**told)
    sound = isinstance(part.sha256, str) and all(type(n) is int and n >= 0 for n in (part.bytes, part.rows))
    if not _PART.fullmatch(name) or not sound:
        raise ValueError("no name of ours")
    return part


def _is_sound(manifest: Manifest) -> bool:
    words = (manifest.strand, manifest.schema, manifest.database, *manifest.events, *manifest.missing)
    texts = (*words, *manifest.key.keys(), *manifest.key.values())
    lists = isinstance(manifest.events, list) and isinstance(manifest.missing, list)
    return lists and all(isinstance(one, str) for one in texts) and {"how", "check"} <= manifest.key.keys()
