"""The audit log: a chain that shows where somebody wrote in it, cut it off, or wrote it anew."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.checkpoints import Checkpoints, Read
from app.database import Database
from app.domain import audit, chains
from app.domain.audit import Line
from app.domain.chains import Broken, Seal
from app.jobs import checkpoints as job
from app.models import Account, AuditLine, Chain, Event
from app.settings import Settings
from tests.conftest import NOW, Clock
from tests.factories import make_account, make_event

ACTS = [Line("decide", 7, "hide", "person", {"n": 1.5, "ümlaut": ["ß", None]}), Line("freeze"), Line("invite")]


@pytest.fixture
async def event(database: Database) -> Event:
    async with database.transaction() as db:
        return await make_event(db, "harbour")


@pytest.fixture
async def kim(database: Database) -> Account:
    async with database.transaction() as db:
        return await make_account(db, "Kim")


async def write(database: Database, event: Event, kim: Account, times: int = 1) -> None:
    for _ in range(times):
        async with database.transaction() as db:
            await audit.note(db, event.id, kim, ACTS, NOW)


async def broken(database: Database, seals: list[Seal] | None = None) -> list[Broken]:
    async with database.reading() as db:
        return (await chains.verify(db, seals or []))[1]


async def change(database: Database, statement: Any) -> None:
    async with database.transaction() as db:
        await db.execute(statement)


async def sealed(database: Database) -> list[Seal]:
    async with database.reading() as db:
        return [Seal(chain.id, chain.length, chain.head) for chain in await db.scalars(select(Chain))]


async def test_audit_of_what_nobody_touched_is_whole(
    database: Database, event: Event, kim: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "MANY", 4)
    await write(database, event, kim, 3)
    async with database.reading() as db:
        assert await chains.verify(db, await sealed(database)) == (9, [])


async def test_audit_chains_begun_by_many_at_once_are_one_chain(database: Database, event: Event, kim: Account) -> None:
    await asyncio.gather(*(write(database, event, kim) for _ in range(6)))
    async with database.reading() as db:
        assert await db.scalar(select(func.max(AuditLine.number))) == 18
    assert await broken(database) == []


@pytest.mark.parametrize(
    "value", [{"verdict": "approve"}, {"account_id": None}, {"why": "x"}, {"detail": {}}, {"act": "fine"},
              {"post_id": 8}, {"at": NOW + timedelta(microseconds=1)}, {"hash": "0" * 64}],
    ids=lambda value: next(iter(value)),
)  # fmt: skip
async def test_audit_names_the_first_line_somebody_wrote_in(
    database: Database, event: Event, kim: Account, value: dict[str, Any]
) -> None:
    await write(database, event, kim, 2)
    await change(database, update(AuditLine).where(AuditLine.number == 4).values(**value))
    assert await broken(database) == [Broken("harbour", 4, chains.CHANGED)]


async def test_audit_misses_a_line_from_the_middle_and_one_from_the_end(
    database: Database, event: Event, kim: Account
) -> None:
    await write(database, event, kim, 2)
    await change(database, delete(AuditLine).where(AuditLine.number == 6))
    assert await broken(database) == [Broken("harbour", 6, chains.MISSING)]
    await change(database, delete(AuditLine).where(AuditLine.number == 2))
    assert await broken(database) == [Broken("harbour", 2, chains.MISSING)]


async def cut(database: Database, length: int) -> None:
    """As somebody would who knows the chain: nothing in the database gives it away."""
    async with database.transaction() as db:
        await db.execute(delete(AuditLine).where(AuditLine.number > length))
        head = await db.scalar(select(AuditLine.hash).where(AuditLine.number == length)) or ""
        await db.execute(update(Chain).values(length=length, head=head))


async def test_audit_that_was_cut_off_is_found_by_its_seal(database: Database, event: Event, kim: Account) -> None:
    await write(database, event, kim, 2)
    seals = await sealed(database)
    await cut(database, 4)
    assert await broken(database) == []
    assert await broken(database, seals) == [Broken("harbour", 5, chains.CUT)]
    await change(database, delete(AuditLine))
    await change(database, delete(Chain))
    assert await broken(database, seals) == [Broken("harbour", 1, chains.CUT)]


async def test_audit_that_was_written_anew_is_found_by_its_seal(database: Database, event: Event, kim: Account) -> None:
    await write(database, event, kim, 2)
    seals = await sealed(database)
    await cut(database, 5)
    async with database.transaction() as db:
        await audit.note(db, event.id, None, [Line("fine"), Line("more")], NOW)
    assert await broken(database) == []
    assert await broken(database, seals) == [Broken("harbour", 6, chains.REWRITTEN)]


def the_file(folder: Path, key: str = "k") -> Checkpoints:
    return Checkpoints(folder, key)


def test_audit_seals_can_neither_be_changed_nor_left_out_nor_made_without_the_key(tmp_path: Path) -> None:
    file = the_file(tmp_path)
    for number in (1, 2, 3):
        file.append([Seal(1, number, f"{number:064}")], NOW)
    assert [one.seal.number for one in file.read().checkpoints] == [1, 2, 3]
    whole = file.path.read_bytes()
    one, two, three = whole.splitlines(keepends=True)
    for torn, line in (
        (whole.replace(b"[1,2,", b"[1,9,"), 2), (one + three, 2), (two + three, 1), (one + b"\xff{\n" + two, 2),
        (one + b'[[1,2,"x","never"],"s"]\n', 2), (one + b'[["a"],3]\n', 2), (one[:20], 1),
    ):  # fmt: skip
        file.path.write_bytes(torn)
        assert file.read().torn == line, torn
    file.path.write_bytes(whole)
    assert the_file(tmp_path, "another key").read() == Read([], 1)


def test_audit_seals_go_on_after_a_line_that_a_fall_tore(tmp_path: Path) -> None:
    file = the_file(tmp_path)
    file.append([Seal(1, 1, "a")], NOW)
    file.path.write_bytes(file.path.read_bytes() + b'[[1,2,"b')
    file.append([Seal(1, 3, "c")], NOW)
    file.append([Seal(1, 4, "d")], NOW)
    assert ([one.seal.number for one in file.read().checkpoints], file.read().torn) == ([1, 3, 4], 2)


async def test_audit_is_sealed_at_once_then_after_many_lines_or_an_hour(
    database: Database, event: Event, kim: Account, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "LINES", 6)
    sealing = job.Checkpoints(database, Settings(data_dir=tmp_path, secret_key="k"), clock)

    async def numbers() -> list[int]:
        await sealing.seal()
        return [one.seal.number for one in the_file(tmp_path).read().checkpoints]

    assert await numbers() == []
    await write(database, event, kim)
    assert await numbers() == [3]
    await write(database, event, kim)
    assert await numbers() == [3]
    clock.forward(3600)
    assert await numbers() == await numbers() == [3, 6]
    await write(database, event, kim, 2)
    assert await numbers() == [3, 6, 12]


async def test_audit_on_a_full_disk_stops_nothing(
    database: Database, event: Event, kim: Account, tmp_path: Path, clock: Clock
) -> None:
    await write(database, event, kim)
    await job.Checkpoints(database, Settings(data_dir=tmp_path / "gone", secret_key="k"), clock).seal()
