"""Nothing but ingest/http opens a connection to the outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOOR = ROOT / "ingest" / "http"

CLIENTS = {
    "httpx": {"Client", "AsyncClient", "get", "post", "put", "patch", "delete", "head", "options", "request", "stream"},
    "websockets": {"connect", "unix_connect"},
    "websockets.asyncio.client": {"connect", "unix_connect"},
    "websockets.sync.client": {"connect", "unix_connect"},
    "asyncio": {"open_connection", "open_unix_connection"},
    "socket": {"create_connection"},
}
MODULES = {"requests", "urllib3", "urllib.request", "http.client", "aiohttp", "httpcore", "ftplib", "telnetlib"}


def sources() -> list[Path]:
    files = [path for wing in ("ingest", "app", "display") for path in (ROOT / wing).rglob("*.py")]
    return sorted(path for path in files if DOOR not in path.parents)


def ways_out(tree: ast.AST) -> Iterator[str]:
    """Clients that a module imports or names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in MODULES or node.module.split(".")[0] in MODULES:
                yield node.module
            names = {alias.name for alias in node.names}
            yield from (f"{node.module}.{name}" for name in names & CLIENTS.get(node.module, set()))
            yield from (f"{node.module}.{name}" for name in names if f"{node.module}.{name}" in MODULES)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in CLIENTS.get(owner, set()):
                yield f"{owner}.{node.func.attr}"
            if node.func.attr in ("sock_connect", "create_connection"):
                yield f"{owner}.{node.func.attr}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_file_has_a_client(path: Path) -> None:
    assert list(ways_out(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import requests",
        "from requests import Session",
        "import urllib.request",
        "from urllib import request",
        "import httpx\nhttpx.AsyncClient()",
        "from httpx import AsyncClient",
        "import websockets\nwebsockets.connect('x')",
        "from websockets.asyncio.client import connect",
        "import asyncio\nasyncio.open_connection('x', 1)",
        "loop.create_connection(x)",
    ],
)
def test_the_search_would_find_one(code: str) -> None:
    assert list(ways_out(ast.parse(code)))
