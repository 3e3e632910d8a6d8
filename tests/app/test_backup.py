"""A backup holds the whole house and gives it back, on either database; what must not live again does not."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from app import migrations, secrets
from app.backup import lately, taking, writing
from app.backup.problems import Occupied, Refused
from app.cli import checks
from app.domain import leases
from app.domain.strand import search
from app.domain.strand.query import parse
from app.models import Account, AuditLine, Base, Connection, Entry, Event, OAuthApp, Post, Source, Verdict
from app.settings import Settings
from ingest.types import Mode
from tests.app.backed_up import KEY, LATER, Place, Rows, a_picture, furnish, place, say
from tests.conftest import NOW

__all__ = ["place"]
Make = Callable[..., Place]
KINDS = ("sqlite", "postgres")
OLD = (
    "INSERT INTO event (slug, title, subtitle, tags, languages, time_zone, place, state, policy, delay_seconds,"
    " contact, organiser, imprint, about, spare_tag, venue_addresses, session_tag, reasons, created_at, seq,"
    " epoch) VALUES ('old', 'An old one', '', '[\"old\"]', '[]', 'UTC', '', 'live', 'review', 20, '', '', '',"
    " '{}', '', '[]', '', '{}', '2026-01-01 00:00:00', 0, 'e')"
)


@pytest.mark.parametrize("into", KINDS)
@pytest.mark.parametrize("of", KINDS)
async def test_backup_round_trip_between_every_two_kinds_of_database_gives_every_row_and_picture(
    place: Make, tmp_path: Path, of: str, into: str
) -> None:
    first, second = place(of), place(into, empty=True)
    await furnish(first)
    before = await first.rows()
    assert not [name for name, rows in before.items() if not rows], "a table without a row proves nothing"
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    after = await second.rows()
    epochs = [(a["epoch"], b["epoch"]) for a, b in zip(before["event"], after["event"], strict=True)]
    assert all(a != b for a, b in epochs)
    restored = [line["chain_id"] for line in after["audit_line"] if line["act"] == "restore"]
    assert sorted(restored) == [0, *(event["id"] for event in after["event"])]
    after["audit_line"] = [line for line in after["audit_line"] if line["act"] != "restore"]
    for name, rows in _as_expected(before).items():
        assert after[name] == rows or name in ("event", "chain"), name
    for a, b in zip(before["event"], after["event"], strict=True):
        assert {**a, "epoch": "", "raid": None} == {**b, "epoch": "", "raid": None}
    assert first.files() == second.files() and len(first.files()) == 2


def _as_expected(before: Rows) -> Rows:
    """What a restore changes on purpose, and nothing else."""
    rows = deepcopy(before)
    for name in taking.LEFT_OUT:
        rows[name] = []
    rows["outgoing"] = [row for row in rows["outgoing"] if row["sent_at"]]
    for copy in rows["copy"]:
        copy["checked_at"] = None
    for author in rows["author"]:
        author["person_id"] = None
    for screen in rows["screen"]:
        screen |= {"epoch": "", "acknowledged": 0, "seen_at": None}
    for source in rows["source"]:
        source |= {"mode": Mode.OFF, "ok": False, "reason": "", "reported_at": None, "lag": None, "budget": None}
    for post in rows["post"]:
        post["due_at"] = None
    return rows


async def test_backup_of_a_restored_house_is_the_same_backup(place: Make, tmp_path: Path) -> None:
    first, second, third = place(), place("postgres", empty=True), place(empty=True)
    await furnish(first)
    await first.backup(tmp_path / "1.zip")
    await second.restore(tmp_path / "1.zip")
    taken = (await second.backup(tmp_path / "2.zip")).manifest
    await third.restore(tmp_path / "2.zip")
    again = (await third.backup(tmp_path / "3.zip")).manifest
    changed = {name for name, part in again.parts.items() if part.sha256 != taken.parts[name].sha256}
    assert changed == {"tables/event.jsonl", "tables/audit_line.jsonl", "tables/chain.jsonl"}  # epochs; "restore"


async def test_backup_a_character_that_postgres_does_not_keep_is_no_reason_to_stay(place: Make, tmp_path: Path) -> None:
    first, second = place(), place("postgres")
    await furnish(first)
    async with first.acting() as db:
        await db.execute(update(Post).values(text="a\0b", segments=[{"t": "text", "text": "a\0b"}]))
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    assert {row["text"] for row in (await second.rows())["post"]} == {"ab"}


async def test_backup_new_rows_get_numbers_that_are_free(place: Make, tmp_path: Path) -> None:
    first, second = place(), place("postgres", empty=True)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    async with second.acting() as db:
        await say(db, (await db.scalars(select(Event).where(Event.slug == "harbour"))).one(), "And one more")


@pytest.mark.parametrize("kind", KINDS)
async def test_backup_what_was_said_is_found_again(place: Make, tmp_path: Path, kind: str) -> None:
    first, second = place(), place(kind)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    async with second.acting() as db:
        event = (await db.scalars(select(Event).where(Event.slug == "harbour"))).one()
        assert len(await search.match(db, event.id, parse("late again"), [], [], 10)) == 1


async def test_backup_is_for_its_owner_and_takes_the_place_of_older_ones_only(place: Make, tmp_path: Path) -> None:
    house, file = place(), tmp_path / "b.zip"
    await furnish(house)
    await house.backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.stat().st_ino
    await house.backup(file)
    assert file.stat().st_ino != first
    last = lately.look(house.folder)
    assert last is not None and (last.at, last.place, last.bytes) == (NOW, str(file), file.stat().st_size)
    (tmp_path / "thesis.zip").write_bytes(b"months of work")
    for name, told in (("thesis.zip", "is no backup"), (".", "is a folder"), ("no/b.zip", "There is no folder")):
        with pytest.raises(Refused, match=told):
            await house.backup(tmp_path / name)
    assert (tmp_path / "thesis.zip").read_bytes() == b"months of work"


async def test_backup_onto_a_full_disk_leaves_the_older_one_and_nothing_half(
    place: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, file = place(), tmp_path / "out" / "b.zip"
    file.parent.mkdir()
    await furnish(house)
    await house.backup(file)
    before = file.read_bytes()

    def full(self: Any, data: bytes) -> None:
        if self.rows == 0 and b"F\xc3\xa4hre" in data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(self, data)

    real = writing.PartWriter.write
    monkeypatch.setattr(writing.PartWriter, "write", full)
    with pytest.raises(Refused, match=r"could not be written: No space left on device\."):
        await house.backup(file)
    assert file.read_bytes() == before and [path.name for path in file.parent.iterdir()] == ["b.zip"]


async def test_backup_of_nothing_is_refused_and_makes_nothing(place: Make, tmp_path: Path) -> None:
    house = place(empty=True)
    with pytest.raises(Refused, match="there is no database yet"):
        await house.backup(tmp_path / "b.zip")
    assert list(house.folder.iterdir()) == [] and not (tmp_path / "b.zip").exists()
    with pytest.raises(Refused, match="the database is empty"):
        await place("postgres", empty=True).backup(tmp_path / "b.zip")


async def test_backup_a_picture_that_went_meanwhile_is_left_out_and_said(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True)
    await furnish(first)
    async with first.acting() as db:
        gone = a_picture(first, b"a gull")
        db.add(gone)
        await db.flush()
        post = (await db.scalars(select(Post.id).limit(1))).one()
        attachment = Base.metadata.tables["attachment"]
        values = {"post_id": post, "position": 1, "kind": "image", "media_id": gone.id, "tries": 1}
        await db.execute(insert(attachment).values(**values))
    for name in gone.files:
        first.shelf.remove(name)
    taken = await first.backup(tmp_path / "b.zip")
    assert taken.manifest.missing == gone.files
    await second.restore(tmp_path / "b.zip")
    rows = await second.rows()
    assert [row["media_id"] is None for row in rows["attachment"]] == [False, True]  # to be fetched again
    assert rows["attachment"][1]["tries"] == 0 and len(rows["media"]) == 1


async def test_backup_of_an_older_layout_is_taken_and_restored_into_todays(place: Make, tmp_path: Path) -> None:
    old, new = place(empty=True), place("postgres", empty=True)
    async with old.opened() as database, database.writer.begin() as connection:
        await connection.run_sync(migrations.upgrade_to, "reading")
        await connection.run_sync(lambda plain: plain.execute(text(OLD)))
    taken = await old.backup(tmp_path / "b.zip")
    assert taken.manifest.schema == "reading"
    await new.restore(tmp_path / "b.zip")
    async with new.opened() as database:
        assert await migrations.look(database) == (False, "")
    (event,) = (await new.rows())["event"]
    assert (event["slug"], event["rules"], event["colour"]) == ("old", {}, "")


@pytest.mark.parametrize("kind", KINDS)
async def test_backup_into_a_house_needs_to_be_said_and_then_takes_its_place(
    place: Make, tmp_path: Path, kind: str
) -> None:
    first, second = place(), place(kind)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    async with second.acting() as db:
        db.add(Account(name="Somebody else", created_at=NOW))
    before = await second.rows()
    with pytest.raises(Occupied):
        await second.restore(tmp_path / "b.zip")
    assert await second.rows() == before and second.files() == {}
    await second.restore(tmp_path / "b.zip", replace=True)
    assert [row["name"] for row in (await second.rows())["account"]] == ["Kim"]


async def test_backup_into_an_older_a_newer_and_a_damaged_house(place: Make, tmp_path: Path) -> None:
    first, target = place(), place(empty=True)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    async with target.opened() as database, database.writer.begin() as connection:
        await connection.run_sync(migrations.upgrade_to, "reading")
    await target.restore(tmp_path / "b.zip")
    assert len((await target.rows())["event"]) == 2
    async with target.acting() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '2099_one_to_come'"))
    with pytest.raises(Refused, match="made by a newer version"):
        await target.restore(tmp_path / "b.zip", replace=True)
    store = target.folder / "strand.sqlite"
    store.write_bytes(b"not a database at all" * 1_000)
    with pytest.raises(Refused, match=f"is damaged. Move {store} and what begins with its name away"):
        await target.restore(tmp_path / "b.zip", replace=True)
    store.unlink()
    await target.restore(tmp_path / "b.zip")
    assert len((await target.rows())["event"]) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_backup_is_not_restored_under_a_house_at_work(place: Make, tmp_path: Path, kind: str) -> None:
    first, second = place(), place(kind)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    async with second.acting() as db:
        await leases.acquire(db, leases.INGEST, "machine:4711:99:x", LATER)
    with pytest.raises(Refused, match="Process 4711 reads the networks into this house: stop Strand first"):
        await second.restore(tmp_path / "b.zip", replace=True)
    async with second.opened() as database:
        async with database.transaction() as db:
            await leases.release(db, leases.INGEST, "machine:4711:99:x", NOW)
        async with database.reading() as db:
            assert await db.scalar(select(func.count(Event.id))) == 0
        with pytest.raises(Refused, match="Another process has this house open"):
            await second.restore(tmp_path / "b.zip", replace=True)
    assert second.files() == {}
    await second.restore(tmp_path / "b.zip", replace=True)


async def test_backup_when_it_cannot_be_restored_everything_is_as_it_was(
    place: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = place(), place(key="")
    await furnish(first)
    await first.backup(tmp_path / "b.zip", with_key=True)
    async with second.acting() as db:
        db.add(Account(name="Somebody else", created_at=NOW))
    before = await second.rows()

    async def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(search, "fill", full)
    with pytest.raises(Refused, match=r"could not be restored: No space left on device\. Everything is as it was\."):
        await second.restore(tmp_path / "b.zip", replace=True)
    assert await second.rows() == before and second.files() == {}
    assert not (second.folder / "secret.key").exists()


async def test_backup_without_the_key_accounts_connect_anew(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True, key="another key")
    await furnish(first)
    taken = await first.backup(tmp_path / "b.zip")
    assert taken.manifest.key["how"] == "none"
    assert (await second.restore(tmp_path / "b.zip")).to_connect == 1
    async with second.acting() as db:
        (connection,) = (await db.scalars(select(Connection))).all()
        assert not connection.ok and "connect anew" in connection.reason
        assert (await db.scalars(select(OAuthApp))).all() == []


async def test_backup_with_the_key_what_is_sealed_opens_with_the_new_houses(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True, key="another key")
    await furnish(first)
    await first.backup(tmp_path / "b.zip", with_key=True)
    assert (await second.restore(tmp_path / "b.zip")).to_connect == 0
    async with second.acting() as db:
        source = (await db.scalars(select(Source).where(Source.token_sealed.is_not(None)))).one()
        connection = (await db.scalars(select(Connection))).one()
        assert secrets.unseal("another key", source.token_sealed or "") == "a token"
        assert connection.ok and secrets.unseal("another key", connection.secret_sealed or "") == "a secret"


async def test_backup_key_under_a_passphrase_opens_with_it_alone(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True, key="")
    await furnish(first)
    file = tmp_path / "b.zip"
    await first.backup(file, passphrase="a long passphrase")
    assert KEY.encode() not in file.read_bytes()
    with pytest.raises(Refused, match="Its key is under a passphrase"):
        await second.restore(file)
    with pytest.raises(Refused, match="not the passphrase"):
        await second.restore(file, passphrase="another passphrase")
    assert list(second.folder.iterdir()) == []
    await second.restore(file, passphrase="a long passphrase")
    key = second.folder / "secret.key"
    assert key.read_text() == KEY and stat.S_IMODE(key.stat().st_mode) == 0o600
    third = place(empty=True, key="another key")
    assert (await third.restore(file, without_key=True)).to_connect == 1


async def test_backup_nothing_shows_itself_because_its_time_ran_out_and_last_days_count(
    place: Make, tmp_path: Path
) -> None:
    first, second = place(), place(empty=True)
    await furnish(first)
    async with first.acting() as db:
        waits = (await db.scalars(select(Post).where(Post.text == "By the form"))).one()
        waits.due_at = NOW + timedelta(seconds=20)
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip", now=NOW + timedelta(days=100))
    rows = await second.rows()
    quay = next(row for row in rows["event"] if row["slug"] == "quay")
    assert quay["erased_at"] == NOW + timedelta(days=100)
    assert not [row for row in rows["post"] if row["event_id"] == quay["id"]]
    (waits_still,) = [row for row in rows["post"] if row["text"] == "By the form"]
    assert (waits_still["due_at"], waits_still["verdict"]) == (None, Verdict.WAITING)


async def test_backup_restored_events_that_show_at_once_are_read_first(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True)
    await furnish(first)
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    raids = {row["slug"]: row["raid"] for row in (await second.rows())["event"]}
    assert raids["harbour"] is None and raids["quay"]["mode"] == "review_all"


async def test_backup_the_logs_are_gapless_and_what_was_done_is_noted(place: Make, tmp_path: Path) -> None:
    first, second = place(), place(empty=True)
    await furnish(first)
    (second.folder / "audit.seals").write_text("of the house that was here")
    await first.backup(tmp_path / "b.zip")
    await second.restore(tmp_path / "b.zip")
    async with second.acting() as db:
        for event in (await db.scalars(select(Event))).all():
            numbers = (await db.scalars(select(Entry.seq).where(Entry.event_id == event.id).order_by(Entry.seq))).all()
            assert list(numbers) == list(range(1, event.seq + 1))
        assert "restore" in (await db.scalars(select(AuditLine.act))).all()
    assert [path.name for path in second.folder.glob("audit.seals*")] == [f"audit.seals.before-{LATER:%Y%m%d-%H%M%S}"]


@pytest.mark.parametrize(
    ("age", "state", "told"),
    [(None, "note", "There was none yet"), (1, "ok", "0 d 1 h ago"), (50, "note", "Make one every night")],
)
def test_backup_doctor_knows_how_old_the_last_one_is(tmp_path: Path, age: int | None, state: str, told: str) -> None:
    if age is not None:
        lately.note(tmp_path, lately.Last(NOW - timedelta(hours=age), "/srv/b.zip", 2_000_000))
    line = checks.last_backup(Settings(data_dir=tmp_path), NOW)
    assert line.state.value == state and told in line.told
