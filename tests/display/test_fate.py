"""Why a post is not shown, as its author is told it: fair, in their words, and no help for whoever tries the lists."""

from __future__ import annotations

import pytest

from app.domain.reasons import sentences
from app.models import Attachment, Author, Post, Verdict
from display.fate import pictures, why
from display.receipt import fate
from ingest.types import Network

RULES = sorted(key for key in sentences(str) if not key.startswith(("trusted", "person", "undo")))
NOT_SHOWN = (Verdict.WAITING, Verdict.HOLD, Verdict.HIDE)


def a_post(verdict: Verdict, reason: str = "review", **fields: object) -> Post:
    author = Author(uri="x", network=Network.FORM, name="Inka", handle="")
    fired = [{"key": reason, "detail": "darknet*"}]
    return Post(author=author, verdict=verdict, why=reason, fired=fired, labels=[], every_attachment=[], **fields)


@pytest.mark.parametrize("reason", list(sentences(str)))
@pytest.mark.parametrize("verdict", NOT_SHOWN)
def test_no_author_is_told_what_stands_on_a_list(reason: str, verdict: Verdict) -> None:
    told = why(a_post(verdict, reason), str)
    assert "darknet" not in told and " list" not in told and "block" not in told


@pytest.mark.parametrize("reason", RULES)
def test_every_rule_has_a_reason_for_its_author(reason: str) -> None:
    assert why(a_post(Verdict.HOLD, reason), str)


def test_what_a_person_set_aside_for_later_waits_as_if_nobody_had_seen_it() -> None:
    post = a_post(Verdict.LATER, "person")
    assert fate(post) == "waiting" and why(post, str) == ""


def test_ones_own_change_is_not_called_somebody_elses() -> None:
    assert why(a_post(Verdict.WAITING, "changed"), str).startswith("You changed them.")


def test_of_a_post_whose_pictures_wait_that_is_said() -> None:
    shown = a_post(Verdict.APPROVE, "person", media_verdict=Verdict.WAITING)
    assert pictures(shown, str) == ""  # there are none
    shown.every_attachment = [Attachment(kind="image", position=0)]
    assert "looks at the pictures first" in pictures(shown, str)
    for verdict, word in ((Verdict.HOLD, "held back"), (Verdict.HIDE, "are not"), (Verdict.LATER, "first")):
        shown.media_verdict = verdict
        assert word in pictures(shown, str)
    shown.media_verdict = Verdict.APPROVE
    assert pictures(shown, str) == ""
