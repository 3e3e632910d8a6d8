"""A raid on the real pipeline: thousands of hostile posts among good ones, on a reviewed wall and under `trusted`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.raid_drill import play
from tests.e2e.raid_report import REVIEWED, TRUSTED, Report
from tests.e2e.raid_scene import SMALL, WHOLE


def check(told: Report, hostile: int, slipping: int) -> None:
    """`slipping`: how many may be shown where whom we know passes. Two raiders were known before."""
    print(f"\n{told}")
    assert told.hostile == hostile, "everything came through the door"
    for audience in ("public", "reviewed"):
        assert told.good_shown[REVIEWED, audience] > 100, "the wall was alive"
        assert told.hostile_shown[REVIEWED, audience] == 0 and told.hostile_seconds[REVIEWED, audience] == 0
        assert told.hostile_shown[TRUSTED, audience] <= slipping
    assert all(told.proposed_after[slug] <= 30 for slug in (REVIEWED, TRUSTED))
    assert told.newcomers_held <= 0.05 * told.newcomers
    assert told.decisions + told.left_over <= 25
    assert told.wrongly_hidden == 0


@pytest.mark.timeout(300)
async def test_a_raid_of_a_thousand_posts_leaves_no_hostile_second_on_a_reviewed_wall(
    sqlite_template: Path, tmp_path: Path
) -> None:
    check(await play(_store(sqlite_template, tmp_path), tmp_path, SMALL), SMALL.hostile, slipping=4)


@pytest.mark.soak
@pytest.mark.timeout(3000)
async def test_the_whole_raid_of_five_thousand_posts(sqlite_template: Path, tmp_path: Path) -> None:
    check(await play(_store(sqlite_template, tmp_path), tmp_path, WHOLE), WHOLE.hostile, slipping=WHOLE.hostile // 1000)


def _store(template: Path, folder: Path) -> str:
    path = folder / "strand.sqlite"
    shutil.copy(template, path)
    return f"sqlite+aiosqlite:///{path}"
