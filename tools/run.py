"""What `make run` starts: strand migrate, strand rehearse --if-empty, strand serve. In one process, because every start
costs a second or two, and whoever types `make run` wants to see something move.
"""

from __future__ import annotations

import sys

from app.cli import main

REHEARSAL = "harbour-talks"


def run(*words: str) -> None:
    """One command as if it had been typed; a failure ends everything with the command's own sentence and code."""
    sys.argv = ["strand", *words]
    try:
        main()
    except SystemExit as done:
        if done.code:
            raise


if __name__ == "__main__":
    serving = sys.argv[1:]
    run("migrate")
    run("rehearse", REHEARSAL, "--if-empty")
    run("serve", *serving)
