"""The list of the house's pages: every page in it answers, and nobody is led to a door that is shut to them."""

from __future__ import annotations

import re

import pytest

from app.models.account import Role
from tests.app.desk.conftest import Desk

FROM = {
    Role.ORGANISER: "/desk/harbour/settings",
    Role.MODERATOR: "/desk/harbour/asked",
    Role.REPORTER: "/desk/harbour/voices",
}
LEADS = {Role.ORGANISER: 16, Role.MODERATOR: 6, Role.REPORTER: 2}


@pytest.mark.parametrize("role", FROM)
async def test_every_page_of_the_list_answers_whoever_is_shown_it(desk: Desk, role: Role) -> None:
    async with desk.running.visitor(await desk.running.sign_in(role, desk.event)) as somebody:
        page = (await somebody.get(FROM[role])).text
        lists = re.findall(r'<nav class="rooms" data-\w+.*?</nav>', page, re.S)
        assert len(lists) == 2  # one for a phone, one beside the page; never both are drawn
        narrow, wide = (re.findall(r'href="([^"#?]+)', one) for one in lists)
        assert narrow == wide and len(wide) >= LEADS[role]
        answers = {address: (await somebody.get(address)).status_code for address in dict.fromkeys(wide)}
    assert set(answers.values()) == {200}, answers


async def test_the_page_one_is_on_is_marked(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for page, word in (
            ("settings", "Settings"),
            ("settings/look", "Look"),
            ("sources", "Sources"),
            ("cards", "Cards"),
        ):
            marked = re.findall(r'aria-current="page">([^<]+)</a>', (await kim.get(f"/desk/harbour/{page}")).text)
            assert word in marked, page


async def test_the_freeze_page_does_not_lead_to_itself(desk: Desk) -> None:
    async with desk.organiser() as kim:
        elsewhere, there = [(await kim.get(f"/desk/harbour/{page}")).text for page in ("settings", "freeze")]
    assert 'id="freeze-now"' in elsewhere and 'id="freeze-now"' not in there
    assert "freeze-key.js" not in there, "a key that looks for the link it lacks"
