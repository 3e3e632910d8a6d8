"""The command line: every command explains itself with an example that works, and does what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import typer

from app.cli import app
from app.domain.events import RESERVED
from tests.conftest import _execute, postgres_url
from tests.e2e.house import House, free_port
from tests.e2e.pages import OURS


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_of_itself(house: House, words: tuple[str, ...]) -> None:
    told = house.done(*words, "--help")
    assert "Usage: strand " + " ".join(words) in told
    example = re.search(r"Example:\s+(strand [^│]+)", told, re.DOTALL)
    assert example is not None, told
    typed = shlex.split(example[1].replace("\n", " ").partition(", beside")[0])
    assert tuple(typed[1 : len(words) + 1]) == words
    for option in (word for word in typed if word.startswith("--")):
        assert option in told.partition("Example:")[0]


@pytest.mark.parametrize("words", [(), ("event",), ("source",)], ids=" ".join)
def test_a_noun_alone_lists_what_can_be_done_with_it(house: House, words: tuple[str, ...]) -> None:
    told = house.cli(*words)
    for path in COMMANDS:
        if path[: len(words)] == words:
            assert path[len(words)] in told.out + told.err


def test_each_command_says_in_one_line_what_it_did(house: House) -> None:
    def once(*words: str) -> str:
        told = house.done(*words)
        assert told.count("\n") == 1, told
        return told

    assert "layout of this version" in once("migrate")
    assert once("event", "list").startswith("There is no event yet.")
    made = once("event", "create", "harbour", "--title", "Harbour Talks", "--tag", "HarbourTalks", "--tag", "Harbour")
    assert made == "Harbour Talks is live at /harbour with #HarbourTalks; new posts: review.\n"
    assert once("event", "list") == "harbour\tlive\t#HarbourTalks #Harbour\tHarbour Talks\n"
    assert "now reads https://social.example" in once(
        "source", "add", "harbour", "mastodon", "--server", "https://social.example", "--token", "t0ken"
    )
    assert "now reads Bluesky" in once("source", "add", "harbour", "bluesky")
    assert re.search(r"For one moderator, once: \S*/invite/\S{20,}\n", once("invite", "harbour", "moderator"))
    assert "frozen" in once("freeze", "harbour") and "go on" in once("freeze", "harbour", "--off")
    shown = house.done("event", "show", "harbour") + house.done("source", "list", "harbour")
    assert "https://social.example" in shown and "not read yet" in shown and "t0ken" not in shown


def test_serve_prints_where_everything_is_and_one_link_that_makes_the_first_organiser(house: House) -> None:
    house.event("harbour")
    told = house.serve("--no-ingest").out
    addresses = dict(re.findall(r"^  (\w+) +(http\S+)$", told, re.MULTILINE))
    assert addresses.keys() == {"wall", "strand", "form", "desk"}
    link = re.search(r"Organiser, once, within a day: (\S+)", told)
    assert link is not None
    with httpx.Client(headers=OURS) as web:
        for name in ("wall", "strand", "form"):
            assert web.get(addresses[name]).status_code == 200
        who = {"name": "Inka", "password": "a short sentence is good"}
        assert web.get(link[1]).status_code == web.get(link[1]).status_code == 200  # a mail scanner opens it too
        assert web.post(link[1], data=who).headers["location"] == "/desk"
        assert web.get(addresses["desk"]).status_code == 200
        assert web.post(link[1], data=who | {"name": "Somebody else"}).status_code != 200
    house.running[-1].stop()
    assert "Organiser" not in house.serve("--no-ingest").out


def test_serve_and_ingest_stop_quickly_and_quietly_when_asked(house: House) -> None:
    house.event("harbour")
    for running in (house.serve(), house.begin("ingest")):
        assert running.alive
        running.stop()
        assert "Traceback" not in running.err and "error" not in running.err.lower(), running.err


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_processes_that_find_an_empty_store_together_make_its_tables_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    address = ""
    if kind == "postgres":
        import asyncio

        server, name = request.getfixturevalue("postgres_server"), f"empty_{uuid4().hex[:12]}"
        asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
        address = postgres_url(server, name).replace("+asyncpg", "")
    houses = [House(tmp_path / str(n), address, {"STRAND_DATA_DIR": str(tmp_path)}, free_port()) for n in range(4)]
    for one in houses:
        one.folder.mkdir()
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda one: one.cli("event", "list"), houses))
    assert [done.code for done in told] == [0] * 4, [done.err for done in told]


def test_no_event_can_take_an_address_of_the_house(house: House) -> None:
    for word in sorted(RESERVED)[:4]:
        assert house.cli("event", "create", word, "--title", "T", "--tag", "T").code == 2
