"""How screens are doing, in words: one row for each, for the pages without a script and for their scripts alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.domain.screens import State

MINUTES, HOURS = 120, 7_200  # seconds, from which a silence is told in them


def rows(states: Sequence[State], resting: bool, gettext: Callable[[str], str]) -> list[dict[str, Any]]:
    """`resting`: whether they are frozen or dark."""
    return [
        {"name": one.name, "audience": one.audience, "doing": _doing(one), "told": _told(one, resting, gettext)}
        for one in states
    ]


def _doing(one: State) -> str:
    return "gone" if not one.connected else "late" if not one.acknowledged else "well"


def _told(one: State, resting: bool, _: Callable[[str], str]) -> str:
    if not one.connected:
        return _silence(one.seconds, _)
    if not one.acknowledged:
        return _("has not said yet that it rests") if resting else _("has not said yet that it goes on")
    return _("rests") if resting else _("shows the strand")


def _silence(seconds: int | None, _: Callable[[str], str]) -> str:
    if seconds is None:
        return _("not opened yet")
    if seconds < MINUTES:
        return _("gone for {n} s").format(n=seconds)
    return _("gone for {n} min").format(n=seconds // 60) if seconds < HOURS else _("gone for hours")
