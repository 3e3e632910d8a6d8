"""How an event looks: logo and colours, from the desk to every page that wears them, and away again."""

from __future__ import annotations

import io
import re

import orjson
import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.posts import pictures
from app.models import AuditLine, Event, Media
from app.models.account import Role
from tests.app.desk.conftest import Desk

PAGE = "/desk/harbour/settings"


def a_logo(colour: tuple[int, int, int, int] = (14, 84, 104, 255)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), colour).save(out, "PNG")
    return out.getvalue()


async def stored(desk: Desk) -> Event:
    async with desk.running.database.reading() as db:
        return await db.get_one(Event, desk.event.id)


async def hang(desk: Desk, body: bytes, name: str = "logo.png") -> tuple[int, str]:
    async with desk.organiser() as kim:
        answer = await kim.post(PAGE + "/logo", files={"logo": (name, body)})
        return answer.status_code, answer.text


async def test_a_logo_hangs_on_the_wall_the_strand_the_form_and_the_card(desk: Desk) -> None:
    assert (await hang(desk, a_logo()))[0] == 303
    event = await stored(desk)
    address = f"/media-files/{event.logo_id}.webp"
    async with desk.running.visitor() as visitor:
        for page in ("/harbour", "/harbour/wall", "/harbour/say", "/harbour/card", "/harbour/about"):
            assert f'src="{address}"' in (await visitor.get(page)).text, page
        picture = await visitor.get(address)
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(picture.content)) as drawn:
        assert drawn.size == (300, 100)
    async with desk.running.database.reading() as db:
        lines = (await db.scalars(select(AuditLine).where(AuditLine.chain_id == event.id))).all()
    assert [(line.act, line.detail) for line in lines] == [("settings", {"fields": ["logo"]})]


async def test_a_logo_is_kept_as_long_as_it_hangs_and_its_file_goes_then(desk: Desk) -> None:
    await hang(desk, a_logo())
    first = await stored(desk)
    await hang(desk, a_logo((122, 31, 75, 255)))
    assert (await stored(desk)).logo_id != first.logo_id
    async with desk.running.database.transaction() as db:
        assert await pictures.unneeded(db)
        await pictures.discard(db)
        assert [media.id for media in await db.scalars(select(Media))] == [(await db.get_one(Event, first.id)).logo_id]
    async with desk.organiser() as kim:
        assert (await kim.post(PAGE + "/logo", data={"down": "yes"})).status_code == 303
        assert "/media-files/" not in (await kim.get("/harbour")).text
    async with desk.running.database.transaction() as db:
        await pictures.discard(db)
        assert (await db.scalars(select(Media))).all() == []


BROKEN = [
    (b"", "Choose the file of your logo first."),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be opened as a picture"),
    (a_logo()[:60], "cannot be opened as a picture"),
    (b"\0" * 13_000_001, "larger than 13 MB"),
]


@pytest.mark.parametrize(("body", "sentence"), BROKEN)
async def test_what_is_no_picture_is_refused_in_a_sentence_and_the_old_one_stays(
    desk: Desk, body: bytes, sentence: str
) -> None:
    await hang(desk, a_logo())
    before = (await stored(desk)).logo_id
    status, page = await hang(desk, body)
    assert status == 400 and sentence in page and 'id="logo-refused"' in page
    assert (await stored(desk)).logo_id == before


async def test_colours_are_worn_by_every_page_of_the_event_and_by_no_other(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert (await kim.post(PAGE + "/colours", data={"colour": "#7A1F4B", "colour_2": ""})).status_code == 200
        sheet = re.search(r'<link rel="stylesheet" href="([^"]+)" id="theme">', (await kim.get("/harbour")).text)
        assert sheet is not None and sheet[1] == "/harbour/theme.css?v=7a1f4b-"
        for page in ("/harbour/wall", "/harbour/say", "/harbour/card"):
            assert sheet[1] in (await kim.get(page)).text, page
        for page in ("/desk/harbour/settings", "/desk", "/"):
            assert "theme.css?v" not in (await kim.get(page)).text, page
        css = await kim.get(sheet[1])
    assert css.headers["content-type"].startswith("text/css") and "--event-line: light-dark(#7a1f4b, " in css.text
    assert "--event-now" not in css.text


async def test_a_colour_nobody_could_read_is_refused_and_the_better_one_is_taken_by_one_press(desk: Desk) -> None:
    async with desk.organiser() as kim:
        refused = await kim.post(PAGE + "/colours", data={"colour": "#ffd400", "colour_2": ""})
        assert refused.status_code == 400 and 'name="take-colour" value="#786200"' in refused.text
        assert 'value="#ffd400"' in refused.text and (await stored(desk)).colour == ""
        taken = await kim.post(PAGE + "/colours", data={"colour": "#ffd400", "colour_2": "", "take-colour": "#786200"})
        assert taken.status_code == 200
    assert (await stored(desk)).colour == "#786200"


async def test_colours_are_tried_on_before_they_are_kept(desk: Desk) -> None:
    async with desk.organiser() as kim:
        told = orjson.loads((await kim.get(PAGE + "/look.json?colour=%23ffd400&colour_2=%231b5e20")).content)
        css = (await kim.get(PAGE + "/look.css?colour=%231b5e20&colour_2=nonsense")).text
    assert told["colour"]["better"] == "#786200" and "could not be read" in told["colour"]["wrong"]
    assert told["colour_2"]["worn"]["day"] == "#1b5e20" and told["colour_2"]["wrong"] == ""
    assert ".example { --event-line: #1b5e20;" in css and "nonsense" not in css
    assert (await stored(desk)).colour == ""


async def test_only_organisers_hang_anything_up(desk: Desk) -> None:
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert (await moderator.post(PAGE + "/logo", files={"logo": ("a.png", a_logo())})).status_code == 403
        for address in ("/look", "/look.css", "/look.json"):
            assert (await moderator.get(PAGE + address)).status_code == 403
