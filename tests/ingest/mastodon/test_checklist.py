"""Every row of the Mastodon checklist in docs/sources.md has its tests, and every such test its row."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAME = re.compile(r"test_mastodon_c\d+_\w+")


def listed() -> list[str]:
    section = (ROOT / "docs" / "sources.md").read_text().partition("## Mastodon checklist")[2].partition("\n## ")[0]
    return NAME.findall(section)


def written() -> list[str]:
    files = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return [name for text in files for name in re.findall(r"^(?:async )?def (test_mastodon_c\d+_\w+)\(", text, re.M)]


def test_the_list_and_the_tests_name_the_same() -> None:
    assert sorted(listed()) == sorted(written())


def test_no_row_is_without_a_test() -> None:
    assert {int(name.split("_")[2][1:]) for name in written()} == set(range(1, 11))
