"""A row as a line of JSON, the same from either database, and back again. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Table

from app.backup.problems import Unusable

LONGEST = 16_000_000  # bytes of one line; what a post may hold is far below
_FORM = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def as_line(row: dict[str, Any]) -> bytes:
    """SQLite gives moments without a zone, PostgreSQL with one: both are in UTC, and are written so."""
    return orjson.dumps(row, option=_FORM)


class Reader:
    """Lines of one table, as the store of this kind takes them."""

    def __init__(self, table: Table, dialect: str) -> None:
        self._name, self._names = table.name, {column.name for column in table.columns}
        self._moments = [column.name for column in table.columns if isinstance(column.type, DateTime)]
        self._naive, self._strict = dialect == "sqlite", dialect != "sqlite"

    def row(self, line: bytes) -> dict[str, Any]:
        """Raises Unusable."""
        try:
            row = orjson.loads(line)
            if not isinstance(row, dict) or row.keys() != self._names:
                raise ValueError("other columns")
            for name in self._moments:
                row[name] = self._moment(row[name])
        except (ValueError, TypeError) as error:
            raise Unusable("A row of the table {table} cannot be read.", table=self._name) from error
        return _without_nul(row) if self._strict and b"\\u0000" in line else row

    def _moment(self, told: Any) -> datetime | None:
        if told is None:
            return None
        moment = datetime.fromisoformat(told).astimezone(UTC)
        return moment.replace(tzinfo=None) if self._naive else moment


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps every character but this one."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    return value
