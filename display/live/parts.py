"""The live parts of this process, as sockets find them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from display.live.hub import Hub
from display.live.presence import Presence
from display.live.reports import Reports


@dataclass(frozen=True, slots=True)
class Live:
    hub: Hub
    presence: Presence
    reports: Reports


def live_of(connection: HTTPConnection) -> Live:
    live: Live = connection.app.state.live
    return live
