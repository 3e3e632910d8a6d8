"""The pages of rules and of lists: as they begin, with what was typed wrong, and with what others wrote meanwhile."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from app.desk.lists import LISTS, Told
from app.domain.event import event_settings
from app.domain.rules import fields
from app.domain.rules.importing import Offered
from app.models import Event, Policy
from tests.design.drawing import page
from tests.design.posts import EVENT

KIM = Plain(name="Kim")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier*"
WORDS = ["scam*", "free crypto", "Blödmann", "バカ", "очень длинная строка", "غبي", LONG, "@" + "k" * 60 + "@a.example"]


def _rules(**more: Any) -> str:
    event = Event(policy=Policy.REVIEW, delay_seconds=20, rules={})
    stored: dict[str, str] = {}
    for part in fields.sections().values():
        stored |= event_settings.values(event, part)
    values: dict[str, Any] = {
        "stored": stored | more.pop("typed", {}), "seen": dict.fromkeys(stored, "x"), "section": "", "waits": 0,
        "errors": {}, "overtaken": {}, "kept": {}, "error": "", "saved": False, "stopped": 0, "prolonged": 0,
        "guarded": "", "lines": 0,
    }  # fmt: skip
    return page("desk_rules.html", event=EVENT, role="organiser", account=KIM, **(values | more))


def _lists(of: str = "block-word", told: Told | None = None, lines: list[str] | None = None, **more: Any) -> str:
    side, kind = LISTS[of]
    shown = [Plain(id=n, value=value) for n, value in enumerate(lines or [])]
    values: dict[str, Any] = {
        "of": of, "side": side.value, "kind": kind.value, "counts": dict.fromkeys(LISTS, 0) | {of: len(shown)},
        "lines": shown, "next": 0, "after": 0, "looked": "", "told": told or Told(), "act": "", "typed": "",
        "pasted": "", "error": "",
    }  # fmt: skip
    return page("desk_lists.html", event=EVENT, role="organiser", account=KIM, **(values | more))


def rule_pages() -> dict[str, str]:
    wrong = dict.fromkeys(("author_most", "domain_minutes", "age_days"), "Write a whole number from 0 to 1000.")
    meanwhile = {"overtaken": {"policy": "trusted", "delay_seconds": ""}, "kept": {"pictures": "all"}}
    many = dict.fromkeys(LISTS, 100_000)
    taken = Told("taken", 99_998, 12, 2, Offered(left=["h*dden.example", LONG], left_out=7))
    return {
        "/rules": _rules(),
        "/rules/wrong": _rules(section="holds", errors=wrong, typed={"author_most": "many", "age_days": "9" * 40}),
        "/rules/overtaken": _rules(section="policy", waits=1, lines=3, **meanwhile),
        "/rules/saved": _rules(section="policy", saved=True, stopped=3, prolonged=1, waits=12, guarded="review_all"),
        "/rules/erased": _rules(section="policy", error="Everything that was said here has been erased."),
        "/lists": _lists(),
        "/lists/people": _lists("block-author", Told("added", 1, 4), WORDS[-1:]),
        "/lists/many": _lists(told=taken, lines=WORDS * 12, counts=many, next=7, after=9, looked="<b>"),
        "/lists/wrong": _lists("block-domain", act="add", error="“x” is no server.", typed="x" * 300),
        "/lists/trust": _lists("trust-domain", Told("removed", 2), ["kueste.example"]),
        "/lists/nothing": _lists(
            "block-link", Told("cleared", 1), looked="nothing", act="import", error="No.", pasted="\n"
        ),
    }
