"""The pages by which authors stay in control, and the desk's page of what it is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Plain
from typing import Any

from app.domain.control.reports import REASONS
from tests.design.drawing import page
from tests.design.posts import CASES, EVENT

LONG = "https://a-very-long-name-of-a-server-that-never-ends.wissenschaftskommunikation.example/about/me"
SINCE = datetime(2026, 6, 12, tzinfo=UTC)


def _report(**more: Any) -> str:
    values = {"reasons": list(REASONS.items()), "reason": "", "typed": "", "error": "", "field": "", "done": False}
    return page(
        "report.html", nonce="x", event=EVENT, post=CASES["one picture with a focus"], max_words=500, **values | more
    )


def _remove(**more: Any) -> str:
    blank = {"what": "", "typed": "", "told": "", "unproved": False, "nothing": False, "error": "", "field": ""}
    return page("remove.html", nonce="x", event=EVENT, max_words=500, **blank | more)


def _claim(id: int, network: str, shown: str, state: str, told: str) -> dict[str, Any]:
    return {"id": id, "network": network, "shown": shown, "state": state, "told": told, "looks": state == "asked"}


def _me(**more: Any) -> str:
    claims = [
        _claim(1, "mastodon", f"@kim@{LONG[8:70]}", "proved", "Proved: your word is in its profile."),
        _claim(2, "bluesky", "kim.bsky.example", "asked", "We looked, and your word is not there yet."),
        _claim(3, "web", LONG, "lapsed", "The word was not found in time. Ask for a new one."),
    ]
    values = {
        "word": "strand-lavendel-fenchel-zitrone-48187", "until": "Friday, 18. June, 10:00", "over": False,
        "claims": claims, "proved": True, "full": False, "removed": False, "typed": "", "error": "", "field": "",
    }  # fmt: skip
    return page("me.html", event=EVENT, address="/harbour/me/x", **values | more)


def _desk_post(name: str) -> dict[str, Any]:
    return {**CASES[name], "why": "open", "version": "v"}


def _asked(full: bool = True) -> str:
    one = _desk_post("markup in every word")
    asked = [
        Plain(id=1, posts=[one, _desk_post("right to left")], who="Maud Okafor", handle="maud@kiel.example", count=44,
              whole_author=True, urgent=True, hidden=True, words="", since=SINCE),
        Plain(id=2, posts=[one], who="", handle="", count=1, whole_author=False, urgent=False, hidden=True,
              words="Ich wusste nicht,\ndass das hier steht.", since=SINCE),
        Plain(id=3, posts=[one], who="Jonas", handle="jonas@kiel.example", count=1, whole_author=True, urgent=False,
              hidden=False, words="", since=SINCE),
    ]  # fmt: skip
    reasons = [("attack", 3), ("spam", 1)]
    reported = [Plain(post=_desk_post("plain words"), reasons=reasons, words=["He is <mean>."], since=SINCE)]
    told = {"done": "It is hidden.", "error": "Somebody else was faster."} if full else {"done": "", "error": ""}
    return page(
        "asked.html", event=EVENT, account=Plain(name="Kim"), asked=asked if full else [], burst=3 if full else 0,
        reported=reported if full else [], reason=REASONS.__getitem__, ago=lambda _: "3 minutes ago", **told,
    )  # fmt: skip


def control_pages() -> dict[str, str]:
    return {
        "/report": _report(),
        "/report/again": _report(error="Too long.", field="words", reason="spam", typed="Words"),
        "/report/done": _report(done=True),
        "/remove": _remove(),
        "/remove/again": _remove(error="That is no address.", field="what", what=LONG, typed="Words"),
        "/remove/done": _remove(told="It is out of sight, everywhere here.", unproved=True, what=LONG),
        "/remove/queued": _remove(told="Many asked just now: somebody looks at it first.", unproved=True, what=LONG),
        "/remove/gone": _remove(told="It is gone for good.", what="@kim@kiel.example"),
        "/me": page("me_door.html", event=EVENT, error="", nonce="x"),
        "/me/new": _me(claims=[], proved=False),
        "/me/x": _me(error="That is no address.", field="address", typed="hello"),
        "/me/over": _me(over=True, removed=True),
        "/asked": _asked(),
        "/asked/none": _asked(full=False),
    }
