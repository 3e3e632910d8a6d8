"""The desk drawn without the house: its page with a first answer inside, and what its other routes would say."""

from __future__ import annotations

import json
from types import SimpleNamespace as Plain
from typing import Any

from tests.design.drawing import page
from tests.design.posts import CASES, EVENT
from tests.design.posts import POSTS as ALL

POSTS = sorted(ALL, key=lambda post: str(post["order"]))  # as a queue has them
KIM = Plain(name="Kim")
DESK = {"address": "/harbour/live", "base": "/desk/harbour"}
DONE = [{"id": 1, "name": "A net mender", "verdict": "approve"}, {"id": 2, "name": "", "verdict": "hide"}]
BULKS = [{"bulk": "ab", "n": 41, "verdict": "hide"}]
STATES = ("waiting", "hold", "approve", "hide", "later", "reported")
GUARDED = {"raid": None, "raid_proposal": None, "spare": None, "spare_tag": "HarbourTalks2"}
PROPOSAL = {
    "at": "2026-06-12T09:00:00Z", "authors_new": 29, "authors": 33, "rate": 37, "usual": 3, "alike": 31,
    "reasons": ["rate", "alike", "new"],
}  # fmt: skip


def at_desk(post: dict[str, Any], verdict: str = "waiting", **more: Any) -> dict[str, Any]:
    """A post as the desk sees it."""
    judged = {"verdict": verdict, "media_verdict": "approve", "why": "review", "fired": [], "trust": "", "version": "1"}
    beside = {
        "stand": 1,
        "by": "",
        "cluster": None,
        "domain": "kiel.example",
        "sources": ["mastodon:https://kiel.example"],
    }
    return {**post, **judged, **beside, "received": post["at"], "reports": 0, "notes": 0, **more}


def waiting(*posts: dict[str, Any]) -> list[dict[str, Any]]:
    return [at_desk(post) for post in posts]


def _facet(key: str | int, label: str) -> dict[str, Any]:
    return {"key": key, "label": label, "n": 3}


def answer(posts: list[dict[str, Any]], state: str = "waiting", **more: Any) -> dict[str, Any]:
    """What queue.json says of these posts."""
    counts = {each: sum(post["verdict"] == each for post in posts) for each in STATES}
    mine = [post for post in posts if post["verdict"] == state]
    facets = {
        "sources": [_facet("mastodon:https://kiel.example", "kiel.example"), _facet("form:harbour", "The form")],
        "sessions": [_facet(3, "A listening circle, and what it takes to hold one"), _facet(4, "Eelgrass")],
        "langs": [_facet("en", "English"), _facet("de", "German")],
        "reasons": [_facet("review", "Every new post is read by a person first.")],
    }  # fmt: skip
    told = {"epoch": "a", "seq": 1, "posts": mine, "next": None, "total": len(mine), "clusters": {}, "counts": counts}
    return {**told, "facets": facets, **more}


def desk(
    posts: list[dict[str, Any]] | None = None, state: str = "waiting", event: dict[str, Any] | None = None, **more: Any
) -> str:
    """The page. Without posts it has no first answer inside, and asks for one."""
    first = None if posts is None else answer(posts, state) | more.pop("first", {})
    return page(
        "desk.html",
        event={**EVENT, **GUARDED, **(event or {})},
        account=KIM,
        live=DESK,
        first=first,
        role="moderator",
        **more,
    )


def _full() -> list[dict[str, Any]]:
    """Everything a row can have."""
    alike = [at_desk(post, cluster=POSTS[1]["id"], fired=[{"key": "label", "detail": ""}]) for post in POSTS[1:3]]
    reported = at_desk(POSTS[3], reports=2, notes=1, trust="card", first=True)
    halved = at_desk(CASES["twelve pictures"], media_verdict="waiting", verdict="approve", by="Noor")
    return [at_desk(POSTS[0]), *alike, reported, halved, *waiting(*POSTS[4:12])]


def desk_pages() -> dict[str, str]:
    full = _full()
    return {
        "/queue": desk(waiting(*POSTS)),
        "/queue/none": desk([]),
        "/queue/asked": desk(waiting(*POSTS[:2]), asked=3, done=DONE, bulks=BULKS),
        "/queue/lit": desk(
            [at_desk(post, "approve", by="Kim") for post in POSTS[:6]], "approve",
            event={"spotlight": POSTS[0]["id"], "pins": [POSTS[3]["id"]]},
        ),
        "/queue/full": desk(
            full, event={"raid_proposal": PROPOSAL, "frozen": True}, done=DONE,
            first={"clusters": {str(POSTS[1]["id"]): {"size": 42}}, "total": 900, "next": "x"},
        ),
    }  # fmt: skip


def told(path: str) -> bytes | None:
    """What the desk's other routes would answer."""
    if not path.startswith("/desk/harbour/"):
        return None
    rest = path.removeprefix("/desk/harbour/")
    if rest == "pulse":
        return json.dumps(PULSE).encode()
    if rest == "spotlight.json":
        return json.dumps(LIT).encode()
    if rest == "queue.json":
        return json.dumps(answer([])).encode()
    if rest.startswith("posts/"):
        return json.dumps(BESIDE).encode()
    return None


LIT = {
    "spotlight": {"id": POSTS[0]["id"], "name": "A net mender", "words": "First time at a conference. " * 3},
    "pins": [{"id": POSTS[3]["id"], "name": "", "words": "Gibt es die Folien auch?"}],
}
PULSE: dict[str, Any] = {
    "here": [
        {"name": "Kim", "post": None, "seconds": 0, "me": True},
        {"name": "Noor", "post": POSTS[4]["id"], "seconds": 3, "me": False},
    ],
    "screens": [
        {
            "name": "Hall",
            "audience": "reviewed",
            "connected": True,
            "seconds": 0,
            "acknowledged": True,
            "mode": "programme",
            "shows": {"mode": "voice", "kept": 0},
            "paused": False,
        },
        {"name": "Foyer, by the stairs", "audience": "public", "connected": True, "seconds": 1, "acknowledged": False},
        {"name": "Stream", "audience": "public", "connected": False, "seconds": 9, "acknowledged": False},
    ],
    "unanswered": 2,
    "asked": 1,
}
BESIDE: dict[str, Any] = {
    "post": at_desk(POSTS[0]),
    "thread": [at_desk(post, "approve") for post in POSTS[5:8]],
    "notes": [
        {"id": 1, "by": "Noor", "words": "I know them, they mend nets.", "at": "2026-06-12T09:00:00Z", "seconds": 90}
    ],
    "decisions": [
        {
            "by": "",
            "verdict": "waiting",
            "part": "post",
            "why": "review",
            "undo": False,
            "bulk": None,
            "at": "",
            "seconds": 400,
        },
        {
            "by": "Noor",
            "verdict": "hold",
            "part": "media",
            "why": "person",
            "undo": False,
            "bulk": None,
            "at": "",
            "seconds": 40,
        },
    ],
    "reports": [{"key": "rude", "reason": "It is rude.", "words": "He is <mean>.", "seconds": 7_000}],
    "cluster": [],
    "author": {"shown": 3, "hidden": 0, "held": 0, "waiting": 1, "since": "2026-06-10T09:00:00Z"},
}
