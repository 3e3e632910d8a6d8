"""The pages of people, freezing and what was done, with long names and something in every state."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Plain
from typing import Any

from app.domain.acts import KINDS
from tests.design.drawing import page
from tests.design.posts import EVENT
from tests.design.screens import ROWS

KIM = Plain(id=1, name="Kim")
LONG = "Wilhelmina-Charlotte von Wissenschaftskommunikation-Ostsee"
SINCE = datetime(2027, 6, 11, 9, tzinfo=UTC)
OPEN = [
    Plain(mark="a" * 16, name="Kim", device="Firefox, Android", created_at=SINCE, seen_at=SINCE, here=True),
    Plain(mark="b" * 16, name=LONG, device="a browser we do not know", created_at=SINCE, seen_at=SINCE, here=False),
]


def _people(**more: Any) -> str:
    helpers = [
        Plain(account_id=2, name=LONG, role="moderator", whole_house=False, sign_ins=2),
        Plain(account_id=3, name="Hall, left (harbour)", role="screen", whole_house=False, sign_ins=1),
        Plain(account_id=1, name="Kim", role="organiser", whole_house=True, sign_ins=0),
    ]
    waiting = [Plain(mark="c" * 16, role="reporter", note="", by="Kim", created_at=SINCE, expires_at=SINCE)]
    values: dict[str, Any] = {
        "event": EVENT, "account": KIM, "address": "/desk/harbour/people", "helpers": helpers, "runs_house": True,
        "waiting": waiting, "sign_ins": OPEN, "device": str, "ago": lambda _: "3 minutes ago", "left": lambda _: 7,
        "form": "", "error": "", "invited": None, "typed": {"role": "moderator", "note": ""},
    }  # fmt: skip
    return page("desk_people.html", **values | more)


def _freeze(**now: Any) -> str:
    event = {**EVENT, "frozen": False, "blank": False, **now}
    return page("freeze.html", event=event, screens=ROWS, since={"frozen": "11:02", "blank": "11:03"})


def _audit(**more: Any) -> str:
    lines = [
        {"time": "11:02:33", "at": SINCE, "number": 2, "told": ("", LONG, " hid post 7.")},
        {"time": "11:02:31", "at": SINCE, "number": 1, "told": ("", "Kim", " put “" + "x" * 90 + "” on a list.")},
    ]
    values: dict[str, Any] = {
        "event": EVENT, "address": "/desk/harbour/audit", "people": [(1, "Kim"), (2, LONG)], "later": True, "older": 1,
        "kinds": {key: word for key, (word, _) in KINDS.items()}, "who": 2, "kind": "posts",
        "days": [("Friday, 11 June 2027", lines)],
    }  # fmt: skip
    return page("desk_audit.html", **values | more)


def _me(**more: Any) -> str:
    values: dict[str, Any] = {
        "event": None,
        "account": KIM,
        "sign_ins": OPEN,
        "device": str,
        "ago": lambda _: "a day ago",
    }
    return page("desk_me.html", **values | {"error": "", "form": "", "done": False} | more)


def team_pages() -> dict[str, str]:
    link = "https://wall.example/freeze/" + "x" * 90
    frozen = {"event": EVENT, "address": "/freeze/x"}
    screen = {"address": "/invite/x", "account": KIM, "name": "", "error": "", "screen": "Hall, left"}
    return {
        "/team": _people(),
        "/team/again": _people(
            error="Somebody must be able to run this.", form="helper-2", invited={"role": "organiser", "link": link}
        ),
        "/team/house": _people(event=None, address="/desk/people", error="That is too long.", form="invite"),
        "/own": _me(),
        "/own/again": _me(error="That is not the password you have now.", form="old"),
        "/own/done": _me(done=True),
        "/freeze": _freeze(),
        "/freeze/frozen": _freeze(frozen=True),
        "/freeze/dark": _freeze(frozen=True, blank=True),
        "/freeze/link": page("freeze_link.html", frozen=False, **frozen),
        "/freeze/link/done": page("freeze_link.html", frozen=True, **frozen),
        "/audit": _audit(),
        "/audit/none": _audit(event=None, days=[], later=False, older=None, who=None, kind=""),
        "/invite/screen": page("invite.html", **screen),
    }
