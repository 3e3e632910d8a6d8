"""Doctor looks at everything and changes nothing; it says what to do, and fails only where somebody must do it."""

from __future__ import annotations

import asyncio
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from app import secrets
from app.cli import app as cli
from app.cli import checks
from app.domain import audit, leases
from app.domain.audit import Line
from app.domain.events import find_event
from app.models import AuditLine, Connection, Event, Outgoing
from ingest.types import Network
from tests.app.outbox.smtp import smtp_server
from tests.app.well import WellHouse


@pytest.fixture
def house(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WellHouse:
    return WellHouse(store_url, tmp_path, monkeypatch)


def doctor() -> tuple[int, list[str]]:
    done = CliRunner().invoke(cli, ["doctor"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, [" ".join(line.split()) for line in done.output.splitlines()]


def looks() -> list[str]:
    code, lines = doctor()
    found = [line.removeprefix("look here ") for line in lines if line.startswith("look here")]
    assert code == (1 if found else 0)
    return found


def test_a_house_that_is_well_says_so_with_all_its_figures(house: WellHouse) -> None:
    code, lines = doctor()
    assert code == 0
    assert "ok reading Process 4711 reads the networks and does the jobs." in lines
    (told,) = [line for line in lines if "kueste" in line]
    assert told.startswith("ok harbour https://kueste.example; live; 9 taken of 12; last success")
    assert told.endswith(
        "0.4 s behind; may ask 213 times more; left out 3: a boost. Live: new posts arrive within a second."
    )


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path / "data"))
    code, lines = doctor()
    assert (code, list(tmp_path.iterdir())) == (0, [])
    assert any("strand serve makes it" in line for line in lines)


def test_a_key_that_others_can_read_must_be_put_away(house: WellHouse) -> None:
    house.key.chmod(0o644)
    assert looks() == [f"secret key Others can read it (mode 0644): chmod 600 {house.key}"]
    assert stat.S_IMODE(house.key.stat().st_mode) == 0o644


def test_an_old_store_must_be_brought_up_to_date(house: WellHouse) -> None:
    async def act(db: AsyncSession, _: Event) -> None:
        from sqlalchemy import text

        await db.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))

    house.change(act)
    (told,) = looks()
    assert "made by a newer version" in told


def test_a_damaged_file_must_be_replaced(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "strand.sqlite"
    body = sqlite_template.read_bytes()
    path.write_bytes(body[:8192] + b"\xff" * 4096 + body[12288:])
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path))
    (told,) = looks()
    assert told.startswith("database It ") and ("damaged" in told or "cannot be read" in told)


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("STRAND_DATABASE_URL", "postgres://kim:hunter2@127.0.0.1:1/strand")
    (told,) = looks()
    assert told.startswith("database It cannot be read:")
    assert "hunter2" not in told


def test_somebody_must_read_while_an_event_collects(house: WellHouse) -> None:
    async def act(db: AsyncSession, _: Event) -> None:
        await leases.release(db, leases.INGEST, "machine:4711:99:x", house.now - timedelta(minutes=1))

    house.change(act)
    (told,) = looks()
    assert told.startswith("reading Nobody reads the networks or does the jobs: start strand serve")


def test_a_source_that_fails_or_is_silent_must_be_looked_at(house: WellHouse) -> None:
    house.source(ok=False, reason="kueste.example has trouble at the moment (it answers 502).")
    (told,) = looks()
    assert "does not work as it should" in told and "(it answers 502). Try it: strand source test harbour" in told
    house.source(succeeded_at=house.now - timedelta(minutes=11))
    (told,) = looks()
    assert "; silent; 9 taken of 12; last success 11 min ago" in told
    house.source(enabled=False)
    assert looks() == []


def test_a_token_sealed_with_another_key_must_be_given_again(house: WellHouse) -> None:
    house.source(token_sealed=secrets.seal("another key", "token"))
    (told,) = looks()
    assert told.startswith("harbour The token for https://kueste.example was sealed with another key")
    house.source(token_sealed=secrets.seal("only for tests", "token"))
    assert looks() == []


def test_an_account_that_is_no_longer_connected_must_be_connected_again(house: WellHouse) -> None:
    async def act(db: AsyncSession, event: Event) -> None:
        db.add(
            Connection(
                event_id=event.id, network=Network.MASTODON, server="https://kueste.example", handle="h@kueste.example",
                ok=False, reason="Its token was taken back.", connected_at=house.now,
            )
        )  # fmt: skip

    house.change(act)
    assert looks() == [
        "harbour h@kueste.example is not connected any more: Its token was taken back. Connect it at the desk."
    ]


def test_mail_that_did_not_go_out_is_told_with_its_reason(house: WellHouse) -> None:
    async def act(db: AsyncSession, event: Event) -> None:
        db.add(
            Outgoing(
                event_id=event.id, kind="mail", key="silent:1", content={}, created_at=house.now, due_at=house.now,
                tries=4, failed="mail.example refused the mail (554).",
            )
        )  # fmt: skip

    house.change(act)
    assert looks() == ["mail 1 of the last day did not go out: mail.example refused the mail (554)."]


async def test_the_mail_server_is_asked_and_nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path))
    async with smtp_server(password="right") as server:
        for word, wrong in (("right", []), ("hunter2", ["mail 127.0.0.1 does not take the name and password"])):
            monkeypatch.setenv("STRAND_SMTP_URL", f"smtp://kim:{word}@127.0.0.1:{server.port}")
            told = await asyncio.to_thread(looks)
            assert [line[:47] for line in told] == [line[:47] for line in wrong]
            assert "hunter2" not in "".join(told)
    assert server.mails == []


@pytest.mark.parametrize(("free", "state"), [(100, "look here"), (1_500_000_000, "note"), (9_000_000_000, "ok")])
def test_little_room_is_told_in_time(free: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
    from app.settings import Settings

    assert checks.room(Settings(data_dir=tmp_path)).state.value == state


@pytest.mark.parametrize(
    ("url", "state"),
    [("", "note"), ("http://wall.example", "note"), ("http://127.0.0.1:8000", "ok"), ("https://wall.example", "ok")],
)
def test_the_public_address_is_looked_at(url: str, state: str) -> None:
    from app.settings import Settings

    assert checks.public_url(Settings(public_url=url)).state.value == state


def test_sources_are_listed_with_what_was_left_out_and_tried_by_number(house: WellHouse) -> None:
    listed = CliRunner().invoke(cli, ["source", "list", "harbour"]).output
    assert "https://kueste.example\tstream\t9 taken of 12" in listed
    assert "  left out\t3\ta boost" in listed
    house.source(url="https://10.0.0.1")
    number = next(line.split("\t")[0] for line in listed.splitlines() if "kueste" in line)
    tried = CliRunner().invoke(cli, ["source", "test", "harbour", number])
    assert tried.exit_code == 1
    assert tried.output.startswith(f"{number}\tlook here\thttps://10.0.0.1\tThat did not work. Strand does not connect")
    form = next(line.split("\t")[0] for line in listed.splitlines() if "the form" in line)
    assert CliRunner().invoke(cli, ["source", "test", "harbour", form]).exit_code == 0


@pytest.mark.parametrize("words", [["doctor"], ["source", "test"], ["source", "list"], ["event", "create"]])
def test_help_has_an_example(words: list[str]) -> None:
    assert "Example: strand" in CliRunner().invoke(cli, [*words, "--help"]).output


def test_an_event_is_made_with_the_address_its_alarms_go_to(house: WellHouse) -> None:
    words = ["event", "create", "quay", "--title", "Quay", "--tag", "quay", "--contact"]
    refused = CliRunner().invoke(cli, [*words, "nobody"])
    assert str(refused.exception) == "That is no address for mail. kim@example.org is one."
    assert CliRunner().invoke(cli, [*words, "kim@example.org"]).exit_code == 0

    async def act(db: AsyncSession, _: Event) -> None:
        assert (await find_event(db, "quay")).contact == "kim@example.org"

    house.change(act)


def test_an_audit_log_somebody_wrote_in_is_named_by_its_first_broken_line(house: WellHouse) -> None:
    async def act(db: AsyncSession, event: Event) -> None:
        await audit.note(db, event.id, None, [Line("freeze"), Line("decide", 4, "hide"), Line("freeze")], house.now)

    house.change(act)
    assert any(line.startswith("ok audit What was done stands in 3 lines") for line in doctor()[1])

    async def forge(db: AsyncSession, _: Event) -> None:
        await db.execute(update(AuditLine).where(AuditLine.number == 2).values(verdict="approve"))

    house.change(forge)
    assert looks() == ["audit harbour, line 2: it says something else than when it was written."]
