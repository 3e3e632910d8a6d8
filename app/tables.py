"""Files for table programs: rows as CSV, with nothing in them that such a program would calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what a table program would calculate, where a cell begins with it


def harmless(cell: str) -> str:
    """With an apostrophe before it where a table program would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def lines(rows: Iterable[Sequence[str]], between: str = ",") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=between).writerows(rows)
    return written.getvalue().encode()
