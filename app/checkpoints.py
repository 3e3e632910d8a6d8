"""The audit log's seals: a file in the data folder that only grows, so that a cut or rewritten log is found.

Each line is sealed with the house's key and over the line before; it holds numbers and hashes, and no word of anybody.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from app import secrets
from app.domain.chains import Seal

NAME = "audit.seals"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    seal: Seal
    at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says; `torn`: the first of its lines that we did not write so, or 0."""

    checkpoints: list[Checkpoint]
    torn: int = 0


class Checkpoints:
    def __init__(self, folder: Path, key: str) -> None:
        self.path, self._key = folder / NAME, key

    def read(self) -> Read:
        found, torn, before = [], 0, ""
        for number, line in enumerate(self._lines(), 1):
            said, seal = _parsed(line)
            if said is not None and hmac.compare_digest(seal, self._seal(before, said)):
                found.append(_checkpoint(said))
            else:
                torn = torn or number
            before = seal
        return Read(found, torn)

    def append(self, seals: Iterable[Seal], now: datetime) -> None:
        """On the disk when it returns. A line that was torn by a fall is closed first, and stays to be seen."""
        lines = self._lines()
        before, new = _parsed(lines[-1])[1] if lines else "", b""
        for one in seals:
            said = [one.chain_id, one.number, one.head, now.isoformat(timespec="seconds")]
            before = self._seal(before, said)
            new += orjson.dumps([said, before]) + b"\n"
        with self.path.open("ab") as file:
            if lines and not self.path.read_bytes().endswith(b"\n"):
                file.write(b"\n")
            file.write(new)
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []

    def _seal(self, before: str, said: object) -> str:
        return secrets.keyed(self._key, "audit seal", before + orjson.dumps(said).decode())


def _parsed(line: bytes) -> tuple[Any, str]:
    """What a line says, and its seal; both empty where it is none."""
    try:
        said, seal = orjson.loads(line)
    except (ValueError, TypeError):
        return None, ""
    return said, seal if isinstance(seal, str) and seal.isascii() else ""


def _checkpoint(said: Any) -> Checkpoint:
    chain, number, head, at = said  # ours: its seal fits
    return Checkpoint(Seal(chain, number, head), datetime.fromisoformat(at))
