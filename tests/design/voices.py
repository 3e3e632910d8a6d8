"""The page of first voices, and an event in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace as Plain
from typing import Any

from app.domain.numbers.acts import Span
from app.domain.numbers.airtime import Airtime, Firsts
from app.domain.numbers.numbers import Numbers
from app.domain.numbers.people import Heard
from app.domain.numbers.posts import Waits
from app.models import Event
from app.models.removal import RemovalState
from app.pages import Catalogue
from display.airtime_told import equal
from display.numbers_told import told
from tests.conftest import NOW
from tests.design.drawing import page
from tests.design.posts import CASES, EVENT

LONG = "@an.unreasonably.long.handle.that.never.ends@social.wissenschaftskommunikation.example"
HARBOUR = Event(slug="harbour", title="Harbour Talks", time_zone="Europe/Berlin")


def _waiting(name: str, before: str = "") -> dict[str, Any]:
    post, heading = CASES[name], f"First words by {CASES[name]['author']['name']}"
    return {
        "post": post, "before": CASES[before] if before else None, "heading": heading,
        "ago": "Shown 12 minutes ago", "thanks": "Welcome, and thank you for your words.", "lang": "en",
    }  # fmt: skip


def _given(id: int, way: str, again: bool = False) -> dict[str, Any]:
    return {
        "post": id, "id": id + 1, "heading": f"Kim answered {LONG}", "ago": "3 minutes ago", "lang": "de", "way": way,
        "words": "Danke, dass du fragst. Gut, dass du da bist.", "url": "/harbour/posts/7", "again": again,
    }  # fmt: skip


def _voices(**more: Any) -> str:
    posts = [_waiting("a question from the form, a first post", "plain words"), _waiting("right to left")]
    answered = [
        _given(1, "It is on Mastodon too."),
        _given(3, f"{LONG[1:].rpartition('@')[2]} does not let our account do this. It is tried again.", True),
    ]
    values = {"posts": posts, "answered": answered, "state": "", "connected": True, "error": ""}
    values = {**values, "max_words": 400, "cursor": ("e", 1), "typed": None, "done": "", "excused": 0, **more}
    return page("voices.html", event=EVENT, account=Plain(name="Kim"), role="moderator", **values)


AIRTIME = Airtime(
    412, 0.176, 0.432, Firsts(361, 9, 2, 734), {"": 840, "Foyer": 50_400, "Hall, left": 98_700, "<b>Hall</b>": 61}
)


def _numbers(**more: Any) -> str:
    days = {
        date(2027, 6, 10) + timedelta(days=n): {"mastodon": 400 - 90 * n, "bluesky": 80, "form": 30 * n + 1}
        for n in range(4)
    }
    fates = {
        ("shown", "person"): 800, ("shown", "trusted"): 640, ("waiting", "review"): 12, ("hold", "blocked_word"): 9,
        ("hold", "person"): 2, ("hide", "person"): 31, ("gone", "person"): 14, ("wish", "open"): 1,
    }  # fmt: skip
    numbers = Numbers(
        days, Counter(fates), Waits(39, 410), Heard(412, 377, 377, 301),
        {RemovalState.REMOVED: 4, RemovalState.KEPT: 1, RemovalState.ASKED: 3}, {"a boost": 1_204, "not public": 2},
        [Span("freeze", NOW, NOW + timedelta(minutes=7)), Span("raid", NOW, NOW + timedelta(days=1)),
         Span("blank", NOW, None)],
    )  # fmt: skip
    voices = equal(AIRTIME, Catalogue("en"), "en")
    values = {**told(numbers, HARBOUR, Catalogue("en"), "en"), "equal": voices, "erased": "", **more}
    return page("numbers.html", event=EVENT, **values)


def voice_pages() -> dict[str, str]:
    nothing = Numbers({}, {}, Waits(None, None), Heard(0, 0, 0, 0), {}, {}, [])
    asked = CASES["a question from the form, a first post"]["id"]
    return {
        "/voices": _voices(),
        "/voices/again": _voices(error="That is too long.", typed=Plain(post=asked, words="Too much of it.")),
        "/voices/none": _voices(posts=[], answered=[], state="Nobody waits for an answer.", connected=False,
                                done="It needs no answer.", excused=7),
        "/numbers": _numbers(),
        "/numbers/none": _numbers(**told(nothing, HARBOUR, Catalogue("en"), "en"), equal=None,
                                  erased="24 December 2027"),
    }  # fmt: skip
