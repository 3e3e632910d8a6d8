"""Prints the five longest files and the five longest functions of the three wings: the next ones to take apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
WINGS = ("app", "ingest", "display")
SHOWN = 5


def modules() -> list[Path]:
    return sorted(path for wing in WINGS for path in (ROOT / wing).rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def main() -> None:
    files = [(lines(path), str(path.relative_to(ROOT))) for path in modules()]
    written = [(size, name) for size, name in files if size > 1]  # an __init__ with only its charter says nothing
    acts = [found for path in modules() for found in functions(path)]
    for title, found in (("files", written), ("functions", acts)):
        print(f"{len(found)} {title}, median {median(size for size, _ in found):g} lines; the longest:")
        for size, name in sorted(found, reverse=True)[:SHOWN]:
            print(f"  {size:4} {name}")


if __name__ == "__main__":
    main()
