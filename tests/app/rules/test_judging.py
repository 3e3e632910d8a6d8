"""What the rules say: facts in, a ruling out, each rule that fired by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain import reasons
from app.domain.rules import HOLDING, Facts, Hit, judge
from app.domain.rules.options import DEFAULTS, Options, differing, options_of
from app.models import Event, Policy, Verdict
from tests.conftest import NOW

WAITING, APPROVE, HOLD, HIDE = Verdict.WAITING, Verdict.APPROVE, Verdict.HOLD, Verdict.HIDE
APPROVED_HERE = Facts(steps=frozenset({"approved"}))
EVERYTHING = Options(
    passes=("listed", "approved", "earlier", "replied", "card"), author_most=1, domain_most=1, only_marks=True,
    age_days=30, warnings=True, pictures="all",
)  # fmt: skip


def an_event(policy: Policy = Policy.REVIEW, raid: str = "", **rules: Any) -> Event:
    return Event(policy=policy, delay_seconds=20, rules=rules, raid={"mode": raid, "at": ""} if raid else None)


@pytest.mark.parametrize(
    ("policy", "facts", "verdict", "why"),
    [
        (Policy.REVIEW, Facts(), WAITING, "review"),
        (Policy.REVIEW, APPROVED_HERE, WAITING, "review"),
        (Policy.TRUSTED, Facts(), WAITING, "untrusted"),
        (Policy.TRUSTED, APPROVED_HERE, APPROVE, "trusted"),
        (Policy.TRUSTED, Facts(steps=frozenset({"listed", "approved"})), APPROVE, "trusted_listed"),
        (Policy.TRUSTED, Facts(steps=frozenset({"earlier", "replied", "card"})), WAITING, "untrusted"),
        (Policy.DELAY, Facts(), WAITING, "delay"),
        (Policy.OPEN, Facts(), APPROVE, "open"),
    ],
)
def test_each_policy_speaks_for_itself(policy: Policy, facts: Facts, verdict: Verdict, why: str) -> None:
    ruling = judge(an_event(policy), facts, NOW)
    assert (ruling.verdict, ruling.why, ruling.fired) == (verdict, why, ())
    assert ruling.due_at == (NOW + timedelta(seconds=20) if policy is Policy.DELAY else None)


@pytest.mark.parametrize("step", ["earlier", "replied", "card"])
def test_a_step_passes_once_an_organiser_ticks_it(step: str) -> None:
    facts = Facts(steps=frozenset({step}))
    ruling = judge(an_event(Policy.TRUSTED, passes=["listed", step]), facts, NOW)
    assert (ruling.verdict, ruling.why) == (APPROVE, f"trusted_{step}")
    assert judge(an_event(Policy.TRUSTED, passes=["listed", step]), APPROVED_HERE, NOW).verdict is WAITING


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize(
    ("rules", "facts", "key"),
    [
        ({}, Facts(hits=(Hit("blocked_word", "scam*"),)), "blocked_word"),
        ({}, Facts(labels=frozenset({"spam"})), "label"),
        ({"warnings": True}, Facts(warning=True), "warning"),
        ({}, Facts(over=(Hit("cap_author", "5 / 10 min"),)), "cap_author"),
        ({"age_days": 7}, Facts(age=timedelta(days=2)), "young"),
        ({"only_marks": True}, Facts(only_marks=True), "only_marks"),
    ],
)
def test_a_hit_holds_under_every_policy_even_what_is_trusted(
    policy: Policy, rules: dict[str, Any], facts: Facts, key: str
) -> None:
    ruling = judge(an_event(policy, **rules), replace(facts, steps=frozenset({"approved"})), NOW)
    assert (ruling.verdict, ruling.why, ruling.fired[0].key) == (HOLD, key, key)
    assert key in HOLDING


def test_what_is_not_asked_for_holds_nothing() -> None:
    facts = Facts(warning=True, age=timedelta(0), only_marks=True)
    assert judge(an_event(Policy.OPEN), facts, NOW).verdict is APPROVE
    assert judge(an_event(Policy.OPEN, age_days=7), Facts(age=None), NOW).verdict is APPROVE  # nobody knows


def test_every_rule_that_fired_is_kept_the_main_one_first() -> None:
    facts = Facts(
        labels=frozenset({"spam"}), hits=(Hit("blocked_author", "@x@y.example"), Hit("blocked_word", "scam")),
        warning=True, over=(Hit("cap_author", "1 / 10 min"),), age=timedelta(days=3), only_marks=True, pictures=True,
    )  # fmt: skip
    ruling = judge(an_event(Policy.OPEN), facts, NOW, EVERYTHING)
    keys = [hit.key for hit in ruling.fired]
    assert keys == [
        "label", "blocked_author", "blocked_word", "warning", "cap_author", "young", "only_marks", "pictures",
    ]  # fmt: skip
    assert ruling.why == keys[0] and ruling.media is WAITING


def test_whom_an_organiser_trusts_is_spared_the_guesses_but_not_the_words() -> None:
    listed = Facts(steps=frozenset({"listed"}), over=(Hit("cap_author"),), age=timedelta(0), only_marks=True)
    spared = replace(listed, hits=(Hit("blocked_domain", "y.example"),))
    assert judge(an_event(Policy.TRUSTED), spared, NOW, EVERYTHING).verdict is APPROVE
    spoken = replace(listed, hits=(Hit("blocked_word", "scam"),))
    assert judge(an_event(Policy.TRUSTED), spoken, NOW, EVERYTHING).verdict is HOLD


@pytest.mark.parametrize(
    ("mode", "policy", "facts", "verdict", "why"),
    [
        ("review_all", Policy.OPEN, APPROVED_HERE, WAITING, "raid"),
        ("review_all", Policy.DELAY, Facts(), WAITING, "raid"),
        ("freeze", Policy.TRUSTED, APPROVED_HERE, WAITING, "raid"),
        ("trusted_only", Policy.OPEN, Facts(), WAITING, "raid"),
        ("trusted_only", Policy.OPEN, APPROVED_HERE, APPROVE, "open"),
        ("trusted_only", Policy.DELAY, Facts(), WAITING, "raid"),
        ("trusted_only", Policy.TRUSTED, APPROVED_HERE, APPROVE, "trusted"),
        ("trusted_only", Policy.REVIEW, APPROVED_HERE, WAITING, "review"),  # a guard never makes an event looser
        ("text_only", Policy.OPEN, Facts(), APPROVE, "open"),
        ("of another version", Policy.OPEN, APPROVED_HERE, WAITING, "raid"),
    ],
)
def test_a_raid_s_mode_goes_before_the_policy(
    mode: str, policy: Policy, facts: Facts, verdict: Verdict, why: str
) -> None:
    ruling = judge(an_event(policy, mode), facts, NOW)
    assert (ruling.verdict, ruling.why) == (verdict, why)
    assert ruling.due_at is None or mode == "text_only"


def test_in_a_raid_pictures_wait_while_words_pass() -> None:
    ruling = judge(an_event(Policy.OPEN, "text_only"), Facts(pictures=True), NOW)
    assert (ruling.verdict, ruling.media) == (APPROVE, WAITING)
    assert [hit.key for hit in ruling.fired] == ["open", "raid"]
    assert judge(an_event(Policy.OPEN), Facts(pictures=True), NOW).media is APPROVE


@pytest.mark.parametrize(
    ("pictures", "steps", "media"),
    [
        ("follow", set(), APPROVE), ("all", {"listed"}, WAITING), ("new", set(), WAITING), ("new", {"card"}, WAITING),
        ("new", {"approved"}, APPROVE), ("new", {"earlier"}, APPROVE),
    ],
)  # fmt: skip
def test_pictures_wait_for_a_person_as_is_chosen(pictures: str, steps: set[str], media: Verdict) -> None:
    facts = Facts(pictures=True, steps=frozenset(steps))
    assert judge(an_event(Policy.OPEN, pictures=pictures), facts, NOW).media is media


def test_an_edit_is_no_way_round_a_person() -> None:
    edit = Facts(changed=True, by_person=True, pictures=True)
    assert judge(an_event(Policy.OPEN), replace(edit, previous=HIDE), NOW).verdict is HIDE
    for word in (HOLD, Verdict.LATER):
        ruling = judge(an_event(Policy.OPEN), replace(edit, previous=word), NOW)
        assert (ruling.verdict, ruling.why) == (WAITING, "changed")
    hidden = replace(edit, previous=APPROVE, media=HIDE)
    assert judge(an_event(Policy.OPEN), hidden, NOW).media is HIDE
    same = replace(edit, previous=APPROVE, media=HOLD, same_pictures=True)
    assert judge(an_event(Policy.OPEN, pictures="all"), same, NOW).media is HOLD
    kept = replace(edit, previous=APPROVE, media=APPROVE, same_pictures=True)
    assert judge(an_event(Policy.OPEN, pictures="all"), kept, NOW).media is APPROVE
    other = replace(edit, previous=APPROVE, media=APPROVE)
    assert judge(an_event(Policy.OPEN, pictures="all"), other, NOW).media is WAITING


def test_only_what_differs_is_kept_and_what_nobody_understands_is_as_usual() -> None:
    assert differing(DEFAULTS) == {} and options_of(an_event()) is DEFAULTS
    chosen = Options(passes=("card",), author_most=5, warnings=True, pictures="new")
    kept = differing(chosen)
    assert kept == {"passes": ["card"], "author_most": 5, "warnings": True, "pictures": "new"}
    assert options_of(an_event(**kept)) == chosen
    odd: dict[str, Any] = {"passes": "card", "author_most": "many", "warnings": 1, "pictures": "some", "of_tomorrow": 3}
    assert options_of(an_event(**odd)) == DEFAULTS
    assert options_of(an_event(passes=["card", "nobody"])).passes == ("card",)


def test_every_reason_is_one_whole_sentence() -> None:
    whole, detailed = reasons.sentences(str), reasons.detailed(str)
    named = HOLDING | {"raid", "pictures", "pictures_new", "trusted"}
    assert named | {f"trusted_{step}" for step in EVERYTHING.passes if step != "approved"} <= whole.keys()
    assert all(one.endswith(".") and "{" not in one for one in whole.values())
    assert detailed.keys() <= whole.keys() and all(one.count("{detail}") == 1 for one in detailed.values())
