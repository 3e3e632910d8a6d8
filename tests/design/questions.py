"""Questions made by hand: the page on a phone, and the desk's."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from app.domain.questions.board import Board
from tests.design.drawing import page
from tests.design.posts import CASES, EVENT
from tests.design.talks import TALKS, talk

LIVE = {"address": "/harbour/live", "epoch": "e", "seq": 1}
ASKED = CASES["a question from the form, a first post"]


def asked(id: int, name: str, words: str, lang: str = "en", **more: Any) -> dict[str, Any]:
    author = {**ASKED["author"], "name": name, "id": id}
    said = [{"t": "text", "text": words}]
    return {**ASKED, "id": id, "author": author, "words": said, "lang": lang, "url": f"/harbour/posts/{id}", **more}


OPEN = [
    asked(901, "Olena, from Odesa", "Does it grow back after mines and dredging?"),
    asked(902, "Jonas Petersen", "Was könnte eine Schulklasse an einem Nachmittag beitragen?", "de"),
    asked(903, "", "Who in Szczecin could we work with?"),
    asked(904, "سميرة", "كيف نبدأ من دون مال؟", "ar", dir="rtl"),
    asked(
        905, "Donaudampfschifffahrtsgesellschaftskapitän", "Rindfleischetikettierungsüberwachungsaufgabe? " * 4, "de"
    ),
]
NOW = asked(910, "Yusuf Demir", "You said a meadow moves. If it moves, what do we protect: the plants, or the place?")
DONE = [asked(920, "Ole", "Who owns the sea floor here?"), asked(921, "Elif", "Can I dive and see it?")]
FULL = Board([NOW], OPEN, [OPEN[3], OPEN[4]], DONE)
EMPTY = Board([], [], [], [])
HERE = talk(4, "11:45", "What the eelgrass knows", "now", speakers=["Sari Lindqvist"])


def _phone(**more: Any) -> str:
    values = {
        "talk": HERE,
        "talks": TALKS,
        "board": FULL,
        "mine": {901: 12, 904: 1},
        "takes": True,
        "error": "",
        **more,
    }
    return page("questions.html", event=EVENT, live=LIVE, nonce="n", **values)


def _desk(**more: Any) -> str:
    values = {"talk": HERE, "talks": TALKS, "board": FULL, "versions": {one["id"]: "v" for one in OPEN}, **more}
    values = {"waiting": "2 questions wait in the queue.", "done": "", "error": "", **values}
    return page("desk_questions.html", event=EVENT, account=Plain(name="Kim"), role="moderator", live=LIVE, **values)


def question_pages() -> dict[str, str]:
    return {
        "/questions": _phone(),
        "/questions/all": _phone(talk=None, error="That were many votes at once. Wait a moment and tap again."),
        "/questions/none": _phone(board=EMPTY, talks=[], talk=None, mine={}),
        "/questions/over": _phone(takes=False, mine={}),
        "/questions/desk": _desk(),
        "/questions/desk/none": _desk(board=EMPTY, talks=[], talk=None, waiting="", done="It has been answered."),
    }
