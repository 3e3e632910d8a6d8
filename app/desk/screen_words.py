"""How screens are doing, in words: one row for each, for the pages without a script and for their scripts alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.desk.ready_made import MODES, SHOWS
from app.domain.screens import State
from app.domain.screens.quiet import moment
from app.errors import N_

MINUTES, HOURS = 120, 7_200  # seconds, from which a silence is told in them
GetText = Callable[[str], str]
TROUBLES = {
    "picture": N_("A picture could not be shown."),
    "frame": N_("Something it was told made no sense, and was left out."),
    "order": N_("Something came twice or in the wrong order, and was put right."),
    "theme": N_("A colour could not have been read, and was not taken."),
    "script": N_("A part of its page failed. Something else stands in for it."),
    "clock": N_("The clock of its machine is wrong. It goes by ours."),
    "storage": N_("Its browser keeps nothing, so that it would be empty after a start without network."),
}  # fmt: skip
OTHER = N_("Something went wrong on it.")


def rows(
    states: Sequence[State], resting: bool, gettext: GetText, zone: ZoneInfo, lit: bool = False
) -> list[dict[str, Any]]:
    """`resting`: whether they are frozen or dark; `lit`: whether a post is in the spotlight."""
    return [_row(one, resting, gettext, zone, lit) for one in states]


def _row(one: State, resting: bool, gettext: GetText, zone: ZoneInfo, lit: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"doing": _doing(one), "told": _told(one, resting, gettext), "heard": _heard(one, gettext)}
    if one.says:
        told["says"] = one.says | {"ends": _at(one.says.get("until"), zone)}
    return {
        "id": one.id, "name": one.name, "audience": one.audience, "room": one.room, "mode": one.mode,
        "made": one.made, "paused": one.paused, "says": None, "also": list(_also(one, resting, lit, gettext)),
        "troubles": _troubles(one.troubles, gettext, zone), **told,
    }  # fmt: skip


def _doing(one: State) -> str:
    return "gone" if not one.connected else "late" if not one.acknowledged else "well"


def _told(one: State, resting: bool, _: GetText) -> str:
    if not one.connected:
        return _silence(one.seconds, _)
    if not one.acknowledged:
        return _("has not said yet that it rests") if resting else _("has not said yet that it goes on")
    return _("rests") if resting else _(SHOWS.get(_shown(one), SHOWS["strand"]))


def _shown(one: State) -> str:
    """What it says it shows; one that has not said so yet does what it was told."""
    return str((one.shows or {}).get("mode") or one.mode)


def _silence(seconds: int | None, _: GetText) -> str:
    if seconds is None:
        return _("not opened yet")
    if seconds < MINUTES:
        return _("gone for {n} s").format(n=seconds)
    return _("gone for {n} min").format(n=seconds // 60) if seconds < HOURS else _("gone for hours")


def _heard(one: State, _: GetText) -> str:
    """When it spoke last, and how far it has come."""
    if one.seconds is None:
        return ""
    if one.seconds < MINUTES:
        return _("heard {n} s ago, up to entry {seq}").format(n=one.seconds, seq=one.seq)
    return _("last heard up to entry {seq}").format(seq=one.seq)


def _also(one: State, resting: bool, lit: bool, _: GetText) -> Iterable[str]:
    """What else is worth knowing, the most pressing first."""
    if one.connected and not resting and one.acknowledged and not lit and not one.says and _strays(one):
        yield _("It is to show something else: {mode}.").format(mode=_(MODES[one.mode][0]))
    if not one.connected and one.seconds is not None and one.mode in MODES:
        yield _("When it is back: {mode}.").format(mode=_(MODES[one.mode][0]))
    if one.connected and one.mode == "programme":
        yield _("It follows its programme.")
    shows = one.shows or {}
    kept, firsts, wait = (_number(shows.get(key)) for key in ("kept", "firsts", "wait"))
    if one.paused:
        yield _("Paused. {n} posts wait.").format(n=kept) if kept else _("Paused.")
    elif kept:
        yield _("{n} posts wait, so that it stays calm.").format(n=kept)
    if firsts:
        yield _firsts(firsts, wait, _)


def _firsts(firsts: int, wait: int, _: GetText) -> str:
    since = _("{n} s").format(n=wait) if wait < MINUTES else _("{n} min").format(n=wait // 60)
    if firsts == 1:
        return _("One first post waits for its turn, for {since}.").format(since=since)
    return _("{n} first posts wait for their turn, the longest for {since}.").format(n=firsts, since=since)


def _strays(one: State) -> bool:
    """The strand or the holding card stand in for a mode that failed. Now and next in its place is a quiet time."""
    return one.mode in MODES and one.mode != "programme" and one.mode != _shown(one) in ("strand", "holding")


def _troubles(kept: Sequence[dict[str, Any]], _: GetText, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Of each kind the newest, and how often; the newest first."""
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    for one in kept:
        key = (str(one.get("kind", "")), one.get("post"))
        if key not in found:
            words = _(TROUBLES.get(key[0], OTHER))
            found[key] = {"words": words, "post": key[1], "at": _at(one.get("at"), zone), "times": 0}
        found[key]["times"] += 1
    return list(found.values())


def _at(said: object, zone: ZoneInfo) -> str:
    at = moment(said)
    return f"{at.astimezone(zone):%H:%M}" if at else ""


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0


def moment_in_words(at: datetime, now: datetime, zone: ZoneInfo, day: Callable[[str], str]) -> str:
    """ "14:30" of today, "11 June 2027, 14:30" of another day."""
    here = at.astimezone(zone)
    today = here.date() == now.astimezone(zone).date()
    return f"{here:%H:%M}" if today else f"{day(f'{here:%Y-%m-%d}')}, {here:%H:%M}"
