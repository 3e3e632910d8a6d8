"""What every command needs: the settings, an open house, a line to print."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import typer
from pydantic import ValidationError

from app import migrations
from app.database import Database
from app.errors import Misconfigured
from app.settings import Settings

T = TypeVar("T")


def settings() -> Settings:
    """From the environment. Raises Misconfigured with the setting's name."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "STRAND_" + str(first["loc"][0]).upper()
        raise Misconfigured(f"{name} is not usable: {first['msg'].removeprefix('Value error, ')}.") from None


@contextlib.asynccontextmanager
async def open_house(chosen: Settings) -> AsyncIterator[Database]:
    """The store, created where it is empty, refused where it is of another version."""
    database = Database(chosen.database)
    try:
        await migrations.ensure(database)
        yield database
    finally:
        await database.close()


def run(act: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(act)


def say(line: str) -> None:
    typer.echo(line)
