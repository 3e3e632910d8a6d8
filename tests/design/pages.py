"""Every page of the house with something on it, by address, as its route would draw it."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace as Plain
from typing import Any

from tests.design.drawing import page
from tests.design.posts import CASES, EVENT, POSTS
from tests.design.talks import MARK, TALKS, talk_pages

LIVE = {"address": "/harbour/live", "epoch": "a", "seq": 1, "floor": ""}
DESK = {"address": "/harbour/live", "decide": "/desk/harbour/decide", "undo": "/desk/harbour/undo"}
WALL = {"address": "/harbour/live", "audience": "public", "screen": "hall"}
KIM = Plain(name="Kim")
ASKED = CASES["a question from the form, a first post"]


def _strand(posts: list[dict[str, Any]], **more: Any) -> str:
    values = {"newest_first": False, "older": "/harbour?before=x", "newer": None, "live": LIVE, **more}
    return page("strand.html", event=EVENT, posts=posts, **values)


def _wall(theme: str) -> str:
    return page("wall.html", event=EVENT, live=WALL, theme=theme, say_address="wall.example/harbour/say")


def _say(error: str = "", field: str = "", to: dict[str, Any] | None = None, **typed: Any) -> str:
    blank = {"text": "", "name": "", "question": False, "in_room": None, "consent": False, "card_code": None}
    form = Plain(**{**blank, **typed})
    return page("say.html", event=EVENT, nonce="n", max_words=1000, error=error, field=field, to=to, typed=form)


def _receipt(fate: str, **more: Any) -> str:
    values = {"why": "", "answers": [], "error": "", "text": "Words", "max_words": 1000, **more}
    return page("receipt.html", event=EVENT, address="/harbour/say/x", post=ASKED, fate=fate, **values)


def _plain() -> dict[str, str]:
    desks = [{"event": EVENT, "role": "moderator", "waiting": 12}, {"event": EVENT, "role": "organiser", "waiting": 0}]
    return {
        "/": page("home.html", events=[EVENT]),
        "/none": page("home.html", events=[]),
        "/error": page("error.html", status_code=404, sentence="There is nothing at this address.", event=None),
        "/sign-in": page("sign_in.html", error="Name and password do not belong together.", name="kim", next="/desk"),
        "/invite": page("invite.html", address="/invite/x", account=None, name="", error=""),
        "/invite/known": page("invite.html", address="/invite/x", account=KIM, name="", error=""),
        "/desk": page("desk_home.html", account=KIM, events=desks),
        "/desk/none": page("desk_home.html", account=KIM, events=[]),
    }


def _source(id: int, place: str, doing: str, word: str, **more: Any) -> dict[str, Any]:
    blank = {"network": "mastodon", "reason": "", "enabled": True, "form": False, "at": None, "at_told": "", "ago": ""}
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
    screens = [{"name": "Hall", "audience": "public"}]
    return {
        **_plain(),
        "/strand": _strand(POSTS),
        "/strand/newest": _strand(POSTS[::-1], newest_first=True),
        "/strand/empty": _strand([], older=None),
        "/strand/talks": _strand(
            [*POSTS[:2], {**MARK, "sessions": TALKS}, {**MARK, "sessions": TALKS[:1]}, *POSTS[2:5]],
            rail=TALKS,
            has_programme=True,
        ),
        **talk_pages(),
        "/post": page("post_page.html", event=EVENT, one=CASES["twelve pictures"], answers=[CASES["an answer"]]),
        "/say": _say(),
        "/say/again": _say("Tick that.", "consent", ASKED, text="Hm?", in_room=True, question=True, card_code="T7"),
        "/receipt/waiting": _receipt("waiting", why="Every new post is read by a person first."),
        "/receipt/shown": _receipt("shown", answers=[CASES["an answer"]]),
        "/receipt/hidden": _receipt("hidden", error="Too long."),
        "/receipt/held": _receipt("held"),
        "/receipt/withdrawn": _receipt("withdrawn"),
        "/sources": _sources(),
        "/sources/again": _sources(
            said=Plain(done="", error="That is no address.", form="mastodon"), typed=defaultdict(str, server="x y")
        ),
        "/queue": page("desk.html", event=EVENT, account=KIM, screens=screens, live=DESK),
        **{f"/wall/{theme}": _wall(theme) for theme in ("dark", "light", "contrast")},
    }
