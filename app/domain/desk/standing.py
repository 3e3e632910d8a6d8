"""Where a post stands after each decision on it: its verdict, whose that is, and its pictures'. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models import Decision, Part, Post, Verdict


@dataclass(frozen=True, slots=True)
class Aim:
    """What an act wants a post to be. None: it does not speak of that."""

    verdict: Verdict | None
    media: Verdict | None
    said: bool = False  # the pictures were spoken of, and do not merely follow the words

    def is_met(self, post: Post) -> bool:
        words = self.verdict is None or (post.verdict is self.verdict and post.decided_by is not None)
        return words and (self.media is None or post.media_verdict is self.media)


@dataclass(frozen=True, slots=True)
class Standing:
    verdict: Verdict
    whose: int | None  # None: a rule's
    media: Verdict


def aim(verdict: Verdict, part: Part = Part.POST, media: Verdict | None = None) -> Aim:
    """A person's approval is of the pictures too, unless they say otherwise."""
    if part is Part.MEDIA:
        return Aim(None, verdict, said=True)
    if media is not None:
        return Aim(verdict, media, said=True)
    return Aim(verdict, Verdict.APPROVE if verdict is Verdict.APPROVE else None)


def after_each(decisions: Sequence[Decision]) -> list[Standing]:
    """After each decision, oldest first. Whoever takes something back has not judged the post: it is again as it was,
    and what only a rule let pass is not "read by a person" because somebody corrected a slip."""
    told: list[Standing] = []
    places = {decision.id: place for place, decision in enumerate(decisions)}
    for decision in decisions:
        now = told[-1] if told else Standing(Verdict.WAITING, None, Verdict.APPROVE)
        told.append(_taken_back(decisions, told, places, decision) if decision.undoes_id else _then(now, decision))
    return told


def before(decisions: Sequence[Decision], undone: Decision) -> Standing | None:
    """Where the post stood before this decision; None where its words were others then."""
    place = next(i for i, decision in enumerate(decisions) if decision.id == undone.id)
    if place == 0 or decisions[place - 1].version != undone.version:
        return None
    return after_each(decisions[:place])[-1]


def last_act(decisions: Sequence[Decision]) -> Decision:
    """The first decision of the newest act: words and pictures may be judged in one."""
    last = decisions[-1]
    if last.part is Part.MEDIA and last.undoes_id is None and len(decisions) > 1:
        first = decisions[-2]
        same = (first.account_id, first.created_at, first.version) == (last.account_id, last.created_at, last.version)
        if same and first.part is Part.POST and first.undoes_id is None:
            return first
    return last


def _then(now: Standing, decision: Decision) -> Standing:
    if decision.part is Part.MEDIA:
        return Standing(now.verdict, now.whose, decision.verdict)
    follows = decision.verdict is Verdict.APPROVE and decision.account_id is not None
    return Standing(decision.verdict, decision.account_id, Verdict.APPROVE if follows else now.media)


def _taken_back(
    decisions: Sequence[Decision], told: Sequence[Standing], places: dict[int, int], decision: Decision
) -> Standing:
    """The row of an undo says what the post became; whose that is, what it takes back tells."""
    place = places.get(decision.undoes_id or 0, 0)
    known = place > 0 and decisions[place - 1].version == decisions[place].version
    if known:
        return told[place - 1]
    media = decision.verdict if decision.part is Part.MEDIA else told[-1].media
    verdict = told[-1].verdict if decision.part is Part.MEDIA else decision.verdict
    return Standing(verdict, told[-1].whose if decision.part is Part.MEDIA else None, media)
