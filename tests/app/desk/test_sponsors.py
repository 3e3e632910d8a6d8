"""The page of sponsors: added, put in order, changed, removed; and what is refused in one sentence."""

from __future__ import annotations

import re

import pytest

from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.app.desk.test_look import a_logo

PAGE = "/desk/harbour/sponsors"


def logo(colour: tuple[int, int, int, int] = (14, 84, 104, 255)) -> dict[str, tuple[str, bytes]]:
    return {"logo": ("logo.png", a_logo(colour))}


async def names(desk: Desk) -> list[str]:
    async with desk.organiser() as kim:
        return re.findall(r"<b><bdi>([^<]+)</bdi></b>", (await kim.get(PAGE)).text)


async def test_sponsors_are_added_put_in_order_changed_and_removed_and_their_logos_can_be_seen(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for n, name in enumerate(("Harbour Authority", "Ferry Line", "Net Loft")):
            answer = await kim.post(PAGE, data={"name": name}, files=logo((n * 100, 84, 104, 255)))
            assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        page = (await kim.get(PAGE)).text
        pictures = re.findall(r'src="(/media-files/[^"]+)"', page)
        assert len(set(pictures)) == 3
        async with desk.running.visitor() as visitor:
            assert {(await visitor.get(one)).status_code for one in pictures} == {200}
        ids = re.findall(r'id="sponsor-(\d+)"', page)
        await kim.post(f"{PAGE}/{ids[2]}/move", data={"way": "up"})
        await kim.post(f"{PAGE}/{ids[0]}/move", data={"way": "up"})
        assert await names(desk) == ["Harbour Authority", "Net Loft", "Ferry Line"]
        kept = await kim.post(f"{PAGE}/{ids[2]}", data={"name": "The Net Loft"}, files={"logo": ("", b"")})
        assert kept.status_code == 303
        assert pictures[2] in (await kim.get(PAGE)).text, "without a file the logo stays"
        await kim.post(f"{PAGE}/{ids[2]}", data={"name": "The Net Loft"}, files=logo((20, 200, 104, 255)))
        assert pictures[2] not in (await kim.get(PAGE)).text
        assert (await kim.post(f"{PAGE}/{ids[0]}/remove")).status_code == 303
        gone = [await kim.post(f"{PAGE}/{ids[0]}{act}", data={"name": "x"}) for act in ("", "/move", "/remove")]
        assert {one.status_code for one in gone} == {404} and "not here any more" in gone[0].text
    assert await names(desk) == ["The Net Loft", "Ferry Line"]


@pytest.mark.parametrize(
    ("name", "file", "sentence"),
    [("", a_logo(), "Write the sponsor"), ("x" * 101, a_logo(), "100 letters at most"),
     ("Ferry Line", b"", "Choose the file of the logo first."),
     ("Ferry Line", b"<svg/>", "cannot be opened as a picture")],
)  # fmt: skip
async def test_what_makes_no_sense_is_told_and_the_name_stays_in_its_field(
    desk: Desk, name: str, file: bytes, sentence: str
) -> None:
    async with desk.organiser() as kim:
        answer = await kim.post(PAGE, data={"name": name}, files={"logo": ("logo.png", file)})
        told = answer.text.replace("&#39;", "'")
        assert (answer.status_code, sentence in told, f'value="{name}"' in told) == (400, True, True)
        assert "No sponsor" not in told and await names(desk) == []


async def test_only_organisers_have_a_page_of_sponsors(desk: Desk) -> None:
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert (await moderator.get(PAGE)).status_code == 403
        assert (await moderator.post(PAGE, data={"name": "x"})).status_code == 403
