"""The store's tables as they are at the moment, whatever version made them: read in stretches, cleared, filled.

Works on what the database says of itself and not on today's models, so that a backup can be taken before an upgrade
and an older one restored after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    delete,
    exists,
    insert,
    inspect,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.schema import AddConstraint, DropConstraint

from app.models import Base

STRETCH = 1_000  # rows read or written at once: what memory holds of a table
_BESIDE = ("alembic_version", "post_search")  # no tables of the models, and made anew by a restore


def reflect(connection: Connection) -> list[Table]:
    """Every table of ours that is there, each after those it points at."""
    ours = [name for name in inspect(connection).get_table_names() if name in Base.metadata.tables]
    metadata = MetaData()
    metadata.reflect(connection, only=ours)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return metadata.sorted_tables


def read(connection: Connection, table: Table, *wanted: ColumnElement[bool]) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their key, a stretch at a time. Within one transaction it is all of one moment."""
    keys, names = list(table.primary_key.columns), [str(column.name) for column in table.columns]
    query = select(table).where(*wanted).order_by(*keys).limit(STRETCH)
    after: list[ColumnElement[bool]] = []
    while found := connection.execute(query.where(*after)).all():
        rows = [dict(zip(names, row, strict=True)) for row in found]
        yield rows
        last = [literal(rows[-1][key.name], key.type) for key in keys]
        after = [keys[0] > last[0]] if len(keys) == 1 else [tuple_(*keys) > tuple_(*last)]


def clear(connection: Connection) -> None:
    """Nothing of ours is left; what else lives in the same database stays."""
    there = [name for name in inspect(connection).get_table_names() if name in {*_BESIDE, *Base.metadata.tables}]
    quoted = [connection.dialect.identifier_preparer.quote(name) for name in there]
    if connection.dialect.name == "sqlite":
        for name in quoted:
            connection.execute(text(f"DROP TABLE {name}"))
    elif quoted:
        connection.execute(text(f"DROP TABLE {', '.join(quoted)} CASCADE"))


def fill(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Returns how many."""
    count, left = 0, iter(rows)
    while stretch := list(islice(left, STRETCH)):
        connection.execute(insert(table), stretch)
        count += len(stretch)
    return count


def let_go(connection: Connection, tables: Sequence[Table]) -> None:
    """Rows may come in any order: nothing holds them to one another until `hold` is called.

    SQLite has been told so before the transaction began, and is asked at its end.
    """
    if connection.dialect.name == "postgresql":
        for table in tables:
            for key in table.foreign_key_constraints:
                connection.execute(DropConstraint(key))


def hold(connection: Connection, tables: Sequence[Table]) -> None:
    """Rows that point nowhere raise here; and new rows get numbers that are free."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for key in table.foreign_key_constraints:
            connection.execute(AddConstraint(key))
    for table in tables:
        keys = list(table.primary_key.columns)
        if len(keys) == 1 and isinstance(keys[0].type, Integer):
            connection.execute(text(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', '{keys[0].name}'),"  # noqa: S608 - our names
                f' GREATEST(MAX("{keys[0].name}"), 1), MAX("{keys[0].name}") IS NOT NULL) FROM "{table.name}"'
            ))  # fmt: skip


def follow(connection: Connection, tables: Sequence[Table]) -> None:
    """What the store itself does where keys are held: whatever hangs on a deleted row goes, or points nowhere.

    For SQLite, which cannot be told to look again before the transaction is over.
    """
    for table in tables:  # parents first: what they take along is followed too
        for key in table.foreign_key_constraints:
            (element,) = key.elements
            column, parent = element.parent, element.column.table.alias()
            lost = column.is_not(None) & ~exists().where(parent.c[element.column.name] == column)
            if key.ondelete == "CASCADE":
                connection.execute(delete(table).where(lost))
            elif key.ondelete == "SET NULL":
                connection.execute(update(table).where(lost).values({column.name: None}))
