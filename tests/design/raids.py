"""The page for when it gets rough: quiet, with a proposal, guarded with what there is to clean up."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from tests.design.drawing import STRINGS, page
from tests.design.posts import EVENT, POSTS

MODES = ["freeze", "review_all", "trusted_only", "text_only"]
LONGEST = "HarbourTalksGoOnUnderThisOtherHashtag"
LATELY = {"posts": 1043, "authors": 812, "new": 790, "alike": 977, "waiting": 1001, "usual": 6.4}
TOLD = {"rate": 521, "usual": 6, "alike": 977, "authors": 812, "authors_new": 790}


def _raid(**more: Any) -> str:
    event = EVENT | {"spare": None, "spare_tag": LONGEST, "raid": None, "raid_proposal": None}
    values = {
        "event": event, "role": "organiser", "lately": dict.fromkeys(LATELY, 0), "proposal": None, "reasons": [],
        "ago": "", "guarding": None, "since": "", "slipped": 0, "heaps": [], "more_heaps": 0, "bulk": "", "done": "",
        "error": "", **more,
    }  # fmt: skip
    return page("raid.html", account=Plain(name="Kim"), modes=MODES, **values)


def raid_pages() -> dict[str, str]:
    signs = [
        STRINGS[f"raid_why_{key}"].format_map(TOLD) for key in ("rate", "alike", "words", "new", "domains", "young")
    ]
    heaps = [
        (Plain(size=4_012 - n, authors=1_900, shown=n, clusters=[n], posts=[7, 8], kind="words"), post)
        for n, post in enumerate(POSTS[:3])
    ]
    guarding = {"mode": "trusted_only", "at": "", "by": "Kim"}
    told = EVENT | {"spare": f"#{LONGEST}", "spare_tag": LONGEST}
    return {
        "/raid": _raid(),
        "/raid/wrong": _raid(error="Choose how the event is to be guarded."),
        "/raid/proposed": _raid(proposal={"at": ""}, reasons=signs, ago="12 seconds ago", lately=LATELY),
        "/raid/guarded": _raid(
            guarding=guarding, since="10:42", slipped=162, heaps=heaps, more_heaps=4, bulk="ab", event=told,
            done="They are hidden.", lately=LATELY,
        ),
    }  # fmt: skip
