"""The command line, `strand`: one file per noun. Every command says in one line what it did."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli import backup, doctor, events, house, people, rehearse, schedule, serve, sources
from app.errors import StrandError
from ingest.http import OutboundError

app = typer.Typer(
    name="strand", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Strand: an event's hashtag as a wall, a live page and an archive.",
)  # fmt: skip
for module in (serve, house, events, sources, schedule, people, rehearse, doctor, backup):
    module.register(app)


def main() -> None:
    """Run a command. A reason of ours is one sentence and exit 2; anything else is a fault and shows itself."""
    try:
        app()
    except (StrandError, OutboundError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except (SQLAlchemyError, OSError) as error:
        print(f"The database cannot be reached or does not answer as it should: {_first_line(error)}.", file=sys.stderr)
        sys.exit(2)


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
