"""What doctor looks at without opening the store: the data folder, the key, room, the public address, mail."""

from __future__ import annotations

import shutil
import stat
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from app.backup import lately
from app.errors import StrandError
from app.outbox import mail
from app.settings import Settings

LEAST_ROOM = 1_000_000_000  # bytes
BACKUP_OLD = timedelta(days=2)


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # good to know; nothing must be done
    LOOK = "look here"


@dataclass(frozen=True, slots=True)
class Line:
    state: State
    what: str
    told: str

    def __str__(self) -> str:
        return f"{self.state.value:<9}  {self.what:<14}  {self.told}"


def ok(what: str, told: str) -> Line:
    return Line(State.OK, what, told)


def note(what: str, told: str) -> Line:
    return Line(State.NOTE, what, told)


def look(what: str, told: str) -> Line:
    return Line(State.LOOK, what, told)


def data_folder(settings: Settings) -> Line:
    folder = settings.data_dir.resolve()
    if not folder.exists():
        return note("data folder", f"{folder} is not there yet; strand serve makes it.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ok("data folder", f"{folder} can be written.")
    except OSError as error:
        return look(
            "data folder", f"{folder} cannot be written ({error.strerror}): give it to the user Strand runs as."
        )


def secret_key(settings: Settings) -> Line:
    path = settings.data_dir / "secret.key"
    if settings.secret_key:
        return ok("secret key", "It is set by STRAND_SECRET_KEY.")
    if not path.exists():
        return note("secret key", "There is none yet; it is made when it is first needed.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return look("secret key", f"Others can read it (mode {mode:04o}): chmod 600 {path.resolve()}")
    return ok("secret key", "Only its owner can read it.")


def room(settings: Settings) -> Line:
    there = next(p for p in (settings.data_dir.resolve(), *settings.data_dir.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB are free where the data folder is."
    if free < LEAST_ROOM:
        return look("room", f"{told} Make room, or posts cannot be kept.")
    if free < settings.media_quota_mb * 1_000_000:
        return note("room", f"{told} Pictures may take {settings.media_quota_mb} MB (STRAND_MEDIA_QUOTA_MB).")
    return ok("room", told)


def public_url(settings: Settings) -> Line:
    what, url = "public address", settings.public_url
    if not url:
        return note(what, "STRAND_PUBLIC_URL is not set: mails and invitations carry no whole address.")
    if url.startswith("http://") and not _is_here(url):
        return note(what, f"{url} is not https: phones stay awake and cookies are safer with it (docs/hosting.md).")
    return ok(what, url)


def _is_here(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


def last_backup(settings: Settings, now: datetime) -> Line:
    last = lately.look(settings.data_dir)
    if last is None:
        return note("backup", "There was none yet: strand backup FILE (docs/backup.md).")
    age = now - last.at
    told = f"The last one was made {age.days} d {age.seconds // 3600} h ago: {last.place}"
    if age > BACKUP_OLD:
        return note("backup", f"{told}. Make one every night (docs/backup.md).")
    return ok("backup", f"{told}, {last.bytes / 1e6:,.1f} MB.")


async def mail_server(settings: Settings) -> Line:
    """Comes as far as one can without sending anything."""
    if not settings.smtp_url:
        return note("mail", "STRAND_SMTP_URL is not set: nobody is written to when a source falls silent.")
    try:
        through = mail.server(settings.smtp_url, urlsplit(settings.public_url).hostname or "")
        await mail.check(through)
    except StrandError as error:
        return look("mail", f"{error.sentence} See STRAND_SMTP_URL.")
    return ok("mail", f"{through.host} takes mail from {through.sender}.")


def sqlite_file(settings: Settings) -> Path | None:
    """Where the store's file is, if it is a file."""
    scheme, _, path = settings.database.partition(":///")
    return Path(path) if scheme.startswith("sqlite") else None
