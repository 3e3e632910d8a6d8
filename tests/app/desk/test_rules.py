"""The page of rules: each part a form without a script, live from the next post on, showing nothing that waits."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain import moderation
from app.models import AuditLine, Event, Policy, Post, Verdict
from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.app.rules.test_standing import ADA, UP, take
from tests.conftest import NOW
from tests.factories import a_post

PAGE = "/desk/harbour/rules"
PARTS = ("policy", "trust", "holds", "pictures")


async def stored(desk: Desk) -> Event:
    async with desk.running.database.reading() as db:
        return await db.get_one(Event, desk.event.id)


async def change(desk: Desk, **fields: Any) -> None:
    async with desk.running.database.transaction() as db:
        event = await db.get_one(Event, desk.event.id)
        for name, value in fields.items():
            setattr(event, name, value)


def fields(page: str, part: str) -> dict[str, str]:
    """A part's form as a browser would send it: of boxes and choices only what is chosen."""
    form = page[page.index(f'id="{part}"') :]
    form = form[: form.index("</form>")]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and value and (" checked" in tag or not re.search("checkbox|radio", tag)):
            found[name[1]] = unescape(value[1])
    return found


async def opened(visitor: httpx.AsyncClient, part: str) -> dict[str, str]:
    return fields((await visitor.get(PAGE)).text, part)


async def send(visitor: httpx.AsyncClient, part: str, typed: dict[str, str], **changed: str) -> tuple[int, str]:
    answer = await visitor.post(f"{PAGE}/{part}", data=typed | changed)
    return answer.status_code, unescape(answer.text)


async def test_only_organisers_change_the_rules(desk: Desk) -> None:
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert (await moderator.get(PAGE)).status_code == 403
        assert (await moderator.post(f"{PAGE}/policy", data={"policy": "open"})).status_code == 403
    assert (await stored(desk)).policy is Policy.REVIEW


async def test_a_part_that_is_sent_as_it_was_opened_changes_nothing(desk: Desk) -> None:
    before = await stored(desk)
    async with desk.organiser() as kim:
        for part in PARTS:
            status, page = await send(kim, part, await opened(kim, part))
            assert status == 200 and "Saved." in page, part
        assert (await kim.post(f"{PAGE}/nonsense", data={"policy": "open"})).status_code == 404
    after = await stored(desk)
    assert (after.policy, after.rules, after.seq) == (before.policy, {}, before.seq)


async def test_what_is_chosen_is_kept_told_and_noted(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert (await send(kim, "policy", await opened(kim, "policy"), policy="trusted"))[0] == 200
        trust = await opened(kim, "trust")
        del trust["passes-approved"]  # its tick is taken away
        assert (await send(kim, "trust", trust, **{"passes-card": "on"}))[0] == 200
        holds = {"author_most": "5", "author_minutes": "3", "age_days": "7", "warnings": "on"}
        assert (await send(kim, "holds", await opened(kim, "holds"), **holds))[0] == 200
        assert (await send(kim, "pictures", await opened(kim, "pictures"), pictures="new"))[0] == 200
        again = await opened(kim, "holds")
    event = await stored(desk)
    assert event.policy is Policy.TRUSTED
    assert event.rules == {
        "passes": ["listed", "card"], "author_most": 5, "author_minutes": 3, "age_days": 7, "warnings": True,
        "pictures": "new",
    }  # fmt: skip
    assert (again["author_most"], again["domain_most"], again["warnings"]) == (
        "5",
        "",
        "on",
    ) and "only_marks" not in again
    async with desk.running.database.reading() as db:
        noted = (await db.scalars(select(AuditLine).where(AuditLine.act == "rules").order_by(AuditLine.id))).all()
    assert [line.detail["policy"] for line in noted] == ["trusted"] * 4 and noted[0].detail["was_policy"] == "review"
    assert noted[-1].detail["rules"] == event.rules and all(line.account_id for line in noted)


WRONG = [
    ("policy", {"policy": "anything"}, "Choose when a post is shown.", "policy"),
    ("policy", {"delay_seconds": "2"}, "from 3 to 3600", "delay_seconds"),
    ("policy", {"delay_seconds": "a while"}, "from 3 to 3600", "delay_seconds"),
    ("holds", {"author_most": "1001"}, "from 0 to 1000", "author_most"),
    ("holds", {"author_minutes": ""}, "from 1 to 1440", "author_minutes"),
    ("holds", {"domain_most": "-1"}, "from 0 to 1000", "domain_most"),
    ("holds", {"age_days": "٣"}, "from 0 to 3650", "age_days"),
    ("holds", {"age_days": "9" * 5_000}, "from 0 to 3650", "age_days"),
    ("pictures", {"pictures": "some"}, "Choose what is done with pictures.", "pictures"),
]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for part, typed, sentence, field in WRONG:
            other = {"holds": {"warnings": "on", "domain_minutes": "77"}}.get(part, {})
            status, page = await send(kim, part, await opened(kim, part), **(other | typed))
            assert status == 400 and sentence in page and f'id="{field}-wrong"' in page, typed
            kept = fields(page, part)
            assert all(kept[name] == value for name, value in other.items())
            assert kept.get(field, typed[field]) == typed[field]
    assert (await stored(desk)).rules == {}


async def test_two_organisers_do_not_overwrite_each_other_unseen(desk: Desk) -> None:
    async with desk.organiser() as kim, desk.organiser() as ada:
        kims, adas = await opened(kim, "policy"), await opened(ada, "policy")
        assert (await send(kim, "policy", kims, policy="trusted"))[0] == 200
        status, page = await send(ada, "policy", adas, policy="open")
        assert status == 409 and "Somebody else wrote something else here meanwhile" in page
        assert (await stored(desk)).policy is Policy.TRUSTED
        assert (await send(ada, "policy", fields(page, "policy"), policy="open"))[0] == 200  # seen, and meant
    assert (await stored(desk)).policy is Policy.OPEN


async def waiting_with_a_clock(desk: Desk, seconds: int = 60) -> Post:
    await change(desk, policy=Policy.DELAY, delay_seconds=seconds)
    await desk.add(upstream=UP)
    await take(desk.running.database, a_post("Hello #HarbourTalks", ADA))
    return await only(desk)


async def only(desk: Desk) -> Post:
    async with desk.running.database.reading() as db:
        return (await db.scalars(select(Post).where(Post.event_id == desk.event.id))).one()


async def release(desk: Desk, after: timedelta) -> None:
    async with desk.running.database.transaction() as db:
        await moderation.release_due(db, desk.event.id, NOW + after)


@pytest.mark.parametrize("policy", ["review", "trusted"])
async def test_what_would_have_shown_itself_waits_once_people_read_first(desk: Desk, policy: str) -> None:
    post = await waiting_with_a_clock(desk)
    assert post.due_at is not None
    before = (await stored(desk)).seq
    async with desk.organiser() as kim:
        status, page = await send(kim, "policy", await opened(kim, "policy"), policy=policy)
    assert status == 200 and "It waits for a person instead." in page
    await release(desk, timedelta(hours=1))
    post = await only(desk)
    assert (post.verdict, post.due_at, post.why) == (
        Verdict.WAITING, None, "review" if policy == "review" else "untrusted",
    )  # fmt: skip
    assert (await stored(desk)).seq == before + 2  # the event, and the post for open desks


@pytest.mark.parametrize("policy", ["open", "trusted", "delay"])
async def test_loosening_shows_nothing_that_waits(desk: Desk, policy: str) -> None:
    await desk.add(upstream=UP)
    await take(desk.running.database, a_post("Hello #HarbourTalks", ADA))
    async with desk.organiser() as kim:
        assert "1 post waits now." in (await kim.get(PAGE)).text
        assert (await send(kim, "policy", await opened(kim, "policy"), policy=policy))[0] == 200
    await release(desk, timedelta(days=1))
    assert (await only(desk)).verdict is Verdict.WAITING


async def test_a_longer_wait_is_for_what_waits_too_and_a_shorter_one_hurries_nothing(desk: Desk) -> None:
    due = (await waiting_with_a_clock(desk, 60)).due_at
    assert due is not None
    async with desk.organiser() as kim:
        _, page = await send(kim, "policy", await opened(kim, "policy"), delay_seconds="300")
        assert "1 post that waits shows itself later" in page
        assert (await only(desk)).due_at == due + timedelta(seconds=240)
        assert (await send(kim, "policy", await opened(kim, "policy"), delay_seconds="5"))[0] == 200
    assert (await only(desk)).due_at == due + timedelta(seconds=240)


async def test_the_page_says_when_the_desk_is_on_its_guard(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert "on its guard" not in (await kim.get(PAGE)).text
        await change(desk, raid={"mode": "review_all", "at": "", "by": "Kim"})
        assert "on its guard" in (await kim.get(PAGE)).text


async def test_nothing_is_set_any_more_once_all_is_erased(desk: Desk) -> None:
    await change(desk, erased_at=NOW)
    async with desk.organiser() as kim:
        status, page = await send(kim, "policy", await opened(kim, "policy"), policy="open")
    assert status == 409 and "has been erased" in page
