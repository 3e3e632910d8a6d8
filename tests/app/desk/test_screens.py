"""The pages of screens without a script: what each is told, by whom, and what is refused in one sentence."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain import accounts, screens
from app.models import AuditLine, Membership, Room, Screen, Session
from app.models.account import Role
from tests.app.at_home import OURS, House
from tests.conftest import NOW
from tests.factories import make_account

SCREENS = "/desk/harbour/screens"
HEADERS = {"origin": OURS, "accept": "text/html"}


async def acts(house: House) -> list[str]:
    async with house.database.reading() as db:
        rows = await db.scalars(select(AuditLine).order_by(AuditLine.id))
        return [row.act for row in rows if row.chain_id == house.event.id]


async def add(house: House, name: str = "Hall", made: bool = True, **fields: Any) -> int:
    async with house.database.transaction() as db:
        kept = {"audience": "public", "made_at": NOW if made else None} | fields
        screen = Screen(event_id=house.event.id, name=name, **kept)
        db.add(screen)
        await db.flush()
        return screen.id


async def stored(house: House, screen_id: int) -> Screen:
    async with house.database.reading() as db:
        return await screens.find(db, house.event.id, screen_id)


async def moderator(house: House) -> httpx.AsyncClient:
    async with house.database.transaction() as db:
        lee = await make_account(db, "Lee")
        db.add(Membership(account_id=lee.id, event_id=house.event.id, role=Role.MODERATOR))
        token = await accounts.sign_in(db, lee, "a test", house.clock())
    return house.visitor(cookies={"strand": token}, headers=HEADERS)


async def test_screens_are_made_renamed_and_removed(at_home: House) -> None:
    async with await at_home.organiser(headers=HEADERS) as kim:
        answer = await kim.post(SCREENS, data={"name": " Hall,  left ", "audience": "reviewed"})
        assert answer.headers["location"] == f"{SCREENS}#screen-1"
        assert "not opened yet" in (await kim.get(SCREENS)).text
        assert "/harbour/wall?screen=Hall%2C+left" in (await kim.get(f"{SCREENS}/1")).text
        assert (await kim.get(f"{SCREENS}/1/qr.svg")).headers["content-type"] == "image/svg+xml"
        placed = await kim.post(f"{SCREENS}/1/place", data={"name": "Foyer", "audience": "reviewed", "room": ""})
        assert placed.headers["location"] == f"{SCREENS}/1"
        assert "/harbour/wall?screen=Foyer" in (await kim.get(f"{SCREENS}/1")).text
        assert '"reviewed"' in (await kim.get("/harbour/wall?screen=Foyer")).text
        assert (await kim.post(f"{SCREENS}/1/remove")).status_code == 303
        assert "Foyer" not in (await kim.get(SCREENS)).text
        gone = [await kim.post(f"{SCREENS}/1/{act}", data={"name": "x", "audience": "public"}) for act in GONE]
        gone += [await kim.get(f"{SCREENS}/1{of}") for of in ("", "/qr.svg")]
    assert [one.status_code for one in gone] == [404] * 10
    assert all("This screen is not here any more." in one.text for one in gone)
    assert await acts(at_home) == ["screen", "rename screen", "place screen", "remove screen"]


GONE = ("remove", "place", "invite", "mode", "pause", "says", "look", "quiet")


@pytest.mark.parametrize(
    ("name", "audience", "status", "sentence"),
    [("", "public", 400, "Give it a name"), ("\u200b", "public", 400, "Give it a name"),
     ("x" * 65, "public", 400, "64 letters at most"), ("Hall", "desk", 400, "Choose what it shows"),
     ("Taken", "public", 409, "There is a screen of that name already")],
)  # fmt: skip
async def test_screens_that_make_no_sense_are_told_and_nothing_typed_is_lost(
    at_home: House, name: str, audience: str, status: int, sentence: str
) -> None:
    await add(at_home, "Taken")
    other = await add(at_home, "Other")
    async with await at_home.organiser(headers=HEADERS) as kim:
        for address in (SCREENS, f"{SCREENS}/{other}/place"):
            answer = await kim.post(address, data={"name": name, "audience": audience})
            assert (answer.status_code, sentence in answer.text) == (status, True), address
            assert f'value="{name}"' in answer.text
    assert (await stored(at_home, other)).name == "Other"


async def test_modes_and_pauses_are_one_press_each_and_lead_back_to_where_they_were_pressed(at_home: House) -> None:
    hall, foyer = await add(at_home), await add(at_home, "Foyer")
    async with await moderator(at_home) as lee:
        told = await lee.post(f"{SCREENS}/{hall}/mode", data={"mode": "gallery", "from": "list"})
        assert told.headers["location"] == f"{SCREENS}#screen-{hall}"
        told = await lee.post(f"{SCREENS}/{hall}/pause", data={"on": "yes"})
        assert told.headers["location"] == f"{SCREENS}/{hall}#mode"
        assert ((await stored(at_home, hall)).mode, (await stored(at_home, foyer)).mode) == ("gallery", "strand")
        assert (await stored(at_home, hall)).paused_at is not None
        assert (await lee.post(f"{SCREENS}/all/mode", data={"mode": "now", "from": "list"})).headers[
            "location"
        ] == f"{SCREENS}#all"
        assert {(await stored(at_home, one)).mode for one in (hall, foyer)} == {"now"}
        await lee.post(f"{SCREENS}/all/mode", data={"mode": "card", "screen": [foyer]})
        assert ((await stored(at_home, hall)).mode, (await stored(at_home, foyer)).mode) == ("now", "card")
        page = (await lee.get(f"{SCREENS}/{foyer}")).text
        assert re.findall(r'value="(\w+)" aria-pressed="true"', page) == ["card"]
        await lee.post(f"{SCREENS}/{hall}/pause", data={"on": "no"})
    assert (await stored(at_home, hall)).paused_at is None


async def test_a_script_is_answered_with_how_all_screens_are(at_home: House) -> None:
    hall = await add(at_home)
    async with await moderator(at_home) as lee:
        lee.headers["accept"] = "application/json"
        answer = await lee.post(f"{SCREENS}/{hall}/mode", data={"mode": "people"})
        (row,) = answer.json()["screens"]
        assert (row["id"], row["mode"], row["made"], row["told"]) == (hall, "people", True, "not opened yet")
        wrong = await lee.post(f"{SCREENS}/{hall}/mode", data={"mode": "fireworks"})
        assert (wrong.status_code, wrong.json()) == (400, {"error": "Choose what the screen shows."})
        assert (await lee.get(f"{SCREENS}.json")).json()["screens"][0]["mode"] == "people"


@pytest.mark.parametrize(
    ("act", "data", "status", "sentence"),
    [("mode", {"mode": "fireworks"}, 400, "Choose what the screen shows."),
     ("mode", {"mode": "programme"}, 409, "“Hall” has no programme yet."),
     ("says", {"kind": "announcement", "words": " "}, 400, "Write what the screen is to say."),
     ("says", {"kind": "announcement", "words": "x" * 281}, 400, "too long by one letter"),
     ("says", {"kind": "shout", "words": "Lunch"}, 400, "Choose whether it is an announcement"),
     ("says", {"kind": "prompt", "words": "Lunch", "ends": "at", "at": "noon"}, 400, "Say at what time it ends"),
     ("says", {"kind": "prompt", "words": "Lunch", "ends": "soon"}, 400, "Choose when it ends."),
     ("quiet", {"day": "2027-06-11", "since": "10:00"}, 400, "give a day with both times"),
     ("quiet", {"session": "x"}, 400, "Choose a talk from the list."),
     ("quiet", {"session": "999"}, 400, "There is no such session here."),
     ("programme", {}, 400, "A programme needs at least one step."),
     ("programme", {"ready": "circus"}, 400, "Choose one of the ready-made programmes."),
     ("programme", {"mode": "strand", "seconds": "5", "when": "", "since": "", "until": ""}, 400, "Step 1"),
     ("programme", {"mode": "strand", "seconds": "60", "when": "time", "since": "9", "until": ""}, 400, "needs both"),
     ("look", {"theme": "beige"}, 400, "A screen is dark, light or in high contrast."),
     ("look", {"metres": "far"}, 400, "Give it as a number"), ("look", {"metres": "201"}, 400, "up to 200"),
     ("look", {"margin": "11"}, 400, "The margin is between"), ("look", {"columns": "7"}, 400, "two or three columns")],
)  # fmt: skip
async def test_what_makes_no_sense_is_told_in_one_sentence_and_the_screen_stays_as_it_was(
    at_home: House, act: str, data: dict[str, str], status: int, sentence: str
) -> None:
    hall = await add(at_home)
    async with await at_home.organiser(headers=HEADERS) as kim:
        answer = await kim.post(f"{SCREENS}/{hall}/{act}", data=data)
        assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
        assert answer.text.count('role="alert">') == 1
        typed = [
            value for name, value in data.items() if name in ("words", "metres", "margin", "since") and value != " "
        ]
        assert all(value in answer.text for value in typed)
    screen = await stored(at_home, hall)
    assert (screen.mode, screen.programme, screen.look, screen.quiet, screen.says) == ("strand", [], {}, [], None)


async def test_words_of_our_own_end_after_minutes_at_a_time_or_by_hand(at_home: House) -> None:
    hall, foyer = await add(at_home), await add(at_home, "Foyer")
    said = {"kind": "prompt", "words": "What will you take home?"}
    async with await moderator(at_home) as lee:
        await lee.post(f"{SCREENS}/{hall}/says", data={**said, "ends": "10"})
        at = f"{at_home.clock().astimezone(at_home.event.zone):%H:%M}"
        says = (await stored(at_home, hall)).says
        assert says is not None and says["until"] == "2027-06-11T09:10:00Z", says
        page = (await lee.get(SCREENS)).text
        assert "What will you take home?" in page and "until 11:10" in page
        await lee.post(f"{SCREENS}/all/says", data={**said, "ends": "at", "at": at})
        assert {(await stored(at_home, one)).says["until"] for one in (hall, foyer)} == {"2027-06-12T09:00:00Z"}  # type: ignore[index]
        await lee.post(f"{SCREENS}/{foyer}/says", data={**said, "ends": ""})
        assert (await stored(at_home, foyer)).says["until"] is None  # type: ignore[index]
        await lee.post(f"{SCREENS}/{foyer}/says", data={"off": "yes"})
    assert (await stored(at_home, foyer)).says is None
    assert (await stored(at_home, hall)).says is not None


def row(mode: str, seconds: str = "60", when: str = "", since: str = "", until: str = "") -> dict[str, str]:
    return {"mode": mode, "seconds": seconds, "when": when, "since": since, "until": until}


def sheet(*rows: dict[str, str]) -> dict[str, Any]:
    return {name: [one[name] for one in rows] for name in row("")}


async def test_a_programme_is_arranged_without_a_script_and_kept_by_the_press_that_says_so(at_home: House) -> None:
    hall = await add(at_home)
    typed = sheet(row("strand", "300", "talk"), row("now"), row("gallery", "90", "time", "09:00", "11:30"), row(""))
    async with await moderator(at_home) as lee:
        page = (await lee.post(f"{SCREENS}/{hall}/programme", data={**typed, "act": "up-2"})).text
        assert "Arranged, and not kept yet." in page
        chosen = [
            re.search(r'value="(\w+)" selected', one) for one in page.split('<select class="field" name="mode"')[1:]
        ]
        assert [found and found[1] for found in chosen][:3] == ["strand", "gallery", "now"]
        assert 'value="09:00"' in page and (await stored(at_home, hall)).programme == []
        kept = await lee.post(f"{SCREENS}/{hall}/programme", data=typed)
        assert kept.headers["location"] == f"{SCREENS}/{hall}#programme"
        screen = await stored(at_home, hall)
        assert screen.mode == "programme"
        assert screen.programme == [
            {"mode": "strand", "seconds": 300, "when": {"talk": True}}, {"mode": "now", "seconds": 60, "when": {}},
            {"mode": "gallery", "seconds": 90, "when": {"from": "09:00", "to": "11:30"}},
        ]  # fmt: skip
        page = (await lee.get(f"{SCREENS}/{hall}")).text
        assert page.count('class="turn"') == 5 and 'value="11:30"' in page


async def test_ready_made_programmes_are_one_press(at_home: House) -> None:
    hall, foyer = await add(at_home), await add(at_home, "Foyer")
    async with await moderator(at_home) as lee:
        for ready in ("hall", "foyer", "speaker"):
            assert (await lee.post(f"{SCREENS}/{hall}/programme", data={"ready": ready})).status_code == 303
            assert f'value="{ready}" aria-pressed="true"' in (await lee.get(f"{SCREENS}/{hall}")).text
        await lee.post(f"{SCREENS}/all/programme", data={"ready": "foyer", "screen": [foyer]})
    assert (await stored(at_home, hall)).programme[0]["mode"] == "questions"
    assert (await stored(at_home, foyer)).programme[0]["mode"] == "strand"


async def test_quiet_times_are_added_to_each_screens_own_and_taken_away_by_what_they_say(at_home: House) -> None:
    hall, foyer = await add(at_home), await add(at_home, "Foyer")
    async with at_home.database.transaction() as db:
        talk = Session(
            event_id=at_home.event.id, guid="k", title="The keynote", starts_at=NOW, ends_at=NOW.replace(hour=10)
        )
        db.add(talk)
        await db.flush()
        keynote = talk.id
    night = {"day": "2027-06-11", "since": "23:00", "until": "01:30"}
    async with await moderator(at_home) as lee:
        await lee.post(f"{SCREENS}/{hall}/quiet", data=night)
        await lee.post(f"{SCREENS}/all/quiet", data={"session": keynote})
        assert (await stored(at_home, foyer)).quiet == [{"session": keynote}]
        assert (await stored(at_home, hall)).quiet == [
            {"from": "2027-06-11T21:00:00Z", "to": "2027-06-11T23:30:00Z"}, {"session": keynote}
        ]  # fmt: skip
        page = (await lee.get(f"{SCREENS}/{hall}")).text
        assert "The keynote" in page and "23:00 until" in page
        await lee.post(f"{SCREENS}/{hall}/quiet", data={"off": "2027-06-11T21:00:00Z/2027-06-11T23:30:00Z"})
    assert (await stored(at_home, hall)).quiet == [{"session": keynote}]


async def test_a_look_is_kept_for_one_and_what_is_left_empty_stays_for_several(at_home: House) -> None:
    hall, foyer = await add(at_home), await add(at_home, "Foyer", look={"columns": 3, "metres": 9})
    whole = {"theme": "contrast", "density": "calm", "columns": "2", "metres": "12,5", "height": "2", "margin": "3",
             "turn": "270", "sponsors": "no", "pictures": "no"}  # fmt: skip
    async with await at_home.organiser(headers=HEADERS) as kim:
        assert (await kim.post(f"{SCREENS}/{hall}/look", data=whole)).status_code == 303
        assert (await stored(at_home, hall)).look == {
            "theme": "contrast", "density": "calm", "columns": 2, "metres": 12.5, "height": 2, "margin": 3, "turn": 270,
            "sponsors": False, "pictures": False,
        }  # fmt: skip
        assert 'value="12.5"' in (await kim.get(f"{SCREENS}/{hall}")).text
        assert "Beyond 9 metres" in (await kim.get(f"{SCREENS}/{hall}")).text, "2 m high, turned: 1920 lines"
        await kim.post(f"{SCREENS}/{hall}/look", data={"metres": "", "height": "", "margin": ""})
        assert "Beyond" not in (await kim.get(f"{SCREENS}/{hall}")).text
        assert not {"metres", "height", "margin"} & (await stored(at_home, hall)).look.keys()
        await kim.post(f"{SCREENS}/all/look", data={"theme": "light", "metres": "", "columns": ""})
    assert (await stored(at_home, foyer)).look == {"columns": 3, "metres": 9, "theme": "light"}
    assert (await stored(at_home, hall)).look["theme"] == "light"


async def test_a_wall_that_named_itself_stands_apart_until_somebody_keeps_it(at_home: House) -> None:
    await add(at_home)
    stray = await add(at_home, "somebody's", made=False)
    async with at_home.database.transaction() as db:
        db.add(Room(event_id=at_home.event.id, name="the Shed"))
    async with await at_home.organiser(headers=HEADERS) as kim:
        before, _, after = (await kim.get(SCREENS)).text.partition("Walls that named themselves")
        assert f'id="screen-{stray}"' in after and f'id="screen-{stray}"' not in before
        data = {"name": "somebody's", "audience": "public", "room": "1"}
        assert (await kim.post(f"{SCREENS}/{stray}/place", data=data)).status_code == 303
        page = (await kim.get(SCREENS)).text
        assert "Walls that named themselves" not in page and "the Shed" in page
        wrong = await kim.post(f"{SCREENS}/{stray}/place", data={**data, "room": "77"})
        assert (wrong.status_code, "There is no such room" in wrong.text) == (400, True)


async def test_moderators_run_screens_and_only_organisers_own_them(at_home: House) -> None:
    hall = await add(at_home)
    async with await moderator(at_home) as lee:
        page, one = (await lee.get(SCREENS)).text, (await lee.get(f"{SCREENS}/{hall}")).text
        for theirs in ("/pair", "/link", "/place", "/remove", "/look", "qr.svg"):
            assert f'{theirs}"' not in page + one and f"{theirs}#" not in page + one, theirs
        assert (await lee.get(f"{SCREENS}/all")).status_code == 200
        for act in ("place", "remove", "invite", "look"):
            assert (await lee.post(f"{SCREENS}/{hall}/{act}")).status_code == 403, act
        for address in (SCREENS, f"{SCREENS}/pair", f"{SCREENS}/link", f"{SCREENS}/end-link"):
            assert (await lee.post(address)).status_code == 403, address
    async with at_home.visitor(headers=HEADERS) as nobody:
        assert (await nobody.post(f"{SCREENS}/{hall}/mode", data={"mode": "card"})).status_code == 401
    assert (await stored(at_home, hall)).mode == "strand"


@pytest.mark.parametrize("which", ["0", "-1", "every", "9" * 12, "²"])
async def test_what_is_no_screen_is_not_found(at_home: House, which: str) -> None:
    async with await at_home.organiser(headers=HEADERS) as kim:
        assert (await kim.get(f"{SCREENS}/{which}")).status_code == 404
        assert (await kim.post(f"{SCREENS}/{which}/mode", data={"mode": "card"})).status_code == 404
        assert (await kim.post(f"{SCREENS}/all/mode", data={"mode": "card", "screen": which})).status_code == 404


async def code_of(browser: httpx.AsyncClient) -> str:
    await browser.post("/screen")
    return "".join(re.findall(r"<b>(\w)</b>", (await browser.get("/screen")).text))


async def test_a_browser_that_shows_a_code_becomes_a_new_screen_or_one_that_is_there(at_home: House) -> None:
    hall = await add(at_home, audience="reviewed")
    async with await at_home.organiser(headers=HEADERS) as kim, at_home.visitor(headers=HEADERS) as tv:
        code = await code_of(tv)
        typed = {"code": f" {code[:3].lower()}-{code[3:]} ", "screen": str(hall)}
        paired = await kim.post(f"{SCREENS}/pair", data=typed)
        assert paired.headers["location"] == f"{SCREENS}#screen-{hall}"
        assert (await tv.post("/screen/go")).headers["location"] == "/harbour/wall?screen=Hall"
        code = await code_of(tv)
        new = {"code": code, "screen": "new", "name": "Foyer", "audience": "public"}
        assert (await kim.post(f"{SCREENS}/pair", data=new)).status_code == 303
        assert (await tv.post("/screen/go")).headers["location"] == "/harbour/wall?screen=Foyer"
    assert [act for act in await acts(at_home) if "screen" in act] == ["pair screen", "screen", "pair screen"]


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [({"code": "", "name": "Foyer"}, 400, "A code has six letters"),
     ({"code": "CDFGHJ", "name": "Foyer"}, 404, "No screen shows"),
     ({"code": "CDFGHJ", "name": ""}, 400, "Give it a name"),
     ({"code": "CDFGHJ", "screen": "77"}, 404, "not here any more")],
)  # fmt: skip
async def test_a_code_that_pairs_nothing_makes_no_screen_and_stays_in_its_field(
    at_home: House, data: dict[str, str], status: int, sentence: str
) -> None:
    await add(at_home)
    async with await at_home.organiser(headers=HEADERS) as kim:
        answer = await kim.post(f"{SCREENS}/pair", data={"audience": "reviewed", "screen": "new", **data})
        assert (answer.status_code, sentence in answer.text) == (status, True)
        assert f'value="{data["code"]}"' in answer.text and f'value="{data.get("name", "")}"' in answer.text
        assert "<bdi>Foyer</bdi>" not in (await kim.get(SCREENS)).text
        at_home.app.state.strand.limits._timer = lambda: 0.0
        told = [(await kim.post(f"{SCREENS}/pair", data={"code": "x", "screen": "1"})).status_code for _ in range(25)]
    assert told[-1] == 429
