"""Talks made by hand, in the shape of session_view and of the walls' list, with all that can hang on one."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from tests.design.drawing import page
from tests.design.posts import CASES, EVENT

Talk = dict[str, Any]
ALREADY = {"new": False, "back": False, "day": "", "time": "", "until": "", "room": "", "title": ""}


def talk(id: int, time: str, title: str, when: str = "next", **more: Any) -> Talk:
    hour, minute = int(time[:2]), time[3:]
    blank = {
        "id": id, "title": title, "url": f"/harbour/sessions/{id}", "day": "2026-06-12", "time": time, "when": when,
        "order": f"20260612T{hour - 2:02d}{minute}00.000000", "at": f"2026-06-12T{hour - 2:02d}:{minute}:00Z",
        "until": f"{hour + 1}:{minute}", "room": "the Hall", "speakers": ["Ineke de Vries"], "languages": ["en"],
        "lang": "en", "track": "", "kind": "Talk", "abstract": ["A ferry that reads.", "", "And who reads on it."],
        "original": "https://talks.example/3", "closed": False, "tags": ["#HarbourTalks", f"#ht_s{id}"],
        "cancelled": False, "change": None,
    }  # fmt: skip
    return {**blank, **more}


TALKS: list[Talk] = [
    talk(1, "09:30", "Opening", "past", abstract=[""], speakers=[]),
    talk(2, "10:15", "Whose harbour is it?", "now", change={**ALREADY, "time": "10:00", "room": "the Shed"}),
    talk(3, "10:15", "حلقة استماع", "now", lang="ar", closed=True, speakers=["سميرة", "Bo"]),
    talk(4, "11:45", "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier", room=""),
    talk(5, "14:00", "Neighbours as editors", cancelled=True),
    talk(6, "15:30", "A map by everyone", change={**ALREADY, "new": True}),
    talk(
        7,
        "17:00",
        "Lightning talks",
        change={**ALREADY, "back": True, "title": "Talks", "day": "2026-06-13", "time": "9"},
    ),
]
MARK: Talk = {"order": "20260612T112600", "day": "2026-06-12", "at": "2026-06-12T09:26:00Z", "time": "11:26"}


def _desk(**more: Any) -> str:
    feed = Plain(url="https://pretalx.example/harbour/schedule/export/schedule.json", reason="It did not answer.")
    rooms = [Plain(id=1, name="the Hall", card_code="H1"), Plain(id=2, name="the Shed", card_code=None)]
    values = {"feed": feed, "rooms": rooms, "changed": TALKS[1:], "count": 7, "told": "7 sessions: 1 new.", "error": "",
              "typed": feed.url, "session_tag": "ht_s{number}", "read_at": "Friday, 10:40", **more}  # fmt: skip
    return page("desk_schedule.html", event=EVENT, account=Plain(name="Kim"), **values)


def talk_pages() -> dict[str, str]:
    days = [("2026-06-12", TALKS), ("2026-06-13", [talk(8, "10:00", "Closing")])]
    posts = [CASES["an answer"], CASES["of a session"], CASES["twelve pictures"]]
    one: dict[str, Any] = {"event": EVENT, "posts": posts, "later": "/harbour/sessions/2?after=x", "from_start": False}
    empty: dict[str, Any] = {"event": EVENT, "posts": [], "later": None, "from_start": True}
    return {
        "/sessions": page("sessions.html", event=EVENT, days=days, all_days=[d for d, _ in days], today="2026-06-12"),
        "/sessions/none": page("sessions.html", event=EVENT, days=[], all_days=[], today="2026-06-12"),
        "/sessions/2": page("session.html", session=TALKS[1], **one),
        "/sessions/3": page("session.html", session=TALKS[2], **empty),
        "/desk/schedule": _desk(),
        "/desk/schedule/new": _desk(
            feed=None, count=0, rooms=[], changed=[], told="", error="Give an address.", typed=""
        ),
    }
