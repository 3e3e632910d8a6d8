"""The documents are true: what they name exists, what they promise runs; and nothing says what must not be said."""

from __future__ import annotations

import ast
import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import __version__
from app.cli import app as cli
from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "ARCHITECTURE.md")
WINGS = ("app", "ingest", "display")
MOST_LINES = 250
TEXT = {
    ".py",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".sh",
    ".lock",
    ".ini",
    ".atom",
    ".mako",
    "",
}
GIT = "git"


def tree() -> list[Path]:
    """Every file of the project that is there: what git knows, and what it will be told."""
    return [path for name in _listed() if (path := ROOT / name).is_file()]


@cache
def _listed() -> tuple[str, ...]:
    listing = [GIT, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True)
    return tuple(name for name in listed.stdout.decode().split("\0") if name)


def texts() -> list[Path]:
    """Files that people read; recorded answers of networks and the invented conference say what they say."""
    here = Path(__file__).resolve()
    said_by_others = (ROOT / "tests" / "fixtures", ROOT / "ingest" / "rehearsal" / "data")
    return [
        p for p in tree()
        if p.suffix in TEXT and p != here and not any(p.is_relative_to(folder) for folder in said_by_others)
    ]  # fmt: skip


def markdown() -> list[Path]:
    return [p for p in tree() if p.suffix == ".md"]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(name: str) -> str:
    return (ROOT / name).read_text()


def modules(*folders: str) -> list[Path]:
    return [p for p in tree() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders]


# What the documents name


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_exists(page: str) -> None:
    made_by_running = {".venv", "data"}
    named = {n for n in re.findall(r"(?:`|\]\()([\w.][\w./-]*)[`)]", read(page)) if "/" in n or n.endswith(".md")}
    named = {n for n in named if n.split("/")[0] not in made_by_running}
    assert named, "the page names nothing, or this test has gone blind"
    assert [n for n in sorted(named) if not (ROOT / n).exists()] == []


def test_every_top_folder_is_named_in_the_architecture() -> None:
    folders = {p.relative_to(ROOT).parts[0] for p in tree() if len(p.relative_to(ROOT).parts) > 1}
    assert {"app", "tests"} <= folders
    assert sorted(f for f in folders if f"`{f}/`" not in read("ARCHITECTURE.md")) == []


def test_every_relative_link_leads_somewhere() -> None:
    broken = []
    for page in markdown():
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.split("#")[0]).exists():
                broken.append(f"{shown(page)}: {target}")
    assert broken == []


def test_every_decision_has_its_three_parts_and_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [p.name[:4] for p in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        assert re.findall(r"^## (.+)$", page.read_text(), re.M) == ["Context", "Decision", "Consequences"], page.name


def test_every_invariant_names_a_test_that_exists() -> None:
    rows = [line for line in read("docs/invariants.md").splitlines() if re.match(r"\| \d+ ", line)]
    assert rows
    without = []
    for row in rows:
        named = re.findall(r"`(tests/[\w./]+)(?:::(\w+))?`", row)
        there = [(ROOT / file).is_file() and test in (ROOT / file).read_text() for file, test in named]
        if not named or not all(there):
            without.append(row)
    assert without == []


def test_the_image_copies_only_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", read("Dockerfile"), re.M)
    assert copied
    assert [name for line in copied for name in line.split() if not (ROOT / name).exists()] == []
    allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert set(copied) == allowed


def test_the_workflow_runs_what_everybody_runs() -> None:
    assert "- run: .ci/run" in read(".github/workflows/ci.yml")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    called = set(re.findall(r"^make ([a-z-]+)$", read(".ci/run"), re.M))
    assert {"check", "test"} <= called


def test_every_target_the_documents_name_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    named = {t for page in markdown() for t in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(), re.M)}
    assert {"run", "test"} <= named <= targets


# Settings


def test_every_setting_is_documented_and_no_other_is() -> None:
    settings = {f"STRAND_{name.upper()}" for name in Settings.model_fields}
    page = read("docs/hosting.md")
    rows = set(re.findall(r"^\| `(STRAND_\w+)` \|", page, re.M))
    assert rows == settings
    assert set(re.findall(r"STRAND_\w+", page)) == settings


def test_every_default_is_documented_as_it_is() -> None:
    rows = dict(re.findall(r"^\| `STRAND_(\w+)` \| ([^|]+) \|", read("docs/hosting.md"), re.M))
    for name, field in Settings.model_fields.items():
        said = rows[name.upper()].strip().strip("`")
        assert said == (str(field.default) or "empty"), name


def test_only_settings_that_exist_are_named_anywhere() -> None:
    settings = {f"STRAND_{name.upper()}" for name in Settings.model_fields}
    for page in (*markdown(), ROOT / "Dockerfile", ROOT / "compose.yaml"):
        assert set(re.findall(r"STRAND_\w+", page.read_text())) <= settings, shown(page)


# Commands


def commands(page: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", read(page), re.M | re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip().startswith("strand ")]


def test_the_readme_s_commands_run_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(tmp_path))
    said = commands("README.md")
    assert len(said) > 5
    for line in said:
        arguments = shlex.split(line, comments=True)[1:]
        if arguments[0] == "serve":
            assert _serves(tmp_path, arguments), line
        else:
            done = CliRunner().invoke(cli, arguments)
            assert done.exit_code == 0, f"{line}: {done.output}{done.exception!r}"
            assert done.output.strip(), line


def _serves(data: Path, arguments: list[str]) -> bool:
    """Start it on a port that is free, wait until it says where it is, stop it."""
    arguments[arguments.index("--port") + 1] = "0"
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "app", *arguments, "--no-ingest"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "STRAND_DATA_DIR": str(data)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    told = any("/invite/" in line for line in process.stdout)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    return told


def test_every_command_the_other_pages_name_has_help() -> None:
    named = set()
    groups = {group.name for group in cli.registered_groups}
    for page in markdown():
        text = page.read_text()
        for line in [*re.findall(r"`strand ([^`\n]+)`", text), *re.findall(r"^strand (.+)$", text, re.M)]:
            said = shlex.split(line, comments=True)
            named.add(tuple(said[:2]) if said[0] in groups else (said[0],))
    assert ("serve",) in named
    for words in sorted(named):
        done = CliRunner().invoke(cli, [*words, "--help"])
        assert done.exit_code == 0 and "Example:" in done.output, words


# What the tree must not say


FORBIDDEN = {
    "a registry's host": r"pypi\.(org|python)|pythonhosted\.org|npmjs\.(org|com)|docker\.io|ghcr\.io|deb\.debian\.org",
    "a path of somebody's machine": r"(?<![\w.}])/(?:work|root|home/\w+|Users/\w+)/|/tmp/[a-z]",
    "the number of a task": r"(?i)\bissues? #?\d",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_in_the_tree_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line):
                found.append(f"{shown(path)}:{number}: {line.strip()[:80]}")
    assert found == []


# How the modules are


def test_every_module_says_in_one_to_three_lines_what_it_owns() -> None:
    wrong = []
    for path in modules(*WINGS, "tests", "bench", "tools", "alembic"):
        source = path.read_text()
        charter = ast.get_docstring(ast.parse(source))
        paragraph = (charter or "").split("\n\n")[0]
        if source.strip() and not 1 <= len(paragraph.splitlines()) <= 3:
            wrong.append(shown(path))
    assert wrong == []


def test_no_file_of_the_three_wings_is_too_long() -> None:
    long = {shown(p): n for p in modules(*WINGS) if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def test_the_version_is_one() -> None:
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == __version__
