"""SQLite under SQLAlchemy's asyncio: the engine, and its connections, each a thread of its own.

SQLAlchemy drives aiosqlite as it drives any driver: it opens a cursor, executes, fetches, closes, and waits for the
thread each time. Here all of that is one call. And on the one connection that writes, what is sure to be short does not
leave the event loop at all: the way to the thread and back costs more than a row. What may wait, for a lock or for the
disk, always goes to the thread: a BEGIN that finds the store taken, every COMMIT, a reading that turns out long, a
change of nobody knows how many rows.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import aiosqlite
import orjson
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts
from sqlalchemy.util import await_

PATIENCE = 5000  # milliseconds for another process to let go of the store
STEPS = 20_000  # of SQLite's machine, after which a reading goes to the thread: well under a millisecond
FEW = 200  # values, a handful of rows: written into memory; the disk hears of them with the COMMIT
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={PATIENCE}", "foreign_keys=ON", "temp_store=MEMORY",
    "secure_delete=ON",  # what is deleted is overwritten; some builds of SQLite would leave it lying in the file
)  # fmt: skip
_ONE_ROW = re.compile(r"UPDATE (\w+) SET (?:(?!SELECT|WHERE).)+WHERE \1\.id = \?(?: RETURNING \w+)?")


def sqlite_engine(url: str, begin: str, pool_size: int, nimble: bool = False) -> AsyncEngine:
    """Connections that say `begin` themselves. `nimble`: what is short runs on the event loop."""
    engine = create_async_engine(
        url, module=_Driver(aiosqlite, sqlite3), pool_size=pool_size, max_overflow=0, pool_timeout=30,
        hide_parameters=True, json_deserializer=orjson.loads,
    )  # fmt: skip
    # SQLite numbers the rows of one INSERT in the order they are written, so many can go in with one statement and
    # still be told apart. SQLAlchemy leaves it to us to say so, and would else insert row by row.
    engine.sync_engine.dialect.insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is deferred
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.nimble = nimble

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "invalidate")
    def _let_go(connection: Any, _record: Any, _error: BaseException | None) -> None:
        # Somebody was cancelled in the middle of a statement, and the connection will be closed. SQLite keeps a closed
        # one alive, with its lock on the whole store, for as long as Python has not collected that statement's cursor.
        with contextlib.suppress(DBAPIError, OSError, ValueError, sqlite3.Error):
            connection.rollback()

    return engine


class _Done(NamedTuple):
    """All that a statement had to say."""

    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


class _Cursor:
    """What SQLAlchemy asks of a cursor. Once it was executed nothing is open any more: the rows are here."""

    server_side = False
    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._done = _Done(None, -1, None, [])
        self._rows: deque[Any] = deque()

    @property
    def description(self) -> Any:
        return self._done.description

    @property
    def rowcount(self) -> int:
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._done.lastrowid

    def execute(self, statement: str, values: Sequence[Any] | None = None) -> None:
        self._done = self._connection.run(statement, values or ())
        self._rows = deque(self._done.rows)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self._done = self._connection.run_many(statement, rows)

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        return [self._rows.popleft() for _ in range(len(self._rows))]

    def __iter__(self) -> Iterator[Any]:
        while self._rows:
            yield self._rows.popleft()

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """SQLAlchemy asks for it before it hands rows out."""


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("_waiting", "nimble")
    _cursor_cls = _Cursor  # type: ignore[assignment]

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.nimble = False
        self._waiting = 0

    def run(self, statement: str, values: Sequence[Any]) -> _Done:
        if self.nimble and not self._waiting and len(values) <= FEW:
            act = _here(statement)
            try:
                if act is not None:
                    return act(self._connection._conn, statement, values)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT):
                    raise  # the higher bits say why it is busy: another process may be putting its log in order
        return self.in_thread(_execute, statement, values)

    def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> _Done:
        few = sum(map(len, rows)) <= FEW
        if self.nimble and not self._waiting and few and _here(statement) is _execute:
            return _execute_many(self._connection._conn, statement, rows)
        return self.in_thread(_execute_many, statement, rows)

    def in_thread(self, act: Callable[..., _Done], *args: Any) -> _Done:
        done: _Done = self._await(self._connection._execute(act, self._connection._connection, *args))
        return done

    def commit(self) -> None:
        self._await(self._connection.commit())

    def rollback(self) -> None:
        """Asked for whenever the pool gets it back, after a commit too: then there is nothing to do."""
        raw = self._connection._connection
        if raw is not None and (self._waiting or raw.in_transaction):
            self._await(self._connection.rollback())

    def _await(self, hop: Any) -> Any:
        """Whoever is cancelled here leaves the thread at work, and it stays counted: whatever this connection is asked
        for afterwards queues up behind that, so that never two use it at once. (It is on its way out: SQLAlchemy
        closes what a cancelled statement was on.)"""
        self._waiting += 1
        try:
            done = await_(hop)
        except Exception as error:
            self._waiting -= 1
            self._handle_exception(error)
        self._waiting -= 1
        return done


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *args: Any, **options: Any) -> _Connection:
        return _Connection(self, super().connect(*args, **options)._connection)


def _execute(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> _Done:
    cursor = connection.execute(statement, values)
    rows = cursor.fetchall() if cursor.description else []
    done = _Done(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    cursor.close()
    return done


def _execute_many(connection: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Any]]) -> _Done:
    cursor = connection.executemany(statement, rows)
    done = _Done(None, cursor.rowcount, cursor.lastrowid, [])
    cursor.close()
    return done


@lru_cache(maxsize=512)
def _here(statement: str) -> Callable[[sqlite3.Connection, str, Sequence[Any]], _Done] | None:
    """How to run this on the event loop; None: not at all."""
    if statement.startswith("BEGIN"):
        return _begin_at_once
    if statement.startswith("SELECT"):
        return _read_little
    few = statement.startswith("INSERT") and "SELECT" not in statement
    return _execute if few or _ONE_ROW.fullmatch(statement) else None


def _begin_at_once(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> _Done:
    """Raises where another process is writing: whoever waits for it does so in the thread."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        return _execute(connection, statement, values)
    finally:
        connection.execute(f"PRAGMA busy_timeout={PATIENCE}")


def _read_little(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> _Done:
    """Raises when it becomes much. (Of a reading nothing has to be taken back: it leaves the transaction as it was.)"""
    connection.set_progress_handler(_stop, STEPS)
    try:
        return _execute(connection, statement, values)
    finally:
        connection.set_progress_handler(None, 0)


def _stop() -> int:
    return 1
