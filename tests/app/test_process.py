"""Whether another process of this machine still runs: what lets a lease go on after a crash without a wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from app import process

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells it exactly")

TELL = "import time; from app import process; print(process.me(), flush=True); time.sleep(60)"


def test_a_process_that_was_killed_is_dead_even_before_its_parent_notices() -> None:
    with subprocess.Popen([sys.executable, "-c", TELL], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        who = other.stdout.readline().strip()
        assert not process.is_dead(who) and not process.is_dead(f"{who}:and more")
        os.kill(other.pid, signal.SIGKILL)
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process.is_dead(who)
    assert process.is_dead(who)


def test_a_new_process_with_an_old_number_is_somebody_else() -> None:
    machine, pid, started = process.me().split(":")
    assert process.is_dead(f"{machine}:{pid}:{int(started) - 1}")
    assert not process.is_dead(process.me())


@pytest.mark.parametrize("who", ["", "f00ba4", "elsewhere:1:2", "elsewhere:4194305:2", "a:b:c", ":::"])
def test_of_other_machines_and_strange_names_nobody_is_called_dead(who: str) -> None:
    assert not process.is_dead(who)
