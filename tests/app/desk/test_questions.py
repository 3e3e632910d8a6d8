"""The desk's page of questions: put one up, say that it is answered, take that back; with a script and without."""

from __future__ import annotations

import re
from html import unescape

import httpx
import orjson
import pytest

from app.models import Event, Policy, Post, Verdict
from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.display.asking import ask_in_hall, decide, hall_talk

PAGE = "/desk/harbour/questions"


async def opened(desk: Desk, role: Role = Role.MODERATOR) -> httpx.AsyncClient:
    return desk.running.visitor(await desk.running.sign_in(role, desk.event))


async def asked(desk: Desk, text: str = "Who sweeps the harbour?", name: str = "Inka Peters", **more: object) -> Post:
    """And shown by a person."""
    post = await ask_in_hall(desk.running, desk.event, text, name, **more)  # type: ignore[arg-type]
    await decide(desk.running, desk.event, post, Verdict.APPROVE)
    return post


async def standing(desk: Desk, post: Post) -> str:
    async with desk.running.database.reading() as db:
        now = await db.get_one(Post, post.id)
    return "answered" if now.answered_at else "now" if now.answering_at else "asked"


def offered(page: str, post: Post) -> dict[str, str]:
    """The hidden fields of this question's form."""
    form = re.search(rf'<section class="step asked call" id="q{post.id}"[\s\S]*?</form>', page)
    assert form is not None, "it is not on the page"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


async def test_a_moderator_puts_a_question_up_ends_it_and_takes_that_back(desk: Desk) -> None:
    one = await asked(desk)
    async with await opened(desk) as kim:
        for act, became, told in (
            ("now", "now", "The walls say that it is being answered."),
            ("answered", "answered", "It has been answered."),
            ("back", "asked", "It waits again, with the votes it had."),
        ):
            page = (await kim.get(PAGE)).text
            done = await kim.post(PAGE, data=offered(page, one) | {"act": act})
            assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?done={act}")
            assert await standing(desk, one) == became
            assert told in unescape((await kim.get(done.headers["location"])).text)


async def test_a_script_does_the_same_and_hears_how_all_stand(desk: Desk) -> None:
    one, two = await asked(desk, "One?", "A A"), await asked(desk, "Two?", "B B")
    async with await opened(desk) as kim:
        for post in (one, two):
            data = {"post": post.id, "act": "now", "version": post.version}
            done = await kim.post(PAGE, data=data, headers={"accept": "application/json"})
            assert done.json() == {"done": "The walls say that it is being answered."}
        told = orjson.loads((await kim.get(f"{PAGE}.json")).content)
    assert [view["id"] for view in told["now"]] == [two.id] and [view["id"] for view in told["answered"]] == [one.id]
    assert told["versions"] == {str(one.id): one.version}
    assert told["waiting"] == "" and "votes" not in told and "mine" not in told


async def test_no_number_of_votes_is_told_at_the_desk_either(desk: Desk) -> None:
    one = await asked(desk)
    async with await opened(desk) as kim:
        before = ((await kim.get(PAGE)).text, (await kim.get(f"{PAGE}.json")).text)
        for n in range(7):
            async with desk.running.visitor() as phone:
                sent = await phone.post(f"/harbour/questions/{one.id}/vote", headers={"user-agent": f"Phone {n}"})
                assert sent.status_code == 303
        assert ((await kim.get(PAGE)).text, (await kim.get(f"{PAGE}.json")).text) == before


async def test_other_words_than_were_read_are_refused_and_the_page_shows_the_new_ones(desk: Desk) -> None:
    one = await asked(desk)
    async with await opened(desk) as kim:
        stale = {"post": one.id, "act": "now", "version": "before"}
        page = await kim.post(PAGE, data=stale)
        assert page.status_code == 409 and "changed this question" in page.text and "Who sweeps" in page.text
        refused = await kim.post(PAGE, data=stale, headers={"accept": "application/json"})
        assert refused.status_code == 409 and "changed this question" in refused.json()["error"]
    assert await standing(desk, one) == "asked"


async def test_what_is_no_question_not_here_or_no_act_is_said_so(desk: Desk) -> None:
    one = await asked(desk)
    async with await opened(desk) as kim:
        for data, status in (
            ({"post": one.id, "act": "rank"}, 400),
            ({"post": 99_999, "act": "now"}, 404),
            ({"post": 99_999, "act": "answered"}, 404),
        ):
            answer = await kim.post(PAGE, data=data)
            assert answer.status_code == status and 'role="alert"' in answer.text
        assert (await kim.get(f"{PAGE}?session=99")).status_code == 404


async def test_each_talk_has_its_own_and_the_queue_is_named_where_questions_wait_in_it(desk: Desk) -> None:
    talk = await hall_talk(desk.running, desk.event, room="Hall", speakers=["Sari Lindqvist"])
    here = await asked(desk, "Here?", session=talk)
    there = await asked(desk, "There?", "B B", session=await hall_talk(desk.running, desk.event, "Ferries"))
    await ask_in_hall(desk.running, desk.event, "Not shown yet?", "C C")
    async with await opened(desk) as kim:
        page = unescape((await kim.get(f"{PAGE}?session={talk.id}")).text)
        assert "Sari Lindqvist · Hall, until 09:30" in page and "One question waits in the queue." in page
        assert f'id="q{here.id}"' in page and f'id="q{there.id}"' not in page and "Not shown yet?" not in page
        done = await kim.post(PAGE, data=offered(page, here) | {"act": "now"})
        assert done.headers["location"] == f"{PAGE}?session={talk.id}&done=now"


async def test_what_a_rule_let_pass_is_read_by_whoever_puts_it_up(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        (await db.get_one(Event, desk.event.id)).policy = Policy.OPEN
    one = await ask_in_hall(desk.running, desk.event)
    async with await opened(desk) as kim:
        page = (await kim.get(PAGE)).text
        assert (await kim.post(PAGE, data=offered(page, one) | {"act": "now"})).status_code == 303
    async with desk.running.database.reading() as db:
        assert (await db.get_one(Post, one.id)).decided_by is not None


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ORGANISER, 200), (Role.MODERATOR, 200), (Role.REPORTER, 403), (Role.SCREEN, 403)]
)
async def test_moderators_run_the_questions_and_nobody_below_them(desk: Desk, role: Role, status: int) -> None:
    one = await asked(desk)
    async with await opened(desk, role) as somebody:
        answers = [(await somebody.get(path)).status_code for path in (PAGE, f"{PAGE}.json")]
        sent = await somebody.post(PAGE, data={"post": one.id, "act": "now"})
    assert answers == [status] * 2 and sent.status_code == (303 if status == 200 else 403)
    assert await standing(desk, one) == ("now" if status == 200 else "asked")
