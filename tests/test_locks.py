"""Both locks satisfy pyproject.toml, carry hashes, name no host, and agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
RUN, DEV = "requirements.lock", "requirements-dev.lock"


def locked(name: str) -> dict[str, set[Version]]:
    """Each package with its version; more than one where they differ by Python or system."""
    found: dict[str, set[Version]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.!+-]+)", (ROOT / name).read_text(), re.M):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    return found


def required(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in named]


@pytest.mark.parametrize(("lock", "extras"), [(RUN, ["postgres"]), (DEV, ["postgres", "dev"])])
def test_a_lock_has_everything_pyproject_asks_for(lock: str, extras: list[str]) -> None:
    has = locked(lock)
    unmet = [
        str(r) for r in required(*extras)
        if not (versions := has.get(canonicalize_name(r.name))) or not all(r.specifier.contains(v) for v in versions)
    ]  # fmt: skip
    assert unmet == []


def test_what_serving_needs_is_the_same_in_both() -> None:
    run, dev = locked(RUN), locked(DEV)
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", [RUN, DEV])
def test_every_line_has_hashes_and_none_names_a_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(entries) > 40
    assert [e.splitlines()[0] for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)] == []
    assert "://" not in text
    assert re.findall(r"^--\S+", text, re.M) == []


def test_nothing_is_asked_for_that_nobody_uses() -> None:
    """Every runtime dependency is imported by name, or is on this list with the reason."""
    unseen = {
        "tzdata": "zoneinfo reads it where the system has none",
        "python-multipart": "Starlette loads it for forms",
    }
    module = {"pillow": "PIL", "argon2-cffi": "argon2", "mastodon-py": "mastodon"}
    sources = "\n".join(p.read_text() for wing in ("app", "ingest", "display") for p in (ROOT / wing).rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", sources, re.M))
    names = [canonicalize_name(r.name) for r in required("postgres")]
    unused = [n for n in names if n not in unseen and module.get(n, n.replace("-", "_")) not in imported]
    assert unused == []
