"""/desk/{event}/raid: for a phone without a script, and for the desk's script."""

from __future__ import annotations

import re

import httpx
import pytest

from app.domain import accounts
from app.domain.raids import guard
from app.models import Event, Membership
from app.models.account import Role
from tests.app.at_home import OURS, House, at_home
from tests.app.said import an_author, say
from tests.factories import make_account

__all__ = ["at_home"]
HERE = {"origin": OURS}
LONG = "Free coins for the first hundred visitors, claim yours before midnight"


async def fresh(house: House) -> Event:
    async with house.database.reading() as db:
        return await db.get_one(Event, house.event.id)


async def page(house: House, kim: httpx.AsyncClient, query: str = "") -> str:
    answer = await kim.get(f"/desk/{house.event.slug}/raid{query}")
    assert answer.status_code == 200
    return answer.text


async def test_a_phone_without_a_script_guards_an_event_tells_of_the_spare_tag_and_ends_it(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        (await db.get_one(Event, at_home.event.id)).spare_tag = "PlanB"
    address = f"/desk/{at_home.event.slug}/raid"
    async with await at_home.organiser(headers=HERE) as kim:
        first = await page(at_home, kim)
        assert "All is quiet" in first and "go on at #PlanB" in first and "<script" not in first.partition("<main")[2]
        answer = await kim.post(address, data={"mode": "trusted_only", "asks": "1", "spare": "yes"})
        assert answer.status_code == 303
        event = await fresh(at_home)
        assert guard.mode(event) is guard.Mode.TRUSTED_ONLY and guard.spare(event) == "#PlanB"
        told = await page(at_home, kim)
        assert "Only those who are trusted are shown" in told and "It is over" in told and "checked" in told
        await kim.post(address, data={"mode": "spare", "asks": "1"})
        assert guard.spare(await fresh(at_home)) is None and guard.mode(await fresh(at_home))
        assert (await kim.post(address, data={"mode": "off"})).status_code == 303
    assert guard.mode(await fresh(at_home)) is None


async def test_the_desk_s_script_is_answered_with_the_event(at_home: House) -> None:
    address = f"/desk/{at_home.event.slug}/raid"
    async with await at_home.organiser(headers=HERE) as kim:
        answer = await kim.post(address, json={"mode": "freeze"})
        told = answer.json()["event"]
        assert (told["frozen"], told["raid"]["mode"], told["raid"]["by"]) == (True, "freeze", at_home.kim.name)
        assert (await kim.post(address, json={"mode": "off"})).json()["event"]["raid"] is None
        assert (await kim.post(address, json={"mode": "dismiss"})).json()["event"]["raid_proposal"] is None
        for wrong in (
            {"mode": "panic"},
            {"mode": 7},
            {},
            {"mode": "freeze", "spare": "perhaps so"},
            {"mode": "off", "x": 1},
        ):
            answer = await kim.post(address, json=wrong)
            assert answer.status_code == 400 and answer.json()["error"], wrong
        no_tag = await kim.post(address, json={"mode": "freeze", "spare": True})
        assert no_tag.status_code == 400 and "no spare tag" in no_tag.json()["error"]
    assert guard.mode(await fresh(at_home)) is None


async def test_a_button_that_nobody_drew_is_answered_with_one_sentence(at_home: House) -> None:
    async with await at_home.organiser(headers=HERE) as kim:
        here = f"/desk/{at_home.event.slug}/raid"
        for address, data in (
            (here, {"mode": "panic"}),
            (f"{here}/heap", {"act": "burn"}),
            (f"{here}/heap", {"act": "hide", "posts": "1;2"}),
        ):
            answer = await kim.post(address, data=data)
            assert answer.status_code == 400 and 'role="alert"' in answer.text
        answer = await kim.post(f"{here}/hold-back")
        assert answer.status_code == 409 and "not guarded any more" in answer.text


async def test_a_proposal_is_told_in_plain_words_and_can_be_answered_with_no(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        (await db.get_one(Event, at_home.event.id)).raid_proposal = {
            "at": at_home.clock().isoformat(), "authors": 40, "authors_new": 39, "rate": 61, "usual": 2, "alike": 50,
            "reasons": ["rate", "alike", "new", "domains", "young", "words", "something newer"],
        }  # fmt: skip
    async with await at_home.organiser(headers=HERE) as kim:
        told = await page(at_home, kim)
        assert "This looks like a raid" in told and "61 posts a minute" in told and "39 of 40 people" in told
        assert "Beiträge der letzten zwei Minuten" in await page(at_home, kim, "?lang=de")
        await kim.post(f"/desk/{at_home.event.slug}/raid", data={"mode": "dismiss"})
        assert "This looks like a raid" not in await page(at_home, kim, "?lang=en")
    assert guard.is_quiet(await fresh(at_home), at_home.clock())


async def test_a_heap_goes_with_one_button_and_comes_back_with_another(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        event = await db.get_one(Event, at_home.event.id)
        posts = [await say(db, event, LONG, await an_author(db), at_home.clock(), verdict="waiting") for _ in range(4)]
        for post in posts:
            post.cluster_id = posts[0].id
    async with await at_home.organiser(headers=HERE) as kim:
        told = await page(at_home, kim)
        assert "4 times nearly the same" in told and "by 4 people" in told
        found = re.search(r'name="clusters" value="([\d,]*)"><input type="hidden" name="posts" value="([\d,]*)"', told)
        assert found
        answer = await kim.post(
            f"/desk/{at_home.event.slug}/raid/heap", data={"clusters": found[1], "posts": found[2], "act": "hide"}
        )
        told = (await kim.get(answer.headers["location"])).text
        assert "They are hidden." in told and "times nearly the same" not in told
        bulk = re.search(r'name="bulk" value="(\w+)"', told)
        assert bulk
        await kim.post(f"/desk/{at_home.event.slug}/raid/undo", data={"bulk": bulk[1]})
        assert "4 times nearly the same" in await page(at_home, kim)


async def test_the_role_of_a_moderator_is_enough_and_a_reporter_s_is_not(at_home: House) -> None:
    for role, status in ((Role.MODERATOR, 200), (Role.REPORTER, 403)):
        async with at_home.database.transaction() as db:
            who = await make_account(db)
            db.add(Membership(account_id=who.id, event_id=at_home.event.id, role=role))
            token = await accounts.sign_in(db, who, "a test", at_home.clock())
        async with at_home.visitor(cookies={"strand": token}, headers=HERE) as visitor:
            assert (await visitor.get(f"/desk/{at_home.event.slug}/raid")).status_code == status
            answer = await visitor.post(f"/desk/{at_home.event.slug}/raid", json={"mode": "off"})
            assert answer.status_code == status


@pytest.mark.parametrize("path", ["", "/say", "/wall", "/card"])
async def test_every_page_of_an_event_says_where_to_go_on_once_it_is_announced(at_home: House, path: str) -> None:
    async with at_home.database.transaction() as db:
        (await db.get_one(Event, at_home.event.id)).spare_tag = "PlanB"
    address = f"/{at_home.event.slug}{path}"
    async with await at_home.organiser(headers=HERE) as kim, at_home.visitor() as anybody:
        before = (await anybody.get(address)).text
        assert "<bdi>#PlanB</bdi></p>" not in before.partition('data-shows="spare"')[2].partition("</p>")[0] + "</p>"
        await kim.post(f"/desk/{at_home.event.slug}/raid", json={"mode": "review_all", "spare": True})
        after = (await anybody.get(address)).text
        assert "We go on with <bdi>#PlanB</bdi>" in after
        await kim.post(f"/desk/{at_home.event.slug}/raid", json={"mode": "off", "spare": False})
        assert "We go on with <bdi>#PlanB</bdi>" not in (await anybody.get(address)).text
