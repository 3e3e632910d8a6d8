"""A backup that is not whole, not ours or from tomorrow is refused in one sentence, and nothing is touched."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from app.backup import reading, rows
from app.backup.problems import Refused, Unusable
from app.cli import app as cli
from app.errors import StrandError
from app.models import Account
from tests.app.backed_up import Place, furnish, place
from tests.conftest import NOW

__all__ = ["place"]
Change = Callable[[dict[str, bytes], dict[str, Any]], object]
PICTURE = hashlib.sha256(b"a boat").hexdigest()


@pytest.fixture
async def good(place: Callable[..., Place], tmp_path: Path) -> Path:
    house = place()
    await furnish(house)
    await house.backup(tmp_path / "good.zip")
    return tmp_path / "good.zip"


@pytest.fixture
async def target(place: Callable[..., Place]) -> Place:
    """A house that somebody would miss."""
    house = place()
    async with house.acting() as db:
        db.add(Account(name="Somebody", created_at=NOW))
    return house


async def refused(target: Place, file: Path, told: str | None = None) -> None:
    before = await target.rows()
    with pytest.raises(StrandError, match=told) as raised:
        await target.restore(file, replace=True)
    assert str(raised.value).count("\n") == 0 and len(str(raised.value)) < 250
    assert await target.rows() == before and target.files() == {}


def remade(good: Path, change: Change, *, honest: bool = True) -> Path:
    """The backup with something else in it. `honest`: its manifest says so."""
    with zipfile.ZipFile(good) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    if honest and isinstance(manifest["parts"], dict):
        for name, body in parts.items():
            manifest["parts"].setdefault(name, {"rows": body.count(b"\n")})
            manifest["parts"][name] |= {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    made = good.with_name("made.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name, body)
        file.writestr("manifest.json", json.dumps(manifest) if isinstance(manifest, dict) else manifest)
    return made


async def test_backup_cut_off_anywhere_is_refused(good: Path, target: Place, tmp_path: Path) -> None:
    whole, chance = good.read_bytes(), Random(5)
    for length in [0, 1, 21, 22, *(chance.randrange(len(whole)) for _ in range(25)), len(whole) - 1]:
        cut = tmp_path / "cut.zip"
        cut.write_bytes(whole[:length])
        await refused(target, cut)


async def test_backup_with_one_byte_changed_is_refused_or_the_same(good: Path, target: Place, tmp_path: Path) -> None:
    whole, chance, caught = good.read_bytes(), Random(7), 0
    for _ in range(150):
        at, torn = chance.randrange(len(whole)), tmp_path / "torn.zip"
        torn.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        try:
            with reading.opened(torn) as backup:
                backup.check(target.folder)
        except (Unusable, Refused):
            caught += 1
        else:  # a byte that says nothing, as the date of a part; or words of the manifest that nothing hangs on
            with reading.opened(torn) as backup, reading.opened(good) as first:
                assert {n: p.sha256 for n, p in backup.manifest.parts.items()} == {
                    n: p.sha256 for n, p in first.manifest.parts.items()
                }
    assert caught > 75


def _drop(name: str) -> Change:
    return lambda parts, manifest: (parts.pop(name), manifest["parts"].pop(name))


def _put(name: str, body: bytes) -> Change:
    return lambda parts, manifest: parts.update({name: body})


def _say(**told: Any) -> Change:
    return lambda parts, manifest: manifest.update(told)


def _edit(table: str, change: Callable[[dict[str, Any]], Any]) -> Change:
    def changed(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        lines = [json.loads(line) for line in parts[f"tables/{table}.jsonl"].splitlines()]
        for line in lines:
            change(line)
        parts[f"tables/{table}.jsonl"] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return changed


LIES: dict[str, tuple[Change, str]] = {
    "another form": (_say(format=2), "made by another version of Strand"),
    "a newer layout": (_say(schema="2099_one_to_come"), r"made by a newer version of Strand \(0.1.0\): install that"),
    "no layout": (_say(schema=None), "manifest cannot be read"),
    "no time": (_say(taken_at="yesterday"), "manifest cannot be read"),
    "a time without a zone": (_say(taken_at="2027-06-11T09:00:00"), "manifest cannot be read"),
    "a word too much": (_say(more=1), "manifest cannot be read"),
    "parts that are none": (_say(parts=[1]), "manifest cannot be read"),
    "a table is missing": (_drop("tables/post.jsonl"), "does not hold the tables"),
    "a table too many": (_put("tables/sign_in.jsonl", b"{}\n"), "does not hold the tables"),
    "a name that climbs": (_put("../../etc/passwd", b"x"), "manifest cannot be read"),
    "a name that climbs inside": (_put("media/../../x.webp", b"x"), "manifest cannot be read"),
    "an absolute name": (_put("/etc/cron.d/x", b"x"), "manifest cannot be read"),
    "a picture that is another": (_put(f"media/{'0' * 64}.webp", b"x"), "another picture than its name says"),
    "a row without a column": (_edit("post", lambda row: row.pop("text")), "row of the table post cannot be read"),
    "a row with one more": (_edit("post", lambda row: row.update(more=1)), "row of the table post cannot be read"),
    "a moment that is none": (_edit("event", lambda row: row.update(created_at="soon")), "table event cannot be read"),
    "a number as a moment": (_edit("event", lambda row: row.update(created_at=5)), "table event cannot be read"),
    "no JSON": (_put("tables/account.jsonl", b"<xml>\n"), "row of the table account cannot be read"),
    "a list for a row": (_put("tables/account.jsonl", b"[]\n"), "row of the table account cannot be read"),
    "a post of nobody": (_edit("post", lambda row: row.update(author_id=99)), "(points nowhere|could not be restored)"),
    "a name for a number": (_edit("post", lambda row: row.update(id="x")), "could not be restored"),
    "two rows with one key": (_edit("post", lambda row: row.update(id=1)), "could not be restored"),
    "nothing where something must be": (_edit("post", lambda row: row.update(text=None)), "could not be restored"),
    "deletions of another kind": (_put("deletions.txt", b"all of it\n"), "list of deletions is none of ours"),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_backup_whose_parts_fit_but_say_something_else_is_refused(
    good: Path, place: Callable[..., Place], kind: str, lie: str
) -> None:
    change, told = LIES[lie]
    target = place(kind)
    async with target.acting() as db:
        db.add(Account(name="Somebody", created_at=NOW))
    await refused(target, remade(good, change), told)


async def test_backup_whose_manifest_lies_about_a_part_is_refused(good: Path, target: Place) -> None:
    def longer(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        parts["tables/post.jsonl"] += b"{}\n"

    await refused(target, remade(good, longer, honest=False), "is not what was written")

    def fewer(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["parts"]["tables/post.jsonl"]["rows"] += 1

    await refused(target, remade(good, fewer), "another number of rows")

    def extra(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        parts["tables/more.jsonl"] = b""

    await refused(target, remade(good, extra, honest=False), "other parts than its manifest says")


async def test_backup_that_would_unpack_to_more_than_there_is_room_for_is_refused(good: Path, target: Place) -> None:
    def bomb(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["parts"]["tables/post.jsonl"]["bytes"] = 10**16

    await refused(target, remade(good, bomb, honest=False), r"needs 10,000,000,000 MB; .* MB are free")

    def quiet_bomb(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        parts["tables/post.jsonl"] = b"\0" * 50_000_000  # and says that it is as small as before

    await refused(target, remade(good, quiet_bomb, honest=False), "is not what was written")


async def test_backup_with_a_row_without_end_is_refused(
    good: Path, target: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 1_000)
    await refused(target, remade(good, _put("tables/account.jsonl", b"[" * 5_000)), "larger than any of ours")
    assert rows.LONGEST > 1_000


async def test_backup_that_is_no_backup_is_refused(target: Place, tmp_path: Path) -> None:
    (tmp_path / "words.zip").write_text("months of work")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("thesis.txt", "months of work")
    (tmp_path / "folder").mkdir()
    await refused(target, tmp_path / "words.zip", "is not a backup of Strand's, or its end is missing")
    await refused(target, tmp_path / "other.zip", "has no manifest")
    await refused(target, tmp_path / "nothing.zip", "There is no file")
    await refused(target, tmp_path / "folder", "There is no file")


def _double(good: Path) -> Iterator[Path]:
    made = good.with_name("double.zip")
    shutil.copy(good, made)
    with zipfile.ZipFile(made, "a") as file:
        file.writestr("tables/post.jsonl", b"")
    yield made


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_backup_with_two_parts_of_one_name_is_refused(good: Path, target: Place) -> None:
    for made in _double(good):
        await refused(target, made, "other parts than its manifest says")


def test_backup_commands_say_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "words.zip").write_text("months of work")
    told = CliRunner().invoke(cli, ["restore", str(tmp_path / "words.zip")])
    assert told.exit_code and "is not a backup of Strand's" in str(told.exception)
    assert not (tmp_path / "data").exists()
    assert "Example: strand backup" in CliRunner().invoke(cli, ["backup", "--help"]).output
    assert "Example: strand restore" in CliRunner().invoke(cli, ["restore", "--help"]).output
