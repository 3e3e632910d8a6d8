"""What a screen can be told: its modes, and how it looks. Pure: defaults, and whether what somebody asks for is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import N_, BadInput

AUDIENCES = ("public", "reviewed")
MODES = (
    "strand", "voice", "questions", "holding", "card", "says", "now", "gallery", "people", "overlay", "programme",
)  # fmt: skip
THEMES = ("dark", "light", "contrast")
DENSITIES = ("calm", "normal", "full")
TURNS = (0, 90, 180, 270)
MOST_METRES, MOST_HEIGHT, MOST_MARGIN = 200, 50, 10

LOOK: dict[str, Any] = {
    "theme": "dark",
    "density": "normal",
    "metres": 0,  # from the last row to the picture; 0: nobody said
    "height": 0,  # metres the picture is high; 0: nobody said
    "columns": 1,
    "margin": 0,  # percent of the short side that stay free
    "turn": 0,  # degrees: for a TV that hangs upright
    "sponsors": True,
    "pictures": True,
}
_WRONG = {
    "theme": N_("A screen is dark, light or in high contrast."),
    "density": N_("Choose calm, normal or full."),
    "metres": N_("Say in metres how far the last row sits, up to 200; or 0 if you do not know."),
    "height": N_("Say in metres how high the picture is, up to 50; or 0 if you do not know."),
    "columns": N_("A screen has one, two or three columns."),
    "margin": N_("The margin is between 0 and 10 percent."),
    "turn": N_("A picture is turned by 0, 90, 180 or 270 degrees."),
    "sponsors": N_("Sponsors are shown or not."),
    "pictures": N_("Pictures are shown or not."),
}
UNKNOWN = N_("A screen knows nothing of “{what}”.")


def look_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """All of a screen's look, from what of it differs."""
    return LOOK | {key: value for key, value in kept.items() if key in LOOK}


def changed(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be kept once `given` is so too: only what differs from the defaults. Raises BadInput."""
    whole = look_of(kept) | {key: _checked(key, value) for key, value in given.items()}
    return {key: value for key, value in whole.items() if value != LOOK[key]}


def check_mode(mode: object) -> str:
    """Raises BadInput."""
    if not isinstance(mode, str) or mode not in MODES:
        raise BadInput("Choose what the screen shows.", "mode")
    return mode


def _checked(key: str, value: Any) -> Any:
    if key not in LOOK:
        raise BadInput(UNKNOWN, key, what=key)
    if not _FITS[key](value):
        raise BadInput(_WRONG[key], key)
    return value


def _one_of(*allowed: Any) -> Any:
    return lambda value: type(value) is type(allowed[0]) and value in allowed


def _up_to(most: float) -> Any:
    return lambda value: type(value) in (int, float) and 0 <= value <= most


_FITS: dict[str, Any] = {
    "theme": _one_of(*THEMES), "density": _one_of(*DENSITIES), "metres": _up_to(MOST_METRES),
    "height": _up_to(MOST_HEIGHT), "columns": _one_of(1, 2, 3), "margin": _up_to(MOST_MARGIN),
    "turn": _one_of(*TURNS), "sponsors": _one_of(True, False), "pictures": _one_of(True, False),
}  # fmt: skip
