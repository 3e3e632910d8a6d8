"""People made by hand, in the shape the pages of people draw: long names, other scripts, several addresses, a cover."""

from __future__ import annotations

from typing import Any

from tests.design.drawing import page
from tests.design.people import LONG_HANDLE
from tests.design.posts import CASES, EVENT

Who = dict[str, Any]
TALK = {"title": "Donaudampfschifffahrtselektrizitäten", "url": "/harbour/sessions/4"}


def _address(id: int, network: str, handle: str, url: str | None = "https://kiel.example/@maud") -> dict[str, Any]:
    return {"id": id, "name": "", "handle": handle, "url": url, "network": network}


def _who(id: int, name: str, *addresses: dict[str, Any], **more: Any) -> Who:
    blank = {
        "id": id, "name": name, "dir": "ltr", "url": f"/harbour/people/{id}", "addresses": list(addresses),
        "order": f"20260612T0900{id:02d}.000000-{id}", "at": "2026-06-12T09:00:00Z", "time": "11:00",
        "day": "2026-06-12", "post": f"/harbour/posts/{id}", "words": "", "words_dir": "ltr", "lang": "en",
        "cover": "", "question": False, "session": None,
    }  # fmt: skip
    return {**blank, **more}


HERE = [
    _who(1, "Maud Okafor", _address(1, "mastodon", "@maud@kiel.example"), _address(2, "bluesky", "maud.example"),
         words="Nobody on the ferry library asks for a card…", session=TALK),
    _who(3, "A net mender", _address(3, "form", "", None), words="First time at a conference.", question=True),
    _who(4, "أميرة حدّاد", _address(4, "mastodon", "@amira@rostock.example"), dir="rtl", lang="ar", words_dir="rtl",
         words="المكتبة العائمة ليست مبنى، إنها موعد"),
    _who(5, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", _address(5, "mastodon", LONG_HANDLE),
         cover="Fish being gutted, knives", day="2026-06-13"),
    _who(6, "佐藤 美咲", _address(6, "bluesky", "misaki.example"), session=TALK, day="2026-06-13"),
]  # fmt: skip
MET = {"people": HERE, "nameless": True}
NOBODY: dict[str, Any] = {"people": [], "nameless": False}


def _people(people: list[Who], **more: Any) -> str:
    values = {"nameless": False, "earlier": None, "later": None, "from_start": True, "noindex": False, **more}
    return page("people.html", event=EVENT, people=people, **values)


def _person(who: Who, **more: Any) -> str:
    posts = [CASES["an answer"], CASES["of a session"], CASES["a cover over words and a picture"]]
    values = {"posts": posts, "later": None, "from_start": True, "answered": NOBODY, "answered_by": NOBODY,
              "noindex": True, **more}  # fmt: skip
    return page("person.html", event=EVENT, person=who, **values)


def people_pages() -> dict[str, str]:
    beside = {"earlier": "/harbour/people?before=x", "later": "/harbour/people?after=x", "from_start": False}
    return {
        "/people": _people(HERE, nameless=True),
        "/people/middle": _people(HERE, **beside),
        "/people/nobody": _people([]),
        "/people/nameless": _people([], nameless=True),
        "/people/1": _person(HERE[0], answered=MET, answered_by={"people": [], "nameless": True}),
        "/people/4": _person(HERE[2]),
        "/people/5": _person(HERE[3], answered_by=MET, later="/harbour/people/5?after=x", from_start=False),
    }
