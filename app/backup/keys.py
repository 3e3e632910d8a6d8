"""The house's key in a backup: not at all, as it is, or under a passphrase. Whoever makes the backup chooses."""

from __future__ import annotations

import base64
import hashlib
import secrets as random
from pathlib import Path

from app import secrets
from app.backup.problems import Refused, Unusable

NONE, INSIDE, UNDER_PASSPHRASE = "none", "inside", "passphrase"
SHORTEST = 10


def check(key: str) -> str:
    """By this a restore knows whether it has the same key. Tells nothing of it."""
    return secrets.keyed(key, "backup", "whose key is this")


def read_passphrase(path: Path) -> str:
    """The file's first line. Raises Refused."""
    try:
        words = path.read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        raise Refused("The passphrase file {path} cannot be read.", path=path) from None
    if len(words) < SHORTEST:
        raise Refused("A passphrase has at least {n} letters; it is the first line of its file.", n=SHORTEST)
    return words


def locked(key: str, passphrase: str) -> str:
    salt = random.token_bytes(16)
    return f"{salt.hex()} {secrets.seal(_stretched(passphrase, salt), key)}"


def unlocked(told: str, passphrase: str) -> str:
    """Raises Refused where the passphrase is another."""
    salt, _, sealed = told.strip().partition(" ")
    try:
        key = secrets.unseal(_stretched(passphrase, bytes.fromhex(salt)), sealed)
    except ValueError:
        raise Unusable("The key in it cannot be read.") from None
    if key is None:
        raise Refused("That is not the passphrase of this backup.")
    return key


def _stretched(passphrase: str, salt: bytes) -> str:
    """Slow on purpose: half a second and 128 MB for each guess."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=1 << 17, r=8, p=1, maxmem=256 << 20)
    return base64.b64encode(made).decode()
