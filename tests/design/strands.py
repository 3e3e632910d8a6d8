"""The strand in all its states, a post in its conversation, and what to do with it, each as its route would draw it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Plain
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.schedule.agenda import Named
from app.domain.strand.conversation import Conversation
from app.domain.strand.elsewhere import Elsewhere
from app.domain.strand.reading import Choices
from display.filters import asked
from display.sieve import sieve
from tests.design.drawing import STRINGS, page
from tests.design.posts import CASES, EVENT, POSTS
from tests.design.talks import MARK, TALKS

LIVE: dict[str, Any] = {
    "address": "/harbour/live", "epoch": "a", "seq": 1, "floor": "", "ceiling": None, "blind": False, "narrow": {},
}  # fmt: skip
HARBOUR: Any = Plain(slug="harbour", zone=ZoneInfo("Europe/Berlin"), starts_at=None, ends_at=None)
CHOICES = Choices(["harbourtalks", "ht_s1", "donaudampfschifffahrt"], ["de", "en", "ar", "tlh"], ["mastodon", "form"])
ERASED = {**EVENT, "rehearsal": False, "state": "archived", "erased": "2026-12-24"}
BEGAN = datetime(2026, 6, 12, 8, 15, tzinfo=UTC)
NAMED = [Named(2, "Whose harbour is it?", BEGAN), Named(3, "حلقة استماع", BEGAN)]
SHARE = {
    "title": "#HarbourTalks", "description": "Two days", "url": "https://wall.example/harbour", "type": "website",
    "image": "https://wall.example/icon.png", "image_alt": "A knot",
}  # fmt: skip


def strand(posts: list[dict[str, Any]], query: dict[str, str] | None = None, **more: Any) -> str:
    """`query`: the address as it was asked for."""
    one = asked(query or {})
    values: dict[str, Any] = {
        "asked": one, "sieve": sieve(HARBOUR, one, CHOICES, NAMED, "Kim", STRINGS, "en"), "trouble": "", "share": SHARE,
        "older": "/harbour?before=x", "newer": None, "start": "/harbour?after=start", "end": None, "live": LIVE,
        "noindex": False, **more,
    }  # fmt: skip
    shown = posts[::-1] if one.newest_first else posts
    return page("strand.html", posts=shown, **{"event": EVENT, **values})


def _node(post: dict[str, Any], *answers: dict[str, Any]) -> dict[str, Any]:
    return {"post": post, "answers": list(answers)}


def _talk() -> Conversation:
    answer, arabic = CASES["an answer"], CASES["of a session"]
    deep = _node({**answer, "id": 909}, _node({**arabic, "id": 910}, _node({**answer, "id": 911})))
    deeper = _node({**answer, "id": 907}, _node({**arabic, "id": 908}, deep), _node({**POSTS[3], "id": 912}))
    return Conversation(
        CASES["twelve pictures"], [POSTS[0], POSTS[1]], [_node(answer), deeper], POSTS[2], POSTS[4], True
    )  # fmt: skip


def _post(talk: Conversation, named: bool = True) -> str:
    more = {"in_place": "/harbour?after=x#p1", "noindex": not named, "share": SHARE}
    return page("post_page.html", event=EVENT, talk=talk, one=talk.one, named=named, **more)


def _act(there: Elsewhere, typed: str = "", host: str = "", error: str = "") -> str:
    return page(
        "act.html", event=EVENT, one=CASES["twelve pictures"], there=there, typed=typed, host=host, error=error,
        at_server=f"https://{host}/authorize_interaction?uri=x" if host else "", way="/authorize_interaction?uri=x",
        at_bluesky="https://bsky.app/profile/did:plc:x/post/1", permanent="https://wall.example/harbour/posts/1",
    )  # fmt: skip


def strand_pages() -> dict[str, str]:
    everything = {
        "q": "ferry", "tag": "ht_s1", "language": "pt", "network": "bluesky", "pictures": "yes", "questions": "yes",
        "session": "2", "author": "7",
    }  # fmt: skip
    alone = Conversation(CASES["an answer"], [], [], None, None, False)
    return {
        "/strand": strand(POSTS),
        "/strand/newest": strand(POSTS, {"order": "newest"}),
        "/strand/part": strand(POSTS[:3], {"questions": "yes"}, live=LIVE | {"narrow": {"questions": True}}),
        "/strand/found": strand(POSTS[:3], {"q": "ferry"}, live=LIVE | {"blind": True}),
        "/strand/nothing": strand([], everything, older=None, noindex=True),
        "/strand/earlier": strand(
            POSTS[:5],
            {"before": "x"},
            trouble="This address does not name a place on the strand.",
            newer="/harbour?after=y",
            end="/harbour",
            live=LIVE | {"ceiling": POSTS[4]["order"]},
        ),
        "/strand/empty": strand([], older=None),
        "/strand/erased": strand([], older=None, event=ERASED),
        "/strand/talks": strand(
            [*POSTS[:2], {**MARK, "sessions": TALKS}, {**MARK, "sessions": TALKS[:1]}, *POSTS[2:5]],
            rail=TALKS,
            has_programme=True,
        ),
        "/post": _post(_talk()),
        "/post/alone": _post(alone, named=False),
        "/act": _act(
            Elsewhere("https://kueste.example/1", "https://bsky.app/profile/did:plc:x/post/1"),
            "social.example",
            "social.example",
        ),
        "/act/again": _act(Elsewhere(), "no server", error="no server is no server's address."),
    }
