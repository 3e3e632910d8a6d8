"""The pure modules of the browser, run by node's own test runner. People who only use Strand need no node."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "js"
LEAST = (20, 19)  # from here on node reads a plain .js file as a module where it is one


def node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the scripts' own tests did not run")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    if version < LEAST:
        pytest.skip(f"node {said.strip()} is too old (20.19 or newer): the scripts' own tests did not run")
    return node


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_modules_keep_their_promises(file: Path) -> None:
    done = subprocess.run([node(), "--test", str(file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
