"""The desk's pages of screens and sponsors, with long names and something in every state."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from app.desk.ready_made import MODES, READY, SECONDS, TURNS, WHEN
from app.desk.screen_forms import as_lines, padded
from app.desk.screen_page import BLANK
from app.domain.screens import LOOK
from tests.design.drawing import page
from tests.design.posts import EVENT

LONG = "Wilhelmina-Charlotte von Wissenschaftskommunikation-Ostsee"
SAYS = {"kind": "prompt", "words": "What will you take home from today? Write it with the hashtag.", "ends": "14:30"}
LIT = {"id": 7, "name": LONG, "words": "First time at a conference. I mend nets for a living. Is there room?"}
COMMON: dict[str, Any] = {
    "event": EVENT, "role": "organiser", "form": "", "error": "", "typed": BLANK, "chosen": frozenset(),
    "invited": None, "base": "https://wall.example", "public": False, "resting": "", "modes": MODES, "turns": TURNS,
    "seconds": SECONDS,
    "when": WHEN, "ready": {key: (name, hint) for key, (name, hint, _) in READY.items()},
}  # fmt: skip
TALKS = [{"id": 3, "title": "A listening circle, and what it takes to hold one", "time": "10:15", "day": "2026-06-12"}]
QUIET = [
    {"mark": "session-3", "title": "A listening circle", "when": "10:15", "until": ""},
    {"mark": "a/b", "title": "", "when": "11 June 2027, 23:00", "until": "12 June 2027, 01:00"},
    {"mark": "session-9", "title": "", "when": "", "until": ""},
]
TROUBLES = [
    {"words": "A picture could not be shown.", "post": 12, "at": "11:02", "times": 3},
    {"words": "A part of its page failed. Something else stands in for it.", "post": None, "at": "10:00", "times": 1},
]


def _row(id: int, name: str, doing: str, told: str, mode: str = "strand", **more: Any) -> dict[str, Any]:
    blank = {
        "audience": "reviewed", "room": "", "made": True, "paused": False, "says": None, "also": [], "troubles": [],
        "heard": "heard 1 s ago, up to entry 1204", "programme": False,
    }  # fmt: skip
    return {"id": id, "name": name, "doing": doing, "told": told, "mode": mode, **blank, **more}


ROWS = [
    _row(1, "Hall, left", "well", "shows one voice", "programme", room="the Hall", programme=True, paused=True,
         also=["Paused. 12 posts wait.", "3 first posts wait for their turn, the longest for 2 min."],
         troubles=TROUBLES),
    _row(2, LONG, "late", "has not said yet that it goes on", audience="public", says=SAYS),
    _row(3, "Foyer", "gone", "gone for 40 s", "gallery", also=["When it is back: Pictures."]),
    _row(4, "x" * 64, "well", "shows the strand", audience="public", made=False),
]  # fmt: skip


def _list(**more: Any) -> str:
    values = {"screens": ROWS, "spotlight": None, "pins": [], "has_link": True, "freeze_link": ""}
    return page("desk_screens.html", **COMMON | values | more)


def _one(row: dict[str, Any] | None, **more: Any) -> str:
    look = {key: {True: "yes", False: "no"}.get(value, str(value)) for key, value in LOOK.items()}
    kept = {"day": "2026-06-12", "room": ""}
    kept |= {"name": row["name"], "audience": row["audience"], "room": "2", **look} if row else {}
    lines = padded(as_lines(READY["hall"][2])) if row and row["programme"] else padded([])
    values = {
        "which": str(row["id"]) if row else "all", "one": row, "row": row, "screens": ROWS, "wall": "/harbour/wall",
        "kept": kept, "lines": lines, "unkept": False, "is_ready": "hall" if row else "", "too_far": 16 if row else 0,
        "quiet": QUIET if row else [],
        "rooms": [Plain(id=2, name="the Hall"), Plain(id=3, name=LONG)], "talks": TALKS,
    }  # fmt: skip
    return page("desk_screen.html", **COMMON | values | more)


def _sponsors(*named: str, **more: Any) -> str:
    its = [{"id": n, "name": name, "src": f"/pictures/{n}.svg"} for n, name in enumerate(named, 1)]
    values = {"event": EVENT, "role": "organiser", "sponsors": its, "form": "", "typed": "", "error": ""}
    return page("desk_sponsors.html", **values | more)


def screen_pages() -> dict[str, str]:
    link = "https://wall.example/freeze/" + "x" * 90
    taken = {"error": "There is a screen of that name already.", "public": True}
    arranged = {"lines": padded(as_lines(READY["foyer"][2])), "unkept": True}
    return {
        "/screens": _list(spotlight=LIT, pins=[LIT, {**LIT, "id": 8, "name": ""}]),
        "/screens/again": _list(**taken, form="pair", typed=BLANK | {"code": "ABC", "screen": "new"}, freeze_link=link),
        "/screens/none": _list(screens=[], has_link=False, error="Give it a name.", form="new"),
        "/screens/moderator": _list(role="moderator", resting="frozen"),
        "/screens/one": _one(ROWS[0], invited={"id": 1, "link": "https://wall.example/invite/" + "x" * 43}),
        "/screens/one/again": _one(ROWS[1], **taken, form="place", typed=BLANK | {"name": LONG, "room": "3"}),
        "/screens/one/arranged": _one(ROWS[0], **arranged),
        "/screens/one/moderator": _one(ROWS[3], role="moderator"),
        "/screens/all": _one(None),
        "/screens/all/again": _one(
            None, error="Write what the screen is to say.", form="says", chosen=frozenset({1, 3}),
            typed=BLANK | {"words": " ", "ends": "at", "at": "14:30"},
        ),
        "/sponsors": _sponsors("Harbour Authority", LONG),
        "/sponsors/again": _sponsors("Harbour Authority", error="Write the name.", form="sponsor-1", typed=LONG),
        "/sponsors/none": _sponsors(error="This file cannot be opened as a picture.", form="new", typed="Ferry"),
    }  # fmt: skip
