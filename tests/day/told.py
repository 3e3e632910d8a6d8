"""What a wall asks the house for, answered by hand."""

from __future__ import annotations

import json
from typing import Any

from app.domain.screens import look_of
from display.wall_strings import for_the_card
from tests.design.posts import CASES


def screen(mode: str) -> dict[str, Any]:
    says = {"kind": "announcement", "words": "Dinner is served.", "until": None} if mode == "says" else None
    return {"name": "hall", "audience": "public", "room": "", "mode": mode, "programme": [], "look": look_of({}),
            "quiet": [], "says": says, "paused": False, "sponsors": [], "now": "2026-06-12T07:00:00Z"}  # fmt: skip


def told(path: str, mode: str) -> bytes | None:
    """What a wall asks the house for."""
    answers: dict[str, Any] = {
        "/harbour/wall/screen.json": screen(mode),
        "/harbour/wall/airtime.json": {"posts": {}, "people": {}, "firsts": [], "same": {}},
        "/harbour/wall/posts.json": {"epoch": "a", "seq": 1, "posts": []},
        "/harbour/wall/people.json": _people(),
        "/harbour/wall/card.json": _card(),
        "/harbour/questions.json": _questions(),
    }
    return json.dumps(answers[path]).encode() if path in answers else None


def _people() -> dict[str, Any]:
    here = [
        {"key": f"a{n}", "name": post["author"]["name"] or "Somebody", "post": post["id"]}
        | {key: post[key] for key in ("dir", "lang", "time", "day")}
        for n, post in enumerate(list(CASES.values()) * 3)
    ]  # fmt: skip
    return {"epoch": "a", "seq": 1, "people": here, "nameless": True}


def _card() -> dict[str, Any]:
    words = for_the_card(lambda sentence: sentence)
    face = {"lang": "en", "when": "12 June", "reasons": ["Ask.", "Answer.", "Be found."], "words": words}
    return {"faces": [face], "tags": ["HarbourTalks"], "address": "wall.example/harbour/say"}


def _questions() -> dict[str, Any]:
    asked = [post | {"question": True} for post in CASES.values()][:12]
    talk = {"id": 2, "title": "Whose harbour is it?", "room": "the Hall", "time": "10:15", "speakers": ["Mila"]}
    return {"epoch": "a", "seq": 1, "session": talk, "speakers": ["Mila"], "now": asked[0], "next": asked[1:6],
            "unheard": asked[6:8], "answered": asked[8:]}  # fmt: skip
