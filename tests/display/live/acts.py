"""Everything that may happen while people watch, as hypothesis draws it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.domain.audience import Audience
from app.models import Verdict

_which = st.integers(0, 7)
_who = st.integers(0, 2)
_audience = st.sampled_from([Audience.PUBLIC, Audience.PUBLIC, Audience.REVIEWED, Audience.DESK])
_pace = st.sampled_from(["wall", "follow"])

happens = st.one_of(
    st.tuples(st.just("arrive"), _who, st.integers(0, 59), st.none() | _which),
    st.tuples(st.just("arrive"), _who, st.integers(0, 59), st.none() | _which),
    st.tuples(st.just("edit"), _which, st.sampled_from(["words", "words", "untag", "private", "label"])),
    st.tuples(st.just("delete"), _which),
    st.tuples(st.just("bridge"), _which, st.booleans()),
    st.tuples(st.just("author"), _who, st.sampled_from(
        ["rename", "nobot", "unseen", "label", "active", "active", "deactivated", "suspended", "deleted"])),
    st.tuples(st.just("decide"), _which, st.sampled_from(
        [Verdict.APPROVE, Verdict.APPROVE, Verdict.HIDE, Verdict.HOLD]), st.integers(0, 1)),
    st.tuples(st.just("decide"), _which, st.sampled_from(
        [Verdict.APPROVE, Verdict.APPROVE, Verdict.HIDE, Verdict.LATER]), st.integers(0, 1)),
    st.tuples(st.just("pictures"), _which, st.sampled_from(
        [Verdict.APPROVE, Verdict.HIDE, Verdict.HOLD]), st.integers(0, 1)),
    st.tuples(st.just("words"), _which, st.sampled_from([Verdict.HOLD, Verdict.WAITING]), st.integers(0, 1)),
    st.tuples(st.sampled_from(["note_down", "report"]), _which, st.integers(0, 1)),
    st.tuples(st.just("undo"), _which, st.integers(0, 1)),
    st.tuples(st.just("freeze"), st.booleans()),
    st.tuples(st.just("release")),
    st.tuples(st.just("reset")),
)  # fmt: skip
watching = st.one_of(
    st.tuples(st.just("join"), _audience, _pace),
    st.tuples(st.just("return"), _which, _which, _pace),
    st.tuples(st.just("stray"), _audience, st.sampled_from(["ahead", "other epoch"])),
    st.tuples(st.just("leave"), _which),
    st.tuples(st.just("slow"), _which, st.booleans()),
    st.tuples(st.sampled_from(["advance", "advance", "tick", "beat", "sweep"])),
)
# Several at once, on one loop: what happens, somebody who comes, and the hub that reads.
meanwhile = st.tuples(st.just("meanwhile"), st.lists(happens, min_size=1, max_size=3), st.lists(watching, max_size=3))
evenings = st.lists(st.one_of(happens, happens, watching, watching, meanwhile), min_size=20, max_size=50)
# Before anything is drawn: people who watch, and something to watch.
OPENING: list[tuple[Any, ...]] = [
    *[("join", a, p) for a in Audience for p in ("wall", "follow")],
    *[("arrive", i % 3, 10 * i, i - 1 if i == 3 else None) for i in range(5)],
    *[("decide", i, Verdict.APPROVE, 0) for i in range(4)],
    ("advance",),
]
