"""A removal hides first and asks later; proved, it is for good. What was removed is not collected again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as events
from sqlalchemy import select

from app.database import Database
from app.domain import intake, snapshot
from app.domain.audience import Audience
from app.domain.control import asked as asked_of_us
from app.domain.control import refusals, removals, taking_away, telling, where
from app.domain.control.refusals import REASON
from app.domain.control.removals import Answer, Outcome
from app.domain.posts import crossposts
from app.errors import BadInput, Conflict
from app.models import Author, Entry, Event, Outgoing, Policy, Post, Refusal, Removal, RemovalState, Tally
from app.outbox import letters
from ingest.types import Batch, IncomingDeletion, IncomingPost, IncomingQuote, Network
from tests.app.test_intake import count, edited, house, posts, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account

OURS = "wall.example"
CANARY = "canary-of-a-removed-post"
POST = a_post(f"{CANARY} #HarbourTalks", key="77", url="https://kueste.example/@inka/77")
SKY = a_post("Sky #HarbourTalks", an_author("Leyla", Network.BLUESKY), "3kabc")
MINE = an_author("Inka")


async def open_house(database: Database, **fields: object) -> Event:
    return await house(database, **{"slug": "harbour", "policy": Policy.OPEN, **fields})


async def ask(database: Database, event: Event, asked: str, words: str = "") -> Answer:
    async with database.transaction() as db:
        answer = await removals.ask(db, event, asked, words, NOW, {OURS})
    await finish(database, answer)
    return answer


async def finish(database: Database, answer: Answer) -> None:
    for removal_id in answer.begun:
        await taking_away.finish(database, removal_id, lambda: NOW)


async def shown(database: Database, event: Event) -> list[str]:
    async with database.reading() as db:
        seen = await snapshot.page(db, event, Audience.PUBLIC, 1_000)
    return ["".join(s.get("text", "") for s in view["words"]) for view in seen]


async def answered(database: Database, event: Event, verb: str) -> None:
    """Somebody at the desk answers the one request that waits."""
    async with database.transaction() as db:
        asked = select(Removal.id).where(Removal.state == RemovalState.ASKED)
        removal_id = (await db.scalars(asked)).one()
        await getattr(removals, verb)(db, event, removal_id, await make_account(db), NOW)
    await taking_away.finish(database, removal_id, lambda: NOW)


@pytest.mark.parametrize(
    "asked",
    [
        POST.uri, "https://kueste.example/@inka/77", "https://kueste.example/@inka/77/?s=1#x", f"https://{OURS}/harbour/posts/1",
        f"https://{OURS}/harbour#p1", "  https://kueste.example/@inka@kueste.example/77 ",
    ],
)  # fmt: skip
async def test_a_post_can_be_removed_by_any_of_its_addresses(database: Database, asked: str) -> None:
    event = await open_house(database)
    await receive(database, POST)
    assert len(await shown(database, event)) == 1
    assert await ask(database, event, asked) == Answer(Outcome.WITHHELD, begun=(1,))
    assert await shown(database, event) == []


@pytest.mark.parametrize(
    "asked",
    ["@leyla.sky.example", "did:plc:leyla", "at://did:plc:leyla", "https://bsky.app/profile/leyla.sky.example",
     SKY.uri, "at://leyla.sky.example/app.bsky.feed.post/3kabc", "https://bsky.app/profile/did:plc:leyla/post/3kabc"],
)  # fmt: skip
async def test_bluesky_is_understood_however_it_is_named(database: Database, asked: str) -> None:
    event = await open_house(database)
    await receive(database, SKY, POST)
    assert (await ask(database, event, asked)).outcome is Outcome.WITHHELD
    assert await shown(database, event) == [f"{CANARY} #HarbourTalks"]


@pytest.mark.parametrize("asked", ["@inka@kueste.example", "https://kueste.example/@inka", MINE.uri])
async def test_a_whole_author_is_removed_in_chunks_and_what_comes_meanwhile_too(
    database: Database, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_away.go_on, "__defaults__", (2,))
    event = await open_house(database)
    await receive(database, *(a_post(f"{n} #HarbourTalks", MINE, str(n)) for n in range(5)), SKY)
    assert (await ask(database, event, asked)).whole_author
    await receive(database, a_post("Later #HarbourTalks", MINE, "later"))
    assert await shown(database, event) == ["Sky #HarbourTalks"]
    assert [p.withheld_at is None for p in await posts(database) if p.author.name == "Inka"] == [False] * 6
    assert (await ask(database, event, asked)).outcome is Outcome.AGAIN
    await answered(database, event, "keep")
    assert len(await shown(database, event)) == 7


async def test_every_post_that_is_removed_has_an_entry_so_that_screens_drop_it(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST, a_post("Yes! #HarbourTalks", key="78", reply_to_uri=POST.uri))
    before = await count(database, Entry)
    await ask(database, event, POST.uri)
    assert await count(database, Entry) == before + 2  # and the answer, which names it


async def test_what_the_desk_brought_back_is_not_hidden_by_the_same_request(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, POST.uri, "He says it is private")
    await answered(database, event, "keep")
    assert len(await shown(database, event)) == 1
    assert (await ask(database, event, POST.uri)).outcome is Outcome.KEPT
    assert len(await shown(database, event)) == 1
    with pytest.raises(Conflict):
        async with database.transaction() as db:
            await removals.agree(db, event, 1, await make_account(db), NOW)


async def test_a_removed_post_leaves_no_words_and_is_not_collected_again(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, POST.uri)
    await answered(database, event, "agree")
    (post,) = await posts(database)
    assert (post.text, post.segments, post.gone_at is not None) == ("", [], True)
    await receive(database, edited(POST, f"{CANARY} again #HarbourTalks", tags=POST.tags))
    assert CANARY not in str([p.text for p in await posts(database)])
    async with database.reading() as db:
        assert (await where.find(db, event, POST.uri)).key == "refused"


async def test_of_a_removed_author_nothing_comes_back_by_any_way_and_the_profile_goes(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, "inka@kueste.example")
    await answered(database, event, "agree")
    over_a_bridge = a_post(
        f"{CANARY} #HarbourTalks", an_author("Bridge", Network.BLUESKY), "3kbr", bridge_of=f"{MINE.uri}/statuses/9"
    )
    new = a_post(f"{CANARY} new #HarbourTalks", MINE, "new")
    await receive(database, new, over_a_bridge)
    assert [p.text for p in await posts(database)] == [""]
    async with database.reading() as db:
        tally = {row.reason: row.count for row in await db.execute(select(Tally.reason, Tally.count))}
        author = (await db.scalars(select(Author))).one()
        assert (await where.find(db, event, "@inka@kueste.example")).key == "refused"
    assert tally[REASON] == 2
    assert (author.name, author.handle, author.url) == ("", "", None)
    assert author.uri == MINE.uri


async def test_the_list_names_nobody(database: Database) -> None:
    event = await open_house(database)
    async with database.transaction() as db:
        await removals.remove_authors(db, event, [MINE.uri], NOW)
        await removals.remove_authors(db, event, [MINE.uri], NOW)
    async with database.reading() as db:
        (row,) = await db.scalars(select(Refusal))
        assert MINE.uri not in str(vars(row))
        assert row.fingerprint == refusals.print_of(MINE.uri)


async def test_proved_addresses_go_at_once_whatever_the_desk_said_before(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, "@inka@kueste.example")
    await answered(database, event, "keep")
    async with database.transaction() as db:
        answer = await removals.remove_authors(db, event, [MINE.uri, "did:plc:nobody-here-yet"], NOW)
    await finish(database, answer)
    assert await shown(database, event) == []
    assert [p.text for p in await posts(database)] == [""]
    await receive(database, a_post("x #HarbourTalks", replace(MINE, uri="did:plc:nobody-here-yet"), "z"))
    assert len(await posts(database)) == 1


async def test_nobody_is_quoted_with_a_removed_post(database: Database) -> None:
    """No leak through others: out of sight while it is asked, without its words for good afterwards."""
    event = await open_house(database)
    quote = IncomingQuote(POST.uri, "accepted", "Inka", ({"t": "text", "text": CANARY},))
    await receive(database, POST, a_post("Look #HarbourTalks", an_author("Jonas"), "q", quote=quote))
    before = await count(database, Entry)
    await ask(database, event, POST.uri)
    assert await count(database, Entry) == before + 2
    async with database.reading() as db:
        assert CANARY not in str(await snapshot.page(db, event, Audience.PUBLIC, 10))
    await answered(database, event, "keep")
    async with database.reading() as db:
        assert CANARY in str((await snapshot.page(db, event, Audience.PUBLIC, 10))[-1]["quote"])
    async with database.transaction() as db:
        answer = await removals.remove_post(db, event, 1, NOW)
    await finish(database, answer)
    await receive(database, a_post("And look #HarbourTalks", an_author("Jonas"), "q2", quote=quote))
    async with database.reading() as db:
        assert CANARY not in str([p.quote for p in await db.scalars(select(Post))])


async def test_a_deletion_upstream_takes_the_quotes_of_the_post_along(database: Database) -> None:
    event = await open_house(database)
    quote = IncomingQuote(POST.uri, "accepted", "Inka", ({"t": "text", "text": CANARY},))
    await receive(database, POST, a_post("Look #HarbourTalks", an_author("Jonas"), "q", quote=quote))
    before = await count(database, Entry)
    await receive(database, IncomingDeletion(address=POST.address))
    assert await count(database, Entry) == before + 2
    async with database.reading() as db:
        assert CANARY not in str([p.quote for p in await db.scalars(select(Post))])
        assert CANARY not in str(await snapshot.page(db, event, Audience.DESK, 10))


async def test_a_request_that_stopped_half_way_is_gone_on_with(database: Database) -> None:
    event = await open_house(database)
    await receive(database, *(a_post(f"{n} #HarbourTalks", MINE, str(n)) for n in range(3)))
    async with database.transaction() as db:
        await removals.ask(db, event, "@inka@kueste.example", "", NOW)
    assert len(await shown(database, event)) == 3
    async with database.reading() as db:
        assert await taking_away.unfinished(db, NOW) == [1]
    await taking_away.finish(database, 1, lambda: NOW)
    async with database.reading() as db:
        assert await taking_away.unfinished(db, NOW) == []
    assert await shown(database, event) == []


async def test_a_post_two_people_asked_about_comes_back_only_when_both_were_answered(database: Database) -> None:
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, POST.uri)
    await ask(database, event, "@inka@kueste.example")
    async with database.transaction() as db:
        await removals.keep(db, event, 1, await make_account(db), NOW)
    await taking_away.finish(database, 1, lambda: NOW)
    assert await shown(database, event) == []
    await answered(database, event, "keep")
    assert len(await shown(database, event)) == 1


async def test_a_whole_voice_taken_away_owes_the_organiser_a_mail(database: Database) -> None:
    event = await open_house(database, contact="kim@wall.example")
    await receive(database, *(a_post(f"{n} #HarbourTalks", MINE, str(n)) for n in range(telling.MANY + 1)))
    await ask(database, event, "@inka@kueste.example")
    async with database.reading() as db:
        (mail,) = await db.scalars(select(Outgoing))
    letter = letters.written(mail.content, "https://wall.example", str)
    assert (letter.to, f"{telling.MANY + 1} posts" in letter.text) == ("kim@wall.example", True)
    assert "https://wall.example/desk/harbour/asked" in letter.text and "inka@kueste.example" in letter.subject


@pytest.mark.parametrize(
    "asked", ["", "hello", "?", "javascript:alert(1)", "https://", "x" * 5_000, "https://[", "\ud800"]
)
async def test_anything_else_is_told_how_it_should_look(database: Database, asked: str) -> None:
    event = await open_house(database)
    with pytest.raises(BadInput):
        await ask(database, event, asked)


async def test_another_event_s_posts_are_not_touched(database: Database) -> None:
    event = await open_house(database)
    other = await open_house(database, slug="other")
    await receive(database, POST)
    async with database.transaction() as db:
        answer = await removals.remove_authors(db, event, [MINE.uri], NOW)
    await finish(database, answer)
    assert (await shown(database, event), len(await shown(database, other))) == ([], 1)
    assert (await ask(database, event, f"https://{OURS}/other/posts/2")).outcome is Outcome.NOTHING


async def test_a_batch_costs_one_question_about_the_list(database: Database) -> None:
    await open_house(database)
    items: list[IncomingPost] = [a_post(f"{n} #HarbourTalks", an_author(f"A{n}"), str(n)) for n in range(50)]
    said: list[str] = []

    def heard(*given: Any) -> None:
        said.append(given[2])

    events.listen(database.writer.sync_engine, "before_cursor_execute", heard)
    await receive(database, *items)
    events.remove(database.writer.sync_engine, "before_cursor_execute", heard)
    assert await count(database, Post) == 50
    assert len([statement for statement in said if "refusal" in statement]) == 1


async def test_it_is_gone_from_the_log_s_readers_within_the_same_act(database: Database) -> None:
    """A late joiner never sees it: the snapshot after the request does not have it."""
    event = await open_house(database)
    await receive(database, POST)
    await ask(database, event, POST.uri)
    async with database.reading() as db:
        for audience in Audience:
            assert (await snapshot.take(db, event.id, audience)).posts == []
    async with database.transaction() as db:
        await intake.receive(db, Batch("mastodon:https://kueste.example", (POST,)), NOW + timedelta(minutes=1))
    assert await shown(database, event) == []


async def test_a_removal_waits_for_its_post_and_not_for_another_that_became_one_with_it(database: Database) -> None:
    """Somebody's second saying of the same is not merged while its removal is asked: its words would come back."""
    event = await open_house(database)
    words = "The ferry library leaves at nine from the second quay, with four hundred books #HarbourTalks"
    both = [an_author("Inka", n, avatar_url="https://x.example/a.png") for n in (Network.MASTODON, Network.BLUESKY)]
    await receive(database, *(a_post(words, author, f"c{n}") for n, author in enumerate(both)))
    async with database.reading() as db:
        assert len(await crossposts.candidates(db, NOW)) == 1
    await ask(database, event, "did:plc:inka")
    async with database.reading() as db:
        assert await crossposts.candidates(db, NOW) == []


async def crowd(database: Database, size: int) -> None:
    await receive(
        database, *(a_post(f"{n} #HarbourTalks", an_author(f"v{n}"), f"v{n}")
                    for n in range(size)),
    )  # fmt: skip


async def test_removal_of_one_author_after_another_cannot_empty_the_strand(database: Database) -> None:
    event = await open_house(database, contact="kim@wall.example")
    await crowd(database, 24)
    outcomes = [(await ask(database, event, f"@v{n}@kueste.example")).outcome for n in range(24)]
    assert outcomes == [Outcome.WITHHELD] * removals.AT_ONCE + [Outcome.QUEUED] * (24 - removals.AT_ONCE)
    assert len(await shown(database, event)) == 24 - removals.AT_ONCE
    async with database.reading() as db:
        told = await asked_of_us.asked(db, event)
        (mail,) = await db.scalars(select(Outgoing))
        assert await asked_of_us.count(db, event.id) == 24
        assert await taking_away.unfinished(db, NOW) == []
    assert [one.hidden for one in told].count(False) == 24 - removals.AT_ONCE
    letter = letters.written(mail.content, "https://wall.example", str)
    assert "/desk/harbour/asked" in letter.text and "Harbour" in letter.subject


async def test_a_removal_that_waits_hides_nothing_until_it_is_agreed_or_proved(database: Database) -> None:
    event = await open_house(database)
    await crowd(database, 3)
    for n in range(3):
        async with database.transaction() as db:
            answer = await removals.ask(db, event, f"@v{n}@kueste.example", "", NOW, {OURS}, lambda: False)
        assert (answer.outcome, answer.begun) == (Outcome.QUEUED, ())
    await receive(database, a_post("Later #HarbourTalks", an_author("v0"), "v0b"))
    assert len(await shown(database, event)) == 4
    assert (await ask(database, event, "@v0@kueste.example")).outcome is Outcome.QUEUED
    (first, *_) = await posts(database)
    assert (await ask(database, event, first.uri)).outcome is Outcome.WITHHELD  # one post still goes at once
    async with database.transaction() as db:
        await removals.agree(db, event, 2, await make_account(db), NOW)
        proved = await removals.remove_authors(db, event, [an_author("v2").uri], NOW)
    await taking_away.finish(database, 2, lambda: NOW)
    await finish(database, proved)
    assert await shown(database, event) == ["Later #HarbourTalks"]


async def test_what_was_asked_for_in_one_burst_comes_back_together_and_nothing_else(database: Database) -> None:
    event = await open_house(database)
    await crowd(database, 14)
    async with database.transaction() as db:
        await removals.ask(db, event, "@v13@kueste.example", "", NOW - timedelta(hours=3), {OURS})
    await taking_away.finish(database, 1, lambda: NOW)
    (first, *_) = await posts(database)
    await ask(database, event, first.uri)
    for n in range(1, 13):
        await ask(database, event, f"@v{n}@kueste.example")
    async with database.transaction() as db:
        seen = asked_of_us.burst((await asked_of_us.asked(db, event))[:-1])
        kept = await removals.keep_all(db, event, seen, await make_account(db), NOW)
    assert len(kept) == 11
    for removal_id in kept:
        await taking_away.finish(database, removal_id, lambda: NOW)
    assert len(await shown(database, event)) == 14 - 2
    assert (await ask(database, event, "@v1@kueste.example")).outcome is Outcome.KEPT
    async with database.reading() as db:
        assert await asked_of_us.count(db, event.id) == 3
