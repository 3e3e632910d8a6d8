"""What a wrong setting, a wrong store, a taken port or a wrong word gets: one plain sentence on stderr, and exit 2."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import migrations
from app.database import Database
from tests.e2e.house import ROOT, Done, House

Spoil = Callable[[Path], dict[str, str]]
"""Makes something unusable in the data folder; gives the settings to run with."""


def one_sentence(done: Done) -> str:
    """The only line on stderr, of a command that refused."""
    assert done.code == 2, done
    assert done.out == ""
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].endswith(".") or "then run: strand migrate" in lines[0]
    return lines[0]


def _a_file_for_a_folder(folder: Path) -> dict[str, str]:
    (folder / "file").write_text("no folder")
    return {"STRAND_DATA_DIR": str(folder / "file")}


def _no_database(folder: Path) -> dict[str, str]:
    (folder / "strand.sqlite").write_text("This is a letter, and no database at all. " * 50)
    return {}


def _other_tables(folder: Path) -> dict[str, str]:
    with sqlite3.connect(folder / "strand.sqlite") as db:
        db.execute("CREATE TABLE letters (words TEXT)")
    return {}


WRONG_STORES: dict[str, tuple[Spoil, str]] = {
    "nobody listens": (
        lambda _: {"STRAND_DATABASE_URL": "postgres://strand:hunter2@127.0.0.1:1/strand"},
        "The database cannot be reached",
    ),
    "no such host": (
        lambda _: {"STRAND_DATABASE_URL": "postgres://strand:hunter2@database.invalid/strand"},
        "The database cannot be reached",
    ),
    "another kind": (lambda _: {"STRAND_DATABASE_URL": "mysql://localhost/strand"}, "STRAND_DATABASE_URL must begin"),
    "no address": (lambda _: {"STRAND_DATABASE_URL": "postgres://u:p@host:port/x"}, "STRAND_DATABASE_URL is not"),
    "no folder": (_a_file_for_a_folder, "The database cannot be reached"),
    "no database": (_no_database, "The database cannot be reached"),
    "somebody else's": (_other_tables, "The database has an older layout than this program."),
}
COMMANDS = [("serve", "--port", "0"), ("ingest",), ("event", "list"), ("migrate",)]


TRIED = [(name, words) for name in WRONG_STORES for words in COMMANDS]
TRIED.remove(("somebody else's", ("migrate",)))  # bringing tables up to date is what it is for


@pytest.mark.parametrize(("name", "words"), TRIED)
def test_a_store_that_cannot_be_used_is_told_in_one_sentence(house: House, name: str, words: tuple[str, ...]) -> None:
    spoil, beginning = WRONG_STORES[name]
    house.more = spoil(house.folder)
    told = one_sentence(house.cli(*words))
    assert told.startswith(beginning)
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("version", "advice"),
    [("2099_one_to_come", "Install that version, or restore an older backup."), (None, "then run: strand migrate")],
)
def test_a_store_of_another_version_is_refused_with_what_to_do(house: House, version: str | None, advice: str) -> None:
    house.done("event", "list")
    with sqlite3.connect(house.folder / "strand.sqlite") as db:
        db.execute("DELETE FROM alembic_version")
        if version:
            db.execute("INSERT INTO alembic_version VALUES (?)", [version])
    for words in (("serve", "--port", "0"), ("ingest",), ("event", "list")):
        assert advice in one_sentence(house.cli(*words))


async def test_a_store_of_an_earlier_version_is_refused_until_it_is_migrated(house: House) -> None:
    database = Database(f"sqlite+aiosqlite:///{house.folder / 'strand.sqlite'}")
    async with database.writer.begin() as connection:
        await connection.run_sync(migrations.upgrade_to, migrations.scripts().get_base() or "")
    await database.close()
    assert "older layout" in one_sentence(house.cli("event", "list"))
    assert house.done("migrate").startswith("The database has the layout of this version")
    assert house.done("event", "list") == "There is no event yet. strand event create makes one.\n"


def test_a_taken_port_is_told_before_anything_else_starts(house: House) -> None:
    """The one test that goes through `python -m app` with all that comes before a command."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        env = os.environ | house.environment
        run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    told = one_sentence(Done(run.returncode, run.stdout, run.stderr))
    assert told.startswith(f"Port {port} at 127.0.0.1 cannot be used:")
    assert not (house.folder / "strand.sqlite").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRAND_PUBLIC_URL", "wall.example"),
        ("STRAND_MEDIA_QUOTA_MB", "plenty"),
        ("STRAND_MEDIA_QUOTA_MB", "0"),
        ("STRAND_LOG_LEVEL", "loud"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(house: House, name: str, value: str) -> None:
    house.more = {name: value}
    for words in (("serve", "--port", "0"), ("event", "list")):
        assert name in one_sentence(house.cli(*words))


@pytest.mark.parametrize(
    "words",
    [
        ("event", "show", "nowhere"),
        ("source", "list", "nowhere"),
        ("source", "add", "nowhere", "mastodon", "--server", "https://social.example"),
        ("invite", "nowhere", "moderator"),
        ("freeze", "nowhere"),
        ("rehearse", "nowhere", "--end"),
    ],
    ids=" ".join,
)
def test_an_event_that_is_not_there_is_told_so(house: House, words: tuple[str, ...]) -> None:
    assert one_sentence(house.cli(*words)) == "There is no event at this address."


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        (("event", "create", "harbour", "--title", "T", "--tag", "T"), "There is an event at /harbour already."),
        (("event", "create", "Not OK", "--title", "T", "--tag", "T"), "An event's address is made of"),
        (("event", "create", "desk", "--title", "T", "--tag", "T"), "/desk is taken by the house itself."),
        (("event", "create", "new", "--title", " ", "--tag", "T"), "An event needs a title."),
        (("event", "create", "new", "--title", "T", "--tag", "two words"), "#two words is cut off or not seen"),
        (("event", "create", "new", "--title", "T", "--tag", "2027"), "#2027 is no hashtag anywhere: it needs"),
        (("event", "create", "new", "--title", "T", "--tag", "T", "--time-zone", "Mars"), "Mars is not a time zone."),
        (("source", "add", "harbour", "mastodon", "--server", "social.example"), "social.example is no address."),
        (
            ("source", "add", "harbour", "bluesky", "--jetstream", "https://x.example"),
            "https://x.example is no address.",
        ),
        (("rehearse", "harbour"), "This event is not a draft"),
        (("rehearse", "harbour", "--end"), "This event is not rehearsing."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_house_does_not_take_is_told_in_one_sentence(
    house: House, words: tuple[str, ...], beginning: str
) -> None:
    house.event("harbour")
    assert one_sentence(house.cli(*words)).startswith(beginning)


@pytest.mark.parametrize(
    "words",
    [
        ("invite", "harbour", "king"),
        ("source", "add", "harbour", "myspace"),
        ("source", "add", "harbour", "mastodon"),
        ("source", "add", "harbour", "mastodon", "--server", "https://social.example", "--every", "0"),
        ("event", "create", "new", "--title", "T"),
        ("event", "create", "new", "--title", "T", "--tag", "T", "--policy", "none"),
        ("serve", "--port", "70000"),
        ("serve", "--port", "eighty"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_a_word_no_command_knows_gets_its_usage_and_exit_2(house: House, words: tuple[str, ...]) -> None:
    house.event("harbour")
    done = house.cli(*words)
    assert done.code == 2 and done.out == ""
    assert "Usage: " in done.err and "Traceback" not in done.err
