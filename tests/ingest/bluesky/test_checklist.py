"""Every row of the checklist in docs/sources.md is a test that carries its name, and no such test is left out there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROWS = Path(__file__).parent / "rows"
DOCUMENT = (ROOT / "docs" / "sources.md").read_text()
ROW = re.compile(r"test_bluesky_d\d\d_\w+")


def listed() -> set[str]:
    _, _, section = DOCUMENT.partition("## Bluesky checklist")
    return set(ROW.findall(section.partition("\n## ")[0]))


def written() -> set[str]:
    files = (path.read_text() for path in ROWS.glob("test_*.py"))
    return {name for text in files for name in re.findall(r"^async def (test_bluesky_d\d\d_\w+)", text, re.MULTILINE)}


def test_the_list_and_the_tests_are_the_same() -> None:
    assert sorted(written() - listed()) == [], "not in the list"
    assert sorted(listed() - written()) == [], "in the list, but no test"


@pytest.mark.parametrize("row", [*range(1, 19)])
def test_every_row_has_a_test(row: int) -> None:
    assert [name for name in written() if name.startswith(f"test_bluesky_d{row:02}_")]
