"""Every page of the house with something on it, by address, as its route would draw it."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace as Plain
from typing import Any

from app.api.description import described, shapes, ways
from app.domain.posts import consent
from app.domain.posts.saying import Words
from display.fate import told
from tests.design.arrivals import people_pages
from tests.design.control import control_pages
from tests.design.desks import desk_pages
from tests.design.drawing import page
from tests.design.house import house_pages
from tests.design.paper import paper_pages
from tests.design.posts import CASES, EVENT
from tests.design.questions import question_pages
from tests.design.raids import raid_pages
from tests.design.rules import rule_pages
from tests.design.screens import screen_pages
from tests.design.strands import strand_pages
from tests.design.talks import talk_pages
from tests.design.team import team_pages
from tests.design.voices import voice_pages
from tests.design.walls import wall_pages

WALL = {"address": "/harbour/live", "audience": "public", "screen": "hall"}
KIM = Plain(name="Kim")
ASKED = CASES["a question from the form, a first post"]
NOW = [
    {"id": "1", "title": "The ferry that became a library", "room": "Hall", "time": "11:00"},
    {"id": "2", "title": "Fahrpläne für alle: offene Busdaten und was daraus wurde", "room": "", "time": "11:00"},
]


def _pairing(screen: str = "", error: str = "", waiting: bool = True) -> str:
    code = Plain(code="CDF347", screen=screen) if waiting else None
    return page("pairing.html", waiting=code, error=error, address="wall.example/desk")


def _wall(theme: str) -> str:
    return page("wall.html", event=EVENT, live=WALL, theme=theme, say_address="wall.example/harbour/say")


def _slots(*filled: dict[str, str]) -> list[Any]:
    blank = {"alt": "", "had": "", "key": ""}
    return [Plain(n=n, **{**blank, **(filled[n - 1] if n <= len(filled) else {})}) for n in range(1, 5)]


def _say(error: str = "", field: str = "", to: dict[str, Any] | None = None, **typed: Any) -> str:
    more = {name: typed.pop(name) for name in ("slots", "sessions", "question_asked") if name in typed}
    form = Words(**{"text": "", "lang": "en", **typed})
    asked = more.get("question_asked", "")
    return page(
        "say.html", event=EVENT, nonce="n", max_words=1000, max_cover=200, error=error, field=field, to=to, typed=form,
        slots=more.get("slots", _slots()), sessions=more.get("sessions", []), label="", bits=1, consent=consent.ASKED,
        promises=consent.told(str, "24 December 2027"), tongues_of_post=[("en", "English"), ("de", "German")], kept={},
        sum="s" if asked else "", question=asked,
    )  # fmt: skip


def _receipt(fate: str, **more: Any) -> str:
    values = {"why": "", "answers": [], "error": "", "field": "", "max_words": 1000, "max_cover": 200, **more}
    values = {"typed": Words("Words"), "slots": _slots(), "pictures": {}, "mark": "m", "post": ASKED, **values}
    address = "/harbour/say/x"
    whole = f"https://wall.example{address}"
    return page(
        "receipt.html", event=EVENT, address=address, whole_address=whole, fate=fate, told=told(str), **values
    )  # fmt: skip


def _docs() -> str:
    told = described()
    about = told["info"]["description"]
    return page("api.html", about=about, ways=list(ways(told)), shapes=list(shapes(told)))


def _plain() -> dict[str, str]:
    desks = [{"event": EVENT, "role": "moderator", "waiting": 12, "asked": 2}]
    desks += [{"event": EVENT, "role": "organiser", "waiting": 0, "asked": 0}]
    return {
        "/": page("home.html", events=[{**EVENT, "when": "11–12 June 2026", "place": "The old grain store"}]),
        "/none": page("home.html", events=[]),
        "/docs": _docs(),
        "/error/within": page(
            "error.html",
            status_code=410,
            sentence="This post was taken back by its author.",
            event=EVENT,
            has_programme=True,
        ),
        "/error": page("error.html", status_code=404, sentence="There is nothing at this address.", event=None),
        "/sign-in": page("sign_in.html", error="Name and password do not belong together.", name="kim", next="/desk"),
        "/invite": page("invite.html", address="/invite/x", account=None, name="", error="", screen=""),
        "/invite/known": page("invite.html", address="/invite/x", account=KIM, name="", error="", screen=""),
        "/desk": page("desk_home.html", account=KIM, events=desks),
        "/desk/none": page("desk_home.html", account=KIM, events=[]),
    }


def _source(id: int, place: str, doing: str, word: str, **more: Any) -> dict[str, Any]:
    blank = {
        "network": "mastodon",
        "reason": "",
        "reason_lang": "en",
        "enabled": True,
        "form": False,
        "at": None,
        "at_told": "",
        "ago": "",
    }
    counts = {"lag": "", "budget": "", "seen": "1,240", "taken": "214", "left_out": [], "tried": []}
    return {"id": id, "place": place, "doing": doing, "word": word, "calls": False, **blank, **counts, **more}


def _sources(**more: Any) -> str:
    long = "social.wissenschaftskommunikation.example"
    sources = [
        _source(1, "The form", "open", "Open", network="form", form=True),
        _source(2, long, "polled", "Not live", reason=f"Reading every 15 seconds: {long} offers none.", budget="213"),
        _source(3, "fotos.example", "silent", "Silent", calls=True, tried=[("It did not answer.", False)]),
        _source(4, "Bluesky", "live", "Live", network="bluesky", lag="0.4", left_out=[("a boost", "61")] * 5),
        _source(5, "alt.example", "off", "Switched off", enabled=False, tried=[("It answers.", True)]),
    ]
    account = {"id": 1, "network": "mastodon", "handle": f"hall@{long}", "base": f"https://{long}", "server": long}
    accounts = [{**account, "ok": False, "reason": "It was taken back.", "ago": "3 minutes ago"}]
    values = {"said": Plain(done="Added.", error="", form=""), "typed": defaultdict(str), "is_read": False, **more}
    return page("sources.html", event=EVENT, sources=sources, connections=accounts, contact="", mails=False, **values)


def all_pages() -> dict[str, str]:
    return {
        **_plain(),
        **strand_pages(),
        **talk_pages(),
        **paper_pages(),
        **people_pages(),
        **control_pages(),
        **team_pages(),
        **house_pages(),
        **desk_pages(),
        **raid_pages(),
        **rule_pages(),
        **screen_pages(),
        **voice_pages(),
        **question_pages(),
        "/say": _say(),
        "/say/again": _say(
            "Tick that.",
            "consent",
            ASKED,
            text="Hm?",
            where="room",
            question=True,
            card_code="T7",
            cover="Nets",
            session="2",
            guess="2",
            sessions=NOW,
            slots=_slots({"key": "k", "alt": "A net"}),
        ),
        "/say/asked": _say(text="Hm?", question_asked="So that no machine floods this page: how much is two plus two?"),
        "/receipt/waiting": _receipt("waiting", why="Every new post is read by a person first."),
        "/receipt/shown": _receipt(
            "shown",
            answers=[CASES["an answer"]],
            post=CASES["twelve pictures"],
            slots=_slots({"had": "upload:a", "alt": "A net"}, {"had": "upload:b"}),
            pictures={"upload:a": CASES["twelve pictures"]["media"][0]},
        ),
        "/receipt/hidden": _receipt("hidden", error="Too long.", field="text"),
        "/receipt/held": _receipt("held"),
        "/receipt/withheld": _receipt("withheld"),
        "/receipt/withdrawn": _receipt("withdrawn"),
        "/sources": _sources(),
        "/sources/again": _sources(
            said=Plain(done="", error="That is no address.", form="mastodon"), typed=defaultdict(str, server="x y")
        ),
        "/screen": _pairing(),
        # with a word of what went wrong they stay for a while; without one they go on by themselves
        "/screen/taken": _pairing("x" * 64, error="That did not work."),
        "/screen/again": _pairing(error="So many codes were asked for from here. Wait a moment.", waiting=False),
        **{f"/wall/{theme}": _wall(theme) for theme in ("dark", "light", "contrast")},
        **wall_pages(),
    }
