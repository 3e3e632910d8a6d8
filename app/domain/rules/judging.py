"""judge(): what an event's rules say of a new post, or of a new version of one. Pure: facts in, a ruling out.

A rule may make a post wait, hold it or let it pass; no rule ever deletes. Every rule that hit is named in the ruling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.raids import guard
from app.domain.raids.guard import Mode
from app.domain.rules.options import ALL, APPROVED, EARLIER, LISTED, NEW, STEPS, Options, options_of
from app.models import Event, Policy, Verdict

HOLDING_LABELS = frozenset({"!warn", "porn", "sexual", "nudity", "graphic-media", "spam"})
COVERING_LABELS = HOLDING_LABELS - {"spam"} | {"gore"}  # the pictures lie under a cover, whoever lets the post pass
LISTED_HITS = frozenset({"blocked_author", "blocked_domain", "blocked_word", "blocked_link"})
HOLDING = LISTED_HITS | {"label", "warning", "cap_author", "cap_domain", "young", "only_marks"}  # reasons that hold
KNOWN_HERE = frozenset({LISTED, APPROVED, EARLIER})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired. `detail`: the list's own words, a server's name or a number; never the post's."""

    key: str  # of reasons.py
    detail: str = ""

    def kept(self) -> dict[str, Any]:
        """As Post.fired has it."""
        return {"key": self.key, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may look at."""

    labels: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()  # of the trust ladder, on which its author stands
    changed: bool = False  # a new version of a post we have
    previous: Verdict | None = None  # the verdict on the version before
    by_person: bool = False  # that verdict was a person's
    hits: tuple[Hit, ...] = ()  # of the block lists
    over: tuple[Hit, ...] = ()  # of the caps
    only_marks: bool = False  # tags, mentions and links, and nothing beside them
    age: timedelta | None = None  # of the author's account, where its service says
    warning: bool = False  # its author put a content warning on it
    pictures: bool = False
    same_pictures: bool = False  # as the version before had
    media: Verdict = Verdict.APPROVE  # the verdict on those

    @property
    def step(self) -> str:
        """The highest step; "" for somebody unknown."""
        return next((step for step in STEPS if step in self.steps), "")


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    why: str  # a key of reasons.py
    due_at: datetime | None = None
    media: Verdict = Verdict.APPROVE  # of the pictures alone
    fired: tuple[Hit, ...] = ()  # the main one first; nothing where only the policy spoke
    emoji: bool = True  # new custom ones may be pictures: a newcomer's would pass, or they wait with its own pictures


def judge(event: Event, facts: Facts, now: datetime, options: Options | None = None) -> Ruling:
    """The first decision on a version."""
    options = options or options_of(event)
    media, beside = _pictures(event, facts, options) if facts.pictures else (Verdict.APPROVE, ())
    ruling = _of_words(event, facts, now, options, media, beside)
    as_new = replace(facts, changed=False)  # that the pictures are those of before says nothing of its emoji
    passes = _pictures(event, as_new, options)[0] is Verdict.APPROVE
    return replace(ruling, emoji=passes or media is not Verdict.APPROVE)


def _of_words(
    event: Event, facts: Facts, now: datetime, options: Options, media: Verdict, beside: tuple[Hit, ...]
) -> Ruling:
    if facts.changed and facts.previous is Verdict.HIDE:
        return Ruling(Verdict.HIDE, "hidden", media=media)  # an edit must not be the way round a moderator
    if held := tuple(_holding(facts, options)):
        return Ruling(Verdict.HOLD, held[0].key, media=media, fired=(*held, *beside))
    verdict, why, due_at = _by_policy(event, facts, options, now)
    return Ruling(verdict, why, due_at, media, (Hit(why), *beside) if beside else ())


def passing_step(facts: Facts, options: Options) -> str:
    """The step that lets its author pass under "trusted"; "" where none does."""
    return next((step for step in STEPS if step in facts.steps and step in options.passes), "")


def _holding(facts: Facts, options: Options) -> Iterator[Hit]:
    if facts.labels & HOLDING_LABELS:
        yield Hit("label")
    vouched = LISTED in facts.steps  # an organiser knows them: what only guesses at strangers is not for them
    yield from (hit for hit in facts.hits if not (vouched and hit.key == "blocked_domain"))
    if options.warnings and facts.warning:
        yield Hit("warning")
    if vouched:
        return
    yield from facts.over
    if options.age_days and facts.age is not None and facts.age < timedelta(days=options.age_days):
        yield Hit("young", str(max(0, facts.age.days)))
    if options.only_marks and facts.only_marks:
        yield Hit("only_marks")


def _pictures(event: Event, facts: Facts, options: Options) -> tuple[Verdict, tuple[Hit, ...]]:
    if facts.changed and (facts.same_pictures or facts.media is Verdict.HIDE):
        return facts.media, ()
    if guard.mode(event) is Mode.TEXT_ONLY:
        return Verdict.WAITING, (Hit("raid"),)
    if options.pictures == ALL:
        return Verdict.WAITING, (Hit("pictures"),)
    if options.pictures == NEW and not facts.steps & KNOWN_HERE:
        return Verdict.WAITING, (Hit("pictures_new"),)
    return Verdict.APPROVE, ()


def _by_policy(
    event: Event, facts: Facts, options: Options, now: datetime
) -> tuple[Verdict, str, datetime | None]:  # fmt: skip
    mode, step = guard.mode(event), passing_step(facts, options)
    if mode in (Mode.FREEZE, Mode.REVIEW_ALL):
        return Verdict.WAITING, "raid", None
    if facts.changed and facts.by_person and facts.previous in (Verdict.HOLD, Verdict.LATER):
        return Verdict.WAITING, "changed", None
    # Guarding makes an event stricter, never looser: where a person reads everything, they go on doing so.
    if mode is Mode.TRUSTED_ONLY and event.policy is not Policy.REVIEW and not step:
        return Verdict.WAITING, "raid", None
    match event.policy:
        case Policy.OPEN:
            return Verdict.APPROVE, "open", None
        case Policy.TRUSTED if step:
            return Verdict.APPROVE, "trusted" if step == APPROVED else f"trusted_{step}", None
        case Policy.DELAY:
            return Verdict.WAITING, "delay", now + timedelta(seconds=event.delay_seconds)
    if facts.changed:
        return Verdict.WAITING, "changed", None
    return Verdict.WAITING, "untrusted" if event.policy is Policy.TRUSTED else "review", None
