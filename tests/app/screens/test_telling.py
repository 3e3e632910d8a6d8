"""Screens are told what to show: several in one act, each heard at once, and nothing that makes no sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain import screens
from app.errors import BadInput, Conflict, NotFound, TooLong
from app.models import AuditLine, Event, Session
from tests.app.screens.conftest import Hall

STEP = {"mode": "strand", "seconds": 60, "when": {}}


async def test_a_screen_nobody_was_told_anything_of_shows_the_strand(hall: Hall) -> None:
    told = await hall.wished("nobody knows it")
    assert told == {
        "name": "", "audience": "public", "room": "", "mode": "strand", "programme": [], "look": screens.LOOK,
        "quiet": [], "says": None, "paused": False, "sponsors": [], "now": "2027-06-11T09:00:00Z",
    } | {"name": told["name"]}  # fmt: skip
    right = await hall.wished("right")
    assert (right["audience"], right["room"]) == ("reviewed", "the Hall")


async def test_several_are_told_in_one_act_and_each_wall_hears_of_it(hall: Hall) -> None:
    await hall.act(screens.tell_mode, [hall.right.id, hall.left.id], "gallery")
    assert [(await hall.wished(name))["mode"] for name in ("left", "right")] == ["gallery", "gallery"]
    assert await hall.log() == [("screen", hall.left.id), ("screen", hall.right.id)]
    assert (await hall.acts())[2:] == ["screen mode", "screen mode"]


@pytest.mark.parametrize("ids", [[], [999], "both and one of nowhere"])
async def test_an_act_is_on_all_of_them_or_on_none(hall: Hall, ids: Any) -> None:
    ids = [hall.left.id, 999] if isinstance(ids, str) else ids
    with pytest.raises(NotFound, match="not here any more"):
        await hall.act(screens.tell_pause, ids, True)
    assert not (await hall.wished())["paused"] and await hall.log() == []


async def test_a_screen_of_another_event_is_not_told(hall: Hall) -> None:
    async with hall.database.transaction() as db:
        other = Event(
            slug="other", title="Other", tags=["o"], state=hall.event.state, created_at=hall.clock(), epoch="e"
        )  # fmt: skip
        db.add(other)
        await db.flush()
        theirs = await screens.make(db, other, "left", "public", hall.kim, hall.clock())
    for verb, asked in (
        (screens.tell_mode, ([theirs.id], "card")), (screens.tell_place, (theirs.id, "public", None)),
        (screens.rename, (theirs.id, "x")), (screens.remove, (theirs.id,)),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await hall.act(verb, *asked)


async def test_a_mode_needs_what_it_shows(hall: Hall) -> None:
    for mode, sentence in (("programme", "no programme yet"), ("says", "what “left” is to say")):
        with pytest.raises(Conflict, match=sentence):
            await hall.act(screens.tell_mode, [hall.left.id], mode)
    wrong: Any
    for wrong in ("dance", "", None, []):
        with pytest.raises(BadInput) as raised:
            await hall.act(screens.tell_mode, [hall.left.id], wrong)
        assert raised.value.field == "mode"


async def test_a_programme_is_followed_from_now_on_and_is_kept_for_later(hall: Hall) -> None:
    steps = [
        STEP, {"mode": "now", "seconds": 20, "when": {"talk": False}}, {"mode": "voice", "seconds": 30},
        {"mode": "gallery", "seconds": 40, "when": {"from": "12:00", "to": "13:30"}},
        {"mode": "card", "seconds": 10, "when": {"lively": "quiet"}},
    ]  # fmt: skip
    await hall.act(screens.tell_programme, [hall.left.id], steps)
    told = await hall.wished()
    assert told["mode"] == "programme"
    assert told["programme"] == [*steps[:2], steps[2] | {"when": {}}, *steps[3:]]
    await hall.act(screens.tell_mode, [hall.left.id], "card")
    assert (await hall.wished())["programme"] == told["programme"]
    await hall.act(screens.tell_mode, [hall.left.id], "programme")


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([], "needs a step"), ("strand", "needs a step"), (None, "needs a step"), ([STEP] * 25, "24 steps"),
        ([STEP, {"mode": "programme", "seconds": 60}], "Step 2: choose what"), (["strand"], "choose what"),
        ([STEP | {"mode": "overlay"}], "choose what"), ([STEP | {"more": 1}], "choose what"),
        ([STEP | {"mode": ["strand"]}], "choose what"),
        ([STEP | {"seconds": 9}], "10 to 3600"), ([STEP | {"seconds": True}], "how many seconds"),
        ([STEP | {"seconds": "60"}], "how many seconds"), ([STEP | {"when": None}], "its turn"),
        ([STEP | {"when": {"talk": 1}}], "its turn"), ([STEP | {"when": {"lively": "very"}}], "its turn"),
        ([STEP | {"when": {"from": "9:00", "to": "10:00"}}], "like 09:30"),
        ([STEP | {"when": {"from": "09:00", "to": "24:00"}}], "like 09:30"),
        ([STEP | {"when": {"from": "09:00"}}], "its turn"), ([STEP | {"when": {"lively": []}}], "its turn"),
    ],
)  # fmt: skip
async def test_a_programme_that_makes_no_sense_is_told_which_step(hall: Hall, steps: Any, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as raised:
        await hall.act(screens.tell_programme, [hall.left.id], steps)
    assert raised.value.field == "programme" and (await hall.wished())["mode"] == "strand"


async def test_of_a_look_only_what_is_given_changes_and_only_what_differs_is_kept(hall: Hall) -> None:
    await hall.act(screens.tell_look, [hall.left.id], {"theme": "light", "metres": 12.5})
    screen = (await hall.act(screens.tell_look, [hall.left.id], {"columns": 3, "theme": "dark"}))[0]
    assert screen.look == {"metres": 12.5, "columns": 3}
    assert (await hall.wished())["look"] == screens.LOOK | {"metres": 12.5, "columns": 3}


@pytest.mark.parametrize(
    ("key", "value"),
    [("theme", "pink"), ("theme", None), ("theme", ["dark"]), ("density", "x"), ("metres", -1), ("metres", 201),
     ("metres", "12"), ("metres", True), ("metres", float("nan")), ("height", 51), ("columns", 4), ("columns", 1.0),
     ("columns", True), ("margin", 11), ("turn", 45), ("sponsors", 1), ("pictures", "yes"), ("colour", "#fff")],
)  # fmt: skip
async def test_a_look_that_is_none_is_told_by_its_key(hall: Hall, key: str, value: Any) -> None:
    with pytest.raises(BadInput) as raised:
        await hall.act(screens.tell_look, [hall.left.id, hall.right.id], {"theme": "light", key: value})
    assert raised.value.field == key and (await hall.wished())["look"] == screens.LOOK


async def test_quiet_is_by_times_or_by_sessions_wherever_these_are_by_then(hall: Hall) -> None:
    starts = datetime(2027, 6, 11, 10, 0, tzinfo=UTC)
    async with hall.database.transaction() as db:
        talk = Session(
            event_id=hall.event.id, guid="g", title="Keynote", starts_at=starts, ends_at=starts + timedelta(hours=1)
        )
        db.add(talk)
        await db.flush()
        number = talk.id
    windows = [{"session": number}, {"from": "2027-06-11T14:00:00+02:00", "to": "2027-06-11T12:30:00Z"}]
    await hall.act(screens.tell_quiet, [hall.left.id], windows)
    fixed = {"from": "2027-06-11T12:00:00Z", "to": "2027-06-11T12:30:00Z"}
    assert (await hall.wished())["quiet"] == [{"from": "2027-06-11T10:00:00Z", "to": "2027-06-11T11:00:00Z"}, fixed]
    async with hall.database.transaction() as db:
        (await db.get_one(Session, number)).starts_at = starts - timedelta(minutes=30)
    assert (await hall.wished())["quiet"][0]["from"] == "2027-06-11T09:30:00Z"
    async with hall.database.transaction() as db:
        (await db.get_one(Session, number)).cancelled_at = starts
    assert (await hall.wished())["quiet"] == [fixed]
    await hall.act(screens.tell_quiet, [hall.left.id], [])
    assert (await hall.wished())["quiet"] == []


@pytest.mark.parametrize(
    "window",
    [{"session": 999}, {"session": "1"}, {"session": True}, {}, None, "now", {"from": "2027-06-11T10:00:00Z"},
     {"from": "2027-06-11T10:00:00", "to": "2027-06-11T11:00:00"},
     {"from": "2027-06-11T11:00:00Z", "to": "2027-06-11T11:00:00Z"},
     {"from": "2027-06-11T11:00:00Z", "to": "2027-06-15T11:00:00Z"}, {"from": "soon", "to": "later"}],
)  # fmt: skip
async def test_a_quiet_window_that_is_none_is_told(hall: Hall, window: Any) -> None:
    with pytest.raises(BadInput) as raised:
        await hall.act(screens.tell_quiet, [hall.left.id], [window])
    assert raised.value.field == "quiet"
    with pytest.raises(BadInput):
        await hall.act(screens.tell_quiet, [hall.left.id], [{"from": "x"}] * 41)


async def test_what_a_screen_says_ends_by_itself_or_by_hand(hall: Hall) -> None:
    until = hall.clock() + timedelta(minutes=5)
    says = {"kind": "announcement", "words": " Lunch\nis served. ", "until": until.isoformat()}
    await hall.act(screens.tell_says, [hall.left.id], says)
    kept = {"kind": "announcement", "words": "Lunch\nis served.", "until": "2027-06-11T09:05:00Z"}
    kept["at"] = "2027-06-11T09:00:00Z"
    assert (await hall.wished())["says"] == kept == (await hall.state()).says
    hall.clock.forward(299)
    assert (await hall.wished())["says"] == kept
    hall.clock.forward(1)
    assert (await hall.wished())["says"] is None and (await hall.state()).says is None
    await hall.act(screens.tell_says, [hall.left.id], {"kind": "prompt", "words": "And you?", "until": None})
    await hall.act(screens.tell_mode, [hall.left.id], "says")
    await hall.act(screens.tell_says, [hall.left.id], None)
    told = await hall.wished()
    assert (told["says"], told["mode"]) == (None, "strand"), "it has nothing to say any more"


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [({"kind": "song"}, BadInput, "kind"), ({"words": " \u200e"}, BadInput, "words"),
     ({"words": None}, BadInput, "words"), ({"words": "x" * 281}, TooLong, "words"),
     ({"until": "soon"}, BadInput, "until"), ({"until": "2027-06-11T09:00:00Z"}, BadInput, "until")],
)  # fmt: skip
async def test_words_that_cannot_be_said_are_told(
    hall: Hall, change: dict[str, Any], kind: type[BadInput], field: str
) -> None:
    with pytest.raises(kind) as raised:
        await hall.act(screens.tell_says, [hall.left.id], {"kind": "prompt", "words": "Hi", "until": None} | change)
    assert raised.value.field == field and (await hall.wished())["says"] is None


async def test_what_is_said_stands_in_no_line_of_the_audit_log(hall: Hall) -> None:
    await hall.act(screens.tell_says, [hall.left.id], {"kind": "prompt", "words": "Secret words", "until": None})
    async with hall.database.reading() as db:
        lines = [line.detail for line in await db.scalars(select(AuditLine))]
    assert "Secret" not in str(lines) and {"screen": "left", "kind": "prompt"} in lines


async def test_a_pause_has_a_beginning_and_an_end(hall: Hall) -> None:
    await hall.act(screens.tell_pause, [hall.left.id], True)
    assert (await hall.wished())["paused"] and (await hall.state()).paused
    await hall.act(screens.tell_pause, [hall.left.id], False)
    assert not (await hall.wished())["paused"]
    assert (await hall.acts())[2:] == ["screen pause", "screen goes"]


async def test_a_place_is_an_audience_and_a_room(hall: Hall) -> None:
    await hall.act(screens.tell_place, hall.left.id, "reviewed", hall.room.id)
    told = await hall.wished()
    assert (told["audience"], told["room"]) == ("reviewed", "the Hall") == (
        (await hall.state()).audience, (await hall.state()).room,
    )  # fmt: skip
    for audience, room, field in (("desk", None, "audience"), ("public", 999, "room")):
        with pytest.raises(BadInput) as raised:
            await hall.act(screens.tell_place, hall.left.id, audience, room)
        assert raised.value.field == field


async def test_a_renamed_or_removed_screen_leaves_its_wall_the_defaults(hall: Hall) -> None:
    await hall.act(screens.tell_mode, [hall.left.id, hall.right.id], "card")
    await hall.act(screens.rename, hall.left.id, "Foyer")
    await hall.act(screens.remove, hall.right.id)
    assert [(await hall.wished(name))["mode"] for name in ("left", "right", "Foyer")] == ["strand", "strand", "card"]
    assert (await hall.log())[2:] == [("screen", 0), ("screen", 0)], "every wall asks"
