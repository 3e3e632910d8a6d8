"""Pictures on disk: whole or not at all, and never outside their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.shelf import Shelf

NAME = "ab" + "0" * 62


def test_a_picture_is_found_under_its_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(f"{NAME}.webp", b"one")
    assert shelf.get(f"{NAME}.webp") == b"one"
    assert (tmp_path / "media" / "ab" / f"{NAME}.webp").exists()
    assert shelf.names() == {f"{NAME}.webp"}


def test_putting_it_again_and_removing_it_twice_are_fine(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(f"{NAME}.webp", b"one")
    shelf.put(f"{NAME}.webp", b"one")
    shelf.remove(f"{NAME}.webp")
    shelf.remove(f"{NAME}.webp")
    assert shelf.names() == set() and shelf.get(f"{NAME}.webp") is None


def test_what_a_crash_left_half_written_is_listed_and_never_served(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(f"{NAME}.webp", b"one")
    half = f"{NAME}.webp.0123abcd.part"
    (tmp_path / "media" / "ab" / half).write_bytes(b"o")
    assert shelf.names() == {f"{NAME}.webp", half}
    assert shelf.get(half) is None
    shelf.remove(half)
    assert shelf.names() == {f"{NAME}.webp"}


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "media" / "ab").mkdir(parents=True)
    (tmp_path / "media" / "ab" / "README").touch()
    (tmp_path / "media" / ".gitkeep").touch()
    assert Shelf(tmp_path).names() == set()


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../secret.key", f"../{NAME}.webp", f"{NAME}", f"{NAME}.webp\n", f"{NAME}.webp\0", f"{NAME}.WEBP",
     f"{NAME.upper()}.webp", f"{NAME}0.webp", f"/{NAME}.webp", f"{'٣' * 64}.webp"],
)  # fmt: skip
def test_no_other_name_reaches_the_disk(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(f"{NAME}.webp", b"one")
    (tmp_path / "secret.key").write_text("canary")
    assert shelf.get(name) is None
