"""Which process this is, in words that another process of the same machine can check: is that one still there?

Exact on Linux: the kernel's boot, the namespace of process numbers, the number, and when it was started. Where these
cannot be read, nobody is ever called dead.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_PROC = Path("/proc")


def me() -> str:
    return f"{_machine() or 'unknown'}:{os.getpid()}:{_started(os.getpid()) or 0}"


def is_dead(who: str) -> bool:
    """Whether `who` (as told by `me`, perhaps with more behind it) certainly runs no more."""
    machine, pid, started = [*who.split(":"), "", "", ""][:3]
    here = _machine()
    if not here or machine != here or not (pid.isdigit() and started.isdigit()) or started == "0":
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """The running kernel and our view of its processes: in another container, number 1 is somebody else."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        view = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {view}".encode()).hexdigest()[:16]


def _started(pid: int) -> str | None:
    """The moment it started, in ticks since boot; None where it is gone, or dead and not buried yet."""
    try:
        state, *rest = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state in "ZX" else rest[18]
