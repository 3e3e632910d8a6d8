"""Who may see a post: one function, and the query that must never know better."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import Database
from app.domain import snapshot
from app.domain.audience import (
    HIDING_LABELS,
    Audience,
    Surface,
    clause,
    may_see,
    may_see_pictures,
    may_stand,
    standing_clause,
)
from app.models import Account, Author, Post, Verdict
from app.models.author import Standing
from ingest.types import Network
from tests.conftest import NOW
from tests.factories import make_account, make_event

WISHES_PAGE = Path(__file__).resolve().parents[2] / "docs" / "wishes.md"

moments = st.none() | st.just(NOW)
labels = st.lists(st.sampled_from([*sorted(HIDING_LABELS), "porn", "spam", "!warn"]), max_size=2)
authors = st.fixed_dictionaries(
    {
        "standing": st.sampled_from([Standing.ACTIVE, Standing.ACTIVE, *Standing]),
        "nobot": st.booleans(), "limited": st.booleans(), "no_unauthenticated": st.booleans(), "labels": labels,
        "network": st.sampled_from(Network), "indexable": st.sampled_from([None, True, False]),
        "noindex": st.sampled_from([None, True, False]),
    }
)  # fmt: skip
posts = st.fixed_dictionaries(
    {
        "gone_at": moments, "untagged_at": moments, "unpublic_at": moments, "labels": labels, "withheld_at": moments,
        "verdict": st.sampled_from([Verdict.APPROVE, Verdict.APPROVE, *Verdict]), "read": st.booleans(),
    }
)  # fmt: skip


def a_post(number: int, event_id: int, kim: Account, of_author: dict[str, Any], of_post: dict[str, Any]) -> Post:
    of_post, of_author = dict(of_post), {"network": Network.BLUESKY} | of_author
    author = Author(uri=f"did:plc:{event_id}-{number}", name="A", first_seen_at=NOW, **of_author)
    return Post(
        event_id=event_id, author=author, uri=f"at://{event_id}/{number}", network=Network.BLUESKY, version="1",
        posted_at=NOW - timedelta(seconds=number), received_at=NOW, segments=[], text="", first=False,
        decided_by=kim.id if of_post.pop("read") else None, **of_post,
    )  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(authors, posts), min_size=10, max_size=40))
async def test_the_query_finds_what_may_be_seen_and_beyond_it_only_what_has_a_label(
    database: Database, drawn: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    async with database.transaction() as db:
        event, kim = await make_event(db), await make_account(db)
        db.add_all([a_post(i, event.id, kim, a, p) for i, (a, p) in enumerate(drawn)])
    async with database.reading() as db:
        every = select(Post).join(Post.author).options(joinedload(Post.author)).where(Post.event_id == event.id)
        stored = (await db.scalars(every)).all()
        for audience in Audience:
            found = set((await db.scalars(every.where(clause(audience)))).all())
            allowed = {p for p in stored if may_see(p, audience)}
            assert allowed <= found
            assert all(HIDING_LABELS & {*p.labels, *p.author.labels} for p in found - allowed)
        for surface in Surface:
            found = set((await db.scalars(every.where(standing_clause(surface)))).all())
            allowed = {p for p in stored if may_stand(p, surface)}
            assert allowed <= found
            assert all(HIDING_LABELS & {*p.labels, *p.author.labels} for p in found - allowed)


def a_good_post(**changed: Any) -> Post:
    author = {"standing": Standing.ACTIVE, "nobot": False, "limited": False, "no_unauthenticated": False, "labels": []}
    post: dict[str, Any] = {"gone_at": None, "untagged_at": None, "unpublic_at": None, "labels": [], "read": True,
                            "verdict": Verdict.APPROVE}  # fmt: skip
    author |= changed.pop("author", {})
    return a_post(1, 1, Account(id=1, name="Kim"), author, post | changed)


@pytest.mark.parametrize("verdict", Verdict)
def test_pictures_that_were_not_let_through_are_the_desks_alone(verdict: Verdict) -> None:
    post = a_good_post(media_verdict=verdict)
    seen = {audience for audience in Audience if may_see_pictures(post, audience)}
    assert seen == (set(Audience) if verdict is Verdict.APPROVE else {Audience.DESK})
    assert may_see(post, Audience.REVIEWED)


P, R, D = Audience.PUBLIC, Audience.REVIEWED, Audience.DESK
TABLE: list[tuple[str, dict[str, Any], set[Audience]]] = [
    ("approved by a person", {}, {P, R, D}),
    ("approved by a rule", {"read": False}, {P, D}),
    ("nobody has judged it", {"verdict": Verdict.WAITING, "read": False}, {D}),
    ("held", {"verdict": Verdict.HOLD}, {D}),
    ("hidden", {"verdict": Verdict.HIDE}, {D}),
    ("set aside for later", {"verdict": Verdict.LATER}, {D}),
    ("deleted by its author", {"gone_at": NOW}, set()),
    ("its author took the tag away", {"untagged_at": NOW}, set()),
    ("its author made it visible to fewer", {"unpublic_at": NOW}, set()),
    ("its author asks not to be collected", {"author": {"nobot": True}}, set()),
    ("its author is limited on their server", {"author": {"limited": True}}, set()),
    ("its author is deactivated", {"author": {"standing": Standing.DEACTIVATED}}, set()),
    ("its author is suspended", {"author": {"standing": Standing.SUSPENDED}}, set()),
    ("its author is deleted", {"author": {"standing": Standing.DELETED}}, set()),
    ("its author asks not to be shown to people signed in nowhere", {"author": {"no_unauthenticated": True}}, {D}),
    *[(f"labelled {label}", {"labels": [label]}, {D}) for label in sorted(HIDING_LABELS)],
    *[(f"by an author labelled {label}", {"author": {"labels": [label]}}, {D}) for label in sorted(HIDING_LABELS)],
    ("labelled as something rules hold", {"labels": ["porn"]}, {P, R, D}),
]


@pytest.mark.parametrize(("changed", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_audience_sees_exactly_this(changed: dict[str, Any], expected: set[Audience]) -> None:
    post = a_good_post(**changed)
    assert {audience for audience in Audience if may_see(post, audience)} == expected


@pytest.mark.parametrize("how", [row[0] for row in TABLE])
async def test_every_way_of_reading_posts_answers_as_the_one_function_does(sqlite: Database, how: str) -> None:
    """A snapshot, a page, a single post, a change on the socket and the number that waits: no way round."""
    changed, expected = next(row[1:] for row in TABLE if row[0] == how)
    async with sqlite.transaction() as db:
        event, kim = await make_event(db), await make_account(db)
        post = a_good_post(**changed)
        post.event_id, post.decided_by = event.id, kim.id if post.decided_by else None
        db.add(post)
    async with sqlite.reading() as db:
        for audience in Audience:
            there = [post.id] if audience in expected else []
            assert [p["id"] for p in (await snapshot.take(db, event.id, audience)).posts] == there
            assert [p["id"] for p in await snapshot.page(db, event, audience, 10)] == there
            assert list((await snapshot.look(db, event, [post.id], [audience]))[audience]) == there
            assert (await snapshot.one(db, event, post.id, audience) is not None) == bool(there)
        waits = D in expected and post.verdict is Verdict.WAITING
        assert await snapshot.waiting(db, event.id) == int(waits)


MASTODON = {"network": Network.MASTODON}
WISHES: dict[str, list[dict[str, Any]]] = {
    "none: written in our form": [{"author": {"network": Network.FORM}}],
    "none: Bluesky": [{"author": {"network": Network.BLUESKY}}],
    "Mastodon: `indexable`": [{"author": MASTODON | {"indexable": True}}],
    "Mastodon: not `indexable`, or nothing said": [{"author": MASTODON | {"indexable": v}} for v in (False, None)],
    "Mastodon: `noindex`": [{"author": MASTODON | {"indexable": v, "noindex": True}} for v in (True, False, None)],
    "Mastodon: unlisted, followers only, direct": [{"unpublic_at": NOW}],
    "`#nobot` in the profile": [{"author": {"nobot": True}}],
    "limited, suspended or deactivated at home": [
        {"author": {"limited": True}}, *({"author": {"standing": s}} for s in Standing if s is not Standing.ACTIVE)
    ],
    "Bluesky: `!no-unauthenticated`": [{"author": {"no_unauthenticated": True}}],
    "a label that hides (`!hide`, `!takedown`, `!suspend`)": [
        where | {} for label in ("!hide", "!takedown", "!suspend")
        for where in ({"labels": [label]}, {"author": {"labels": [label]}})
    ],
    "hidden in its thread by whoever began it (threadgate)": [{"labels": ["!hidden-in-thread"]}],
    "the hashtag taken out": [{"untagged_at": NOW}],
    "its removal was asked for": [{"withheld_at": NOW}],
    "deleted, or withdrawn": [{"gone_at": NOW}],
    "waiting, held, hidden or set aside at the desk": [{"verdict": v} for v in Verdict if v is not Verdict.APPROVE],
}  # fmt: skip


def test_the_table_of_wishes_in_the_documents_is_what_the_code_says() -> None:
    lines = [line for line in WISHES_PAGE.read_text().splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    assert head[1:] == [surface.value for surface in Surface]
    assert [row[0] for row in rows] == list(WISHES)
    for wish, *told in rows:
        for kind in WISHES[wish]:
            says = ["yes" if may_stand(a_good_post(**kind), surface) else "no" for surface in Surface]
            assert says == told, (wish, kind)


def test_what_is_about_to_be_removed_is_not_shown_to_the_desk_either() -> None:
    assert not may_see(a_good_post(withheld_at=NOW), Audience.DESK)
