"""What a running process holds, as one typed thing that routes can ask for. Wired by main.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import HTTPConnection

from app.database import Database
from app.encoder import Encoder
from app.limits import Limits
from app.pages import Pages
from app.seen import Seen
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    pages: Pages
    limits: Limits
    encoder: Encoder  # opens pictures that people send; its process starts with the first
    seen: Seen = field(default_factory=Seen)


def state_of(connection: HTTPConnection) -> State:
    state: State = connection.app.state.strand
    return state
