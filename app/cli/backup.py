"""strand backup, strand restore: the whole house in one file, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.backup import keys, reading, restoring, taking
from app.backup.manifest import Manifest
from app.backup.problems import Occupied
from app.backup.reading import Backup
from app.backup.restoring import Restored, Wishes
from app.backup.taking import Taken
from app.cli.common import run, say, settings
from app.database import Database
from app.settings import Settings

_PASSPHRASE = typer.Option(help="A file whose first line is the passphrase for the house's key.")


def register(app: typer.Typer) -> None:
    app.command("backup", epilog="Example: strand backup /srv/backups/strand-monday.zip")(backup)
    app.command("restore", epilog="Example: strand restore /srv/backups/strand-monday.zip --replace")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it. An older backup there is replaced.")],
    with_key: Annotated[bool, typer.Option("--with-key", help="The house's key goes along, readable.")] = False,
    passphrase_file: Annotated[Path | None, _PASSPHRASE] = None,
) -> None:
    """Write the whole house into one file, pictures too, while it goes on. It may be run at any time."""
    passphrase = keys.read_passphrase(passphrase_file) if passphrase_file else ""
    say(_told(run(_backup(settings(), file, with_key, passphrase)), file))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that strand backup wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Even if there is a house already.")] = False,
    deletions: Annotated[Path | None, typer.Option(help="A newer list of deletions, or a newer backup's.")] = None,
    passphrase_file: Annotated[Path | None, _PASSPHRASE] = None,
    without_key: Annotated[bool, typer.Option("--without-key", help="Leave the key in it alone.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only look whether it is whole.")] = False,
) -> None:
    """Put a backup in the place of this house. Nothing may run meanwhile; nothing is touched before all was checked."""
    chosen = settings()
    with reading.opened(file) as opened:
        if check:
            restoring.check(opened, chosen)
            say(f"{file} is whole: {_what(opened.manifest)}.")
            return
        wishes = Wishes(
            replace=replace, without_key=without_key, deletions=reading.deletions(deletions) if deletions else {},
            passphrase=keys.read_passphrase(passphrase_file) if passphrase_file else "",
        )  # fmt: skip
        for line in _outcome(_restore(opened, chosen, wishes)):
            say(line)


async def _backup(chosen: Settings, file: Path, with_key: bool, passphrase: str) -> Taken:
    database = Database(chosen.database)
    try:
        return await taking.take(database, chosen, file, datetime.now(UTC), with_key, passphrase)
    finally:
        await database.close()


def _restore(opened: Backup, chosen: Settings, wishes: Wishes) -> Restored:
    """Somebody at a terminal is asked; whoever is none must have said --replace."""
    try:
        return run(restoring.restore(opened, chosen, wishes, datetime.now(UTC)))
    except Occupied:
        if not sys.stdin.isatty():
            raise
    typer.confirm("There is a house already. Put the backup in its place?", abort=True)
    return run(restoring.restore(opened, chosen, changed(wishes, replace=True), datetime.now(UTC)))


def _told(taken: Taken, file: Path) -> str:
    about = taken.manifest
    parts = [f"{file}: {_what(about)}, {taken.bytes / 1e6:,.1f} MB"]
    if about.missing:
        parts.append(f"left out because they went meanwhile: {_n(len(about.missing), 'picture file')}")
    parts.append(_KEYS[about.key["how"]])
    return "; ".join(parts) + "."


def _what(about: Manifest) -> str:
    """In a few words."""
    parts = [_n(len(about.events), "event"), _n(about.rows("post"), "post"), _n(len(about.pictures), "picture file")]
    return f"{', '.join(parts)}, as of {about.moment:%Y-%m-%d %H:%M} UTC"


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


_KEYS = {
    keys.NONE: "the house's key is not in it",
    keys.INSIDE: "the house's key is in it: keep it as you keep the key",
    keys.UNDER_PASSPHRASE: "the house's key is in it, under your passphrase",
}


def _outcome(done: Restored) -> Iterator[str]:
    yield f"Restored: {_what(done.manifest)}. Every screen and page begins anew; everybody signs in again."
    if done.gone:
        yield f"Left out, because deleted or removed since: {_n(done.gone, 'post')}."
    if done.held:
        yield f"Held at the desk, because changed or out of sight since: {_n(done.held, 'post')}."
    if done.to_connect:
        yield f"To be connected anew, because the house's key did not come along: {_n(done.to_connect, 'account')}."
