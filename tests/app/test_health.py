"""How a source is doing is one of eight words, and the figures beside it are those that intake counted."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from typing import Any

import pytest

from app.database import Database
from app.domain import intake, leases
from app.domain.events import create_event
from app.domain.posts import arrival
from app.domain.posts.skips import SKIPS
from app.domain.sources import health, sources
from app.domain.sources.health import WORDS, Doing
from app.errors import Conflict, NotFound
from app.models import EventState, Post, Tally
from app.pages import ROOT
from ingest.types import Batch, Mode, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_event, make_source

UP = "mastodon:https://kueste.example"
JUST_NOW = NOW - timedelta(seconds=20)


@pytest.mark.parametrize(
    ("fields", "state", "word"),
    [
        ({}, EventState.LIVE, Doing.NEW),
        ({"ok": True, "mode": Mode.STREAM, "reported_at": JUST_NOW, "succeeded_at": JUST_NOW}, None, Doing.LIVE),
        ({"ok": True, "mode": Mode.POLL, "reported_at": JUST_NOW, "succeeded_at": JUST_NOW}, None, Doing.POLLED),
        ({"ok": False, "mode": Mode.POLL, "reported_at": JUST_NOW, "succeeded_at": JUST_NOW}, None, Doing.FAILING),
        ({"ok": True, "reported_at": JUST_NOW, "succeeded_at": NOW - timedelta(minutes=10)}, None, Doing.SILENT),
        ({"ok": False, "reported_at": JUST_NOW, "created_at": NOW - timedelta(minutes=10)}, None, Doing.SILENT),
        ({"enabled": False, "succeeded_at": NOW - timedelta(days=1)}, None, Doing.OFF),
        ({"ok": True, "reported_at": JUST_NOW}, EventState.ARCHIVED, Doing.RESTING),
        ({"ok": True, "reported_at": JUST_NOW}, EventState.DRAFT, Doing.RESTING),
        ({"kind": Network.FORM}, EventState.LIVE, Doing.OPEN),
    ],
)
async def test_a_source_does_one_of_eight_things(
    sqlite: Database, fields: dict[str, Any], state: EventState | None, word: Doing
) -> None:
    async with sqlite.transaction() as db:
        event = await make_event(db, state=state or EventState.LIVE)
        source = await make_source(db, event)
        for name, value in fields.items():
            setattr(source, name, value)
        assert health.doing(source, event, NOW) is word
        assert WORDS[word]


async def test_what_was_seen_taken_and_left_out_is_told_most_frequent_reason_first(database: Database) -> None:
    nobody = an_author("Mute Swan", nobot=True)
    posts = (a_post(), a_post(), a_post(author=nobody), a_post(author=nobody), a_post("No tag at all"))
    async with database.transaction() as db:
        event = await make_event(db)
        await make_source(db, event)
        await intake.receive(db, Batch(UP, posts, skipped={"a boost": 7}, seen=12), NOW)
    async with database.reading() as db:
        (found,) = await health.of_event(db, event, NOW)
    assert (found.source.seen, found.source.taken, found.source.succeeded_at) == (12, 2, NOW)
    assert list(found.left_out.items()) == [
        ("a boost", 7), ("its author asks not to be collected (#nobot)", 2), ("without the event's tag", 1),
    ]  # fmt: skip
    assert set(found.left_out) <= set(SKIPS)


async def test_the_reasons_of_one_source_are_not_those_of_another(database: Database) -> None:
    async with database.transaction() as db:
        event = await create_event(db, "quay", "Quay", ["quay"], NOW)
        await make_source(db, event, "mastodon:https://one.example")
        await make_source(db, event, "mastodon:https://two.example")
        await intake.receive(db, Batch("mastodon:https://one.example", skipped={"a boost": 1}), NOW)
    async with database.reading() as db:
        told = [(h.doing, dict(h.left_out)) for h in await health.of_event(db, event, NOW)]
    assert told == [(Doing.OPEN, {}), (Doing.NEW, {"a boost": 1}), (Doing.NEW, {})]


async def test_who_reads_the_networks_is_known_by_the_number_of_the_process(database: Database) -> None:
    async with database.transaction() as db:
        assert await health.reader(db, NOW) is None
        await leases.acquire(db, leases.INGEST, "machine:4711:99:abcdef", NOW)
        assert await health.reader(db, NOW) == "4711"
        assert await health.reader(db, NOW + leases.HELD) is None


async def test_a_source_is_switched_off_and_on_and_keeps_its_place(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db)
        source = await make_source(db, event)
        source.cursor, source.ok, source.mode, source.reported_at = "here", True, Mode.STREAM, NOW
        await sources.switch(db, source, False)
        assert health.doing(source, event, NOW) is Doing.OFF
        await sources.switch(db, source, True)
        source.succeeded_at = NOW - timedelta(days=1)
        assert (health.doing(source, event, NOW), source.cursor) == (Doing.NEW, "here")


async def test_a_source_is_removed_with_its_counts_and_its_posts_stay(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db)
        source = await make_source(db, event)
        await intake.receive(db, Batch(UP, (a_post(),), skipped={"a boost": 1}), NOW)
        await sources.remove(db, await sources.find_source(db, event, source.id))
    async with database.reading() as db:
        assert await health.of_event(db, event, NOW) == []
        assert (await db.get(Tally, (source.id, "a boost")), await db.get(Post, 1) is not None) == (None, True)


async def test_the_form_is_neither_switched_off_nor_removed(sqlite: Database) -> None:
    async with sqlite.transaction() as db:
        event = await create_event(db, "quay", "Quay", ["quay"], NOW)
        (form,) = await sources.list_sources(db, event)
        with pytest.raises(Conflict):
            await sources.switch(db, form, False)
        with pytest.raises(Conflict):
            await sources.remove(db, form)


async def test_a_source_of_another_event_is_not_found(sqlite: Database) -> None:
    async with sqlite.transaction() as db:
        source = await make_source(db, await make_event(db))
        with pytest.raises(NotFound):
            await sources.find_source(db, await make_event(db), source.id)


def test_every_reason_the_readers_and_intake_give_is_known_to_the_catalogues() -> None:
    given = {*re.findall(r'return "([^"]+)"', inspect.getsource(arrival.skip_reason))}
    for folder in ("ingest", "app"):
        for path in (ROOT / folder).rglob("*.py"):
            given |= {*re.findall(r'(?:Skip\(|skipped\[|Counter\(\{|Unreadable\()"([^"]+)"', path.read_text())}
    assert len(given) > 10
    assert sorted(given - set(SKIPS)) == []
