"""A programme: the steps a screen takes in turn, each for some seconds and when its time has come. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.screens.looks import MODES
from app.errors import N_, BadInput

STEPS = frozenset(MODES) - {"programme", "overlay"}  # an overlay is a picture of its own, never one in turn with others
MOST_STEPS = 24
SHORTEST, LONGEST = 10, 3_600  # seconds
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
NO_STEPS = N_("A programme needs a step.")
TOO_MANY = N_("A programme has {most} steps at most.")
NO_MODE = N_("Step {n}: choose what it shows.")
NO_TIME = N_("Step {n}: say for how many seconds, {least} to {most}.")
NO_WHEN = N_("Step {n}: choose when its turn may come.")
NO_CLOCK = N_("Step {n}: write both times like 09:30.")


def checked(steps: object) -> list[dict[str, Any]]:
    """The steps as they are kept. Raises BadInput."""
    if not isinstance(steps, Sequence) or isinstance(steps, str) or not steps:
        raise BadInput(NO_STEPS, "programme")
    if len(steps) > MOST_STEPS:
        raise BadInput(TOO_MANY, "programme", most=MOST_STEPS)
    return [_step(n, step) for n, step in enumerate(steps, 1)]


def _step(n: int, step: object) -> dict[str, Any]:
    if not isinstance(step, Mapping) or not step.keys() <= {"mode", "seconds", "when"}:
        raise BadInput(NO_MODE, "programme", n=n)
    if not isinstance(step.get("mode"), str) or step["mode"] not in STEPS:
        raise BadInput(NO_MODE, "programme", n=n)
    seconds = step.get("seconds")
    if type(seconds) is not int or not SHORTEST <= seconds <= LONGEST:
        raise BadInput(NO_TIME, "programme", n=n, least=SHORTEST, most=LONGEST)
    return {"mode": step["mode"], "seconds": seconds, "when": _when(n, step.get("when", {}))}


def _when(n: int, when: object) -> dict[str, Any]:
    if isinstance(when, Mapping):
        kept = dict(when)
        if not kept or (kept.keys() == {"talk"} and type(kept["talk"]) is bool):
            return kept
        if kept.keys() == {"lively"} and kept["lively"] in ("quiet", "busy"):
            return kept
        if kept.keys() == {"from", "to"}:
            if all(isinstance(time, str) and _TIME.fullmatch(time) for time in kept.values()):
                return kept
            raise BadInput(NO_CLOCK, "programme", n=n)
    raise BadInput(NO_WHEN, "programme", n=n)
