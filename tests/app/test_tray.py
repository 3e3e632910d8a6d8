"""The tray: what it holds can be taken out by its key alone, and only for so long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import tray as module
from app.encoder import Picture
from app.tray import Tray

PICTURE = Picture(1600, 900, "#336699", b"large", ((960, b"middle"), (480, b"small")))


def test_a_picture_comes_out_as_it_was_put_and_stays(tmp_path: Path) -> None:
    tray = Tray(tmp_path)
    key = tray.put(PICTURE)
    assert key is not None
    assert tray.look(key) == tray.look(key) == PICTURE
    tray.remove(key)
    assert tray.look(key) is None


@pytest.mark.parametrize("key", ["", "../secret.key", "0" * 32, "f" * 31, "G" * 32, "0" * 4000, "\0"])
def test_no_other_key_opens_anything(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret.key").write_text("canary")
    tray = Tray(tmp_path)
    tray.put(PICTURE)
    assert tray.look(key) is None
    tray.remove(key)
    assert (tmp_path / "secret.key").exists()


def test_a_full_tray_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    tray = Tray(tmp_path)
    assert [tray.put(PICTURE) is None for _ in range(3)] == [False, False, True]


def test_what_was_left_is_swept_and_what_is_fresh_stays(tmp_path: Path) -> None:
    tray = Tray(tmp_path)
    old, fresh = tray.put(PICTURE), tray.put(PICTURE)
    assert old and fresh
    os.utime(tmp_path / "uploads" / old, (1_000, 1_000))
    tray.sweep(2_000)
    assert tray.look(old) is None and tray.look(fresh) == PICTURE
