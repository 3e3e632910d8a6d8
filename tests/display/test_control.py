"""Authors in control, as a browser without a script meets it: report, remove, "this is me", own data, the desk."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app import secrets
from app.domain import intake
from app.domain.control import claims
from app.domain.events import create_event
from app.domain.posts import saying
from app.domain.posts.saying import Words
from app.models import Claim, Event, Policy, Post, Removal, Report, Verdict
from app.models.account import Role
from ingest.types import Batch, IncomingPost
from tests.conftest import NOW
from tests.display.phone import Phone
from tests.factories import a_post, an_author, make_source
from tests.server import Running, serving

CANARY = "canary-under-control"
UP = "mastodon:https://kueste.example"
POST = a_post(f"{CANARY} #HarbourTalks", key="77", url="https://kueste.example/@inka/77")
PAGES = ("/harbour", "/harbour/posts/1", "/harbour/feed.atom", "/harbour/people", "/harbour/posts/1/report")


@dataclass
class House:
    running: Running
    event: Event

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        return self.running.visitor(headers=headers, follow_redirects=True)

    async def moderator(self) -> httpx.AsyncClient:
        token = await self.running.sign_in(Role.MODERATOR, self.event)
        return self.running.visitor(token, follow_redirects=True)

    async def receive(self, *posts: IncomingPost) -> None:
        async with self.running.database.transaction() as db:
            await intake.receive(db, Batch(UP, posts), NOW)

    async def all(self, table: Any) -> list[Any]:
        async with self.running.database.reading() as db:
            return list(await db.scalars(select(table).order_by(table.id)))

    async def said(self, text: str) -> str:
        """Somebody uses the form; gives their receipt."""
        receipt = secrets.new_token()
        async with self.running.database.transaction() as db:
            await saying.say(db, self.event, f"t{text[:9]}", receipt, "a", Words(text, "Grete", consent=True), NOW)
        return receipt


@pytest.fixture
async def house(store_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(store_url, tmp_path) as running:
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, policy=Policy.OPEN)
            await make_source(db, event, UP)
        house = House(running, event)
        await house.receive(POST)
        yield house


def told(answer: httpx.Response) -> str:
    """The one sentence that says what was done, or what is wrong."""
    said = re.findall(r'<p class="(?:state|notice)"[^>]*role="(?:status|alert)">([^<]+)<', answer.text)
    assert len(said) == 1, answer.text
    return html.unescape(said[0])


async def leaks(house: House) -> list[str]:
    """Where the words still stand, for everybody."""
    found = []
    async with house.visitor() as visitor:
        for path in PAGES:
            if CANARY in (await visitor.get(path)).text:
                found.append(path)
    return found


async def test_a_report_is_sent_without_an_account_and_a_browser_reports_once(house: House) -> None:
    async with house.visitor() as visitor:
        form = await visitor.get("/harbour/posts/1/report")
        assert CANARY in form.text and 'value="attack"' in form.text
        for _ in range(3):
            answer = await visitor.post("/harbour/posts/1/report", data={"reason": "attack", "words": "He is <mean>"})
            assert (answer.status_code, told(answer)) == (200, "Thank you. The moderators will look at it.")
    (report,) = await house.all(Report)
    assert (report.reason, report.words) == ("attack", "He is <mean>")
    assert "127.0.0.1" not in report.browser and re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{16}", report.browser)


async def test_a_report_with_something_wrong_loses_nothing_that_was_typed(house: House) -> None:
    async with house.visitor() as visitor:
        for reason, words in (("", "mine"), ("because", "mine"), ("spam", "mine" * 200)):
            answer = await visitor.post("/harbour/posts/1/report", data={"reason": reason, "words": words})
            assert answer.status_code == 400 and f">{words}</textarea>" in answer.text and told(answer)
        assert 'value="spam" required checked' in answer.text
        for path in ("/harbour/posts/9/report", "/harbour/posts/99999999999/report", "/nowhere/posts/1/report"):
            assert (await visitor.get(path)).status_code == 404
            assert (await visitor.post(path, data={"reason": "spam"})).status_code == 404
        for _ in range(11):
            answer = await visitor.post("/harbour/posts/1/report", data={"reason": "spam", "words": "mine"})
        assert answer.status_code == 429 and ">mine</textarea>" in answer.text and answer.headers["retry-after"]


async def test_reports_of_three_browsers_put_an_unread_post_before_a_person(house: House) -> None:
    """Hall: phones of one model behind one address are as many browsers, once the venue's network is named."""
    await venue(house, ["127.0.0.0/8"])
    for _ in range(3):
        assert await leaks(house)
        await one_report(house)
    assert await leaks(house) == []


async def venue(house: House, networks: list[str]) -> None:
    async with house.running.database.transaction() as db:
        (await db.get_one(Event, house.event.id)).venue_addresses = networks


async def one_report(house: House, posted: str = "") -> None:
    """By somebody's new phone; `posted`: what it said in the form before."""
    async with house.visitor() as visitor:
        if posted:
            phone = Phone(visitor, "/harbour/say")
            assert (await phone.say(posted)).status_code == 200
        answer = await visitor.post("/harbour/posts/1/report", data={"reason": "attack"} | await nonce(visitor))
        assert answer.status_code == 200 and "strand-me" in visitor.cookies
        again = await visitor.post("/harbour/posts/1/report", data={"reason": "attack"})
        assert again.status_code in (200, 404)  # the same report, by the cookie; or enough had reported it


async def nonce(visitor: httpx.AsyncClient, path: str = "/harbour/posts/1/report") -> dict[str, str]:
    return {"nonce": re.findall(r'name="nonce" value="([^"]+)"', (await visitor.get(path)).text)[0]}


async def test_a_flood_of_reports_from_one_machine_that_throws_its_cookies_away_holds_nothing(house: House) -> None:
    for _ in range(12):
        await one_report(house)
    assert len(await house.all(Report)) == 12 and await leaks(house)
    await one_report(house, posted="I have been here before")
    assert await leaks(house) == []


async def test_a_hall_of_equal_phones_behind_one_address_is_refused_nowhere_and_a_flood_is(house: House) -> None:
    for n in range(30):
        async with house.visitor() as visitor:
            begun_ = await visitor.post("/harbour/me", data=await nonce(visitor, "/harbour/me"))
            assert begun_.status_code == 200 and "/harbour/me/" in str(begun_.url)
            what = {"what": f"@nobody{n}@kueste.example", **await nonce(visitor, "/harbour/remove")}
            assert (await visitor.post("/harbour/remove", data=what)).status_code == 200
    async with house.visitor() as visitor:
        codes = [(await visitor.post("/harbour/me")).status_code for _ in range(6)]
    assert codes == [200] * 4 + [429] * 2
    codes = []
    for _ in range(100):
        async with house.visitor() as visitor:
            codes.append((await visitor.post("/harbour/me", data=await nonce(visitor, "/harbour/me"))).status_code)
    assert codes.count(429) > 30


async def test_removals_by_one_laptop_wait_after_a_few_and_the_desk_brings_all_back(house: House) -> None:
    voices = [an_author(f"v{n}") for n in range(6)]
    await house.receive(*(a_post(f"{n} #HarbourTalks", one, f"v{n}") for n, one in enumerate(voices)))
    said = []
    for n in range(6):
        async with house.visitor() as visitor:
            what = {"what": f"@v{n}@kueste.example", **await nonce(visitor, "/harbour/remove")}
            said.append(told(await visitor.post("/harbour/remove", data=what)))
    assert all("out of sight here" in one for one in said[:3])
    assert set(said[3:]) == {
        "Many asked just now: somebody looks at it first. Prove that it is yours, and it goes at once."
    }
    async with await house.moderator() as moderator:
        page = (await moderator.get("/desk/harbour/asked")).text
        assert "Nothing is out of sight yet" in page
        newest = re.findall(r'name="newest" value="(\d+)"', page)[0]
        assert (await moderator.get("/harbour")).text.count("<article") == 4
        back = await moderator.post("/desk/harbour/asked/burst", data={"newest": newest})
        assert told(back) == "All of them are back where they were."
        assert (await moderator.get("/harbour")).text.count("<article") == 7
        assert (await moderator.post("/desk/harbour/asked/burst", data={"newest": newest})).status_code == 409
    async with house.visitor() as visitor:
        assert (await visitor.post("/desk/harbour/asked/burst", data={"newest": newest})).status_code == 401


async def test_an_address_that_is_too_long_is_told_so_and_not_cut(house: House) -> None:
    async with house.visitor() as visitor:
        path, _ = await begun(visitor)
        long = "https://kim.example/" + "x" * 1_000
        answer = await visitor.post(path, data={"address": long})
        assert answer.status_code == 400 and told(answer).startswith("That is too long for an address.")
        assert long in answer.text and 'maxlength="1000"' not in answer.text
    assert await house.all(Claim) == []


async def test_a_removal_hides_at_once_everywhere_and_says_so(house: House) -> None:
    assert len(await leaks(house)) == len(PAGES)
    async with house.visitor() as visitor:
        assert 'value="http' in (await visitor.get("/harbour/remove?post=1")).text
        answer = await visitor.post("/harbour/remove", data={"what": POST.url or "", "words": "Not mine to keep"})
    assert told(answer).startswith("It is out of sight, everywhere here.")
    assert 'href="/harbour/me"' in answer.text and CANARY not in answer.text
    assert await leaks(house) == []


async def test_a_removal_with_something_wrong_loses_nothing_that_was_typed(house: House) -> None:
    async with house.visitor() as visitor:
        for what, words in (("", "mine"), ("hello", "mine"), (POST.uri, "mine" * 200), ("x" * 3_000, "")):
            answer = await visitor.post("/harbour/remove", data={"what": what, "words": words})
            assert answer.status_code == 400 and told(answer) and words in answer.text
        receipt = f"{house.running.base}/harbour/say/nobodys"
        assert (await visitor.post("/harbour/remove", data={"what": receipt})).status_code == 400
        nothing = await visitor.post("/harbour/remove", data={"what": "@nobody@kueste.example"})
        assert told(nothing) == "Nothing from this account is here."
        for _ in range(7):
            answer = await visitor.post("/harbour/remove", data={"what": "@kim@kueste.example", "words": "mine"})
        assert answer.status_code == 429 and "@kim@kueste.example" in answer.text and ">mine</textarea>" in answer.text
    assert await leaks(house)


async def test_a_receipt_s_address_removes_its_post_for_good(house: House) -> None:
    receipt = await house.said(f"{CANARY} from the form")
    async with house.visitor() as visitor:
        for _ in range(2):
            answer = await visitor.post(
                "/harbour/remove", data={"what": f" {house.running.base}/harbour/say/{receipt}"}
            )
    assert told(answer) == "It is gone already."
    post = (await house.all(Post))[-1]
    assert (post.text, post.gone_at is not None) == ("", True)
    assert [r.proved for r in await house.all(Removal)] == [True]


async def test_the_desk_brings_back_or_removes_for_good(house: House) -> None:
    await house.receive(a_post("Second #HarbourTalks", an_author("Jonas"), "2"))
    async with house.visitor() as visitor:
        await visitor.post("/harbour/remove", data={"what": POST.uri, "words": "She asked me to"})
        await visitor.post("/harbour/remove", data={"what": "@jonas@kueste.example"})
    async with await house.moderator() as moderator:
        assert '<b class="num">2</b>' in (await moderator.get("/desk/harbour")).text
        page = (await moderator.get("/desk/harbour/asked")).text
        assert CANARY in page and "She asked me to" in page
        back = await moderator.post("/desk/harbour/asked/removal", data={"removal": "1", "act": "back"})
        assert told(back) == "It is back where it was."
        gone = await moderator.post("/desk/harbour/asked/removal", data={"removal": "2", "act": "remove"})
        assert told(gone) == "It is gone for good, and it will not be collected again."
        again = await moderator.post("/desk/harbour/asked/removal", data={"removal": "2", "act": "back"})
        assert (again.status_code, told(again)) == (409, "Somebody else was faster: this has been answered already.")
        assert (
            await moderator.post("/desk/harbour/asked/removal", data={"removal": "9", "act": "back"})
        ).status_code == 404
        assert (await moderator.post("/desk/harbour/asked/removal", data={"removal": "1"})).status_code == 400
    assert len(await leaks(house)) == len(PAGES)
    async with house.visitor() as visitor:
        kept = await visitor.post("/harbour/remove", data={"what": POST.uri})
        assert "decided that it stays" in told(kept)
        assert (await visitor.get("/harbour/posts/2")).status_code == 404, "its author took nothing back"
    assert len(await leaks(house)) == len(PAGES)


@pytest.mark.parametrize(
    ("act", "verdict"), [("hide", Verdict.HIDE), ("hold", Verdict.HOLD), ("fine", Verdict.APPROVE)]
)
async def test_the_desk_answers_a_report_by_a_verdict(house: House, act: str, verdict: Verdict) -> None:
    async with house.visitor() as visitor:
        await visitor.post("/harbour/posts/1/report", data={"reason": "private", "words": "My street"})
    async with await house.moderator() as moderator:
        page = (await moderator.get("/desk/harbour/asked")).text
        assert "It gives away something private" in page and "My street" in page
        version = re.findall(r'name="version" value="([^"]+)"', page)[0]
        old = await moderator.post("/desk/harbour/asked/report", data={"post": "1", "version": "old", "act": act})
        assert old.status_code == 409 and "My street" in old.text
        await moderator.post("/desk/harbour/asked/report", data={"post": "1", "version": version, "act": act})
        assert "My street" not in (await moderator.get("/desk/harbour/asked")).text
    (post,) = await house.all(Post)
    assert (post.verdict, post.decided_by is not None) == (verdict, True)


async def test_the_desk_s_page_is_for_moderators(house: House) -> None:
    async with house.visitor() as visitor:
        for path in ("/desk/harbour/asked/report", "/desk/harbour/asked/removal"):
            assert (await visitor.post(path, data={"post": "1", "removal": "1", "act": "fine"})).status_code == 401
    token = await house.running.sign_in(Role.REPORTER, house.event)
    async with house.running.visitor(token) as reporter:
        assert (await reporter.get("/desk/harbour/asked")).status_code == 403


async def begun(visitor: httpx.AsyncClient) -> tuple[str, str]:
    """A new private page and its word."""
    page = await visitor.post("/harbour/me")
    word = re.search(r'<p class="word"><bdi>([^<]+)<', page.text)
    assert page.status_code == 200 and word
    return page.url.path, word[1]


async def proved(house: House) -> None:
    async with house.running.database.transaction() as db:
        for claim_id, uri in await claims.found_in_posts(db, NOW):
            await claims.prove(db, claim_id, uri, "post", NOW)


async def test_this_is_me_proves_removes_and_gives_the_data(house: House) -> None:
    async with house.visitor() as visitor:
        assert (await visitor.get("/harbour/me")).status_code == 200
        path, word = await begun(visitor)
        page = await visitor.post(path, data={"address": "@inka@kueste.example"})
        assert "We look for your word there." in page.text
        early = await visitor.post(f"{path}/remove")
        assert early.status_code == 409 and await leaks(house)
        await house.receive(a_post(f"{word} #HarbourTalks", key="78"))
        await proved(house)
        page = await visitor.get(path)
        assert "your word is in a post of this account" in page.text
        data = await visitor.get(f"{path}/data.json")
        assert data.headers["cache-control"] == "no-store" and "attachment" in data.headers["content-disposition"]
        told_ = data.json()
        assert [p["text"] for p in told_["posts"]] == [f"{CANARY} #HarbourTalks", f"{word} #HarbourTalks"]
        assert told_["posts"][0]["decisions"][0]["by"] == "a rule"
        assert (told_["claims"][0]["state"], told_["authors"][0]["wishes"]["nobot"]) == ("proved", False)
        gone = await visitor.post(f"{path}/remove")
        assert "is gone for good" in gone.text
    assert await leaks(house) == []
    assert [p.text for p in await house.all(Post)] == ["", ""]
    await house.receive(a_post(f"{CANARY} again #HarbourTalks", key="79"))
    assert await leaks(house) == [] and len(await house.all(Post)) == 2


async def test_one_s_data_has_what_is_hidden_and_nobody_else_s_name(house: House) -> None:
    async with await house.moderator() as moderator:
        await moderator.post("/desk/harbour/decide", json={"post": 1, "version": POST.version, "verdict": "hide"})
    await house.receive(a_post("Somebody else's #HarbourTalks", an_author("Jonas"), "2"))
    async with house.visitor() as visitor:
        path, word = await begun(visitor)
        await visitor.post(path, data={"address": POST.author.uri})
        assert (await visitor.get(f"{path}/data.json")).json()["posts"] == []
        await house.receive(a_post(f"{word} #HarbourTalks", key="78"))
        await proved(house)
        data = await visitor.get(f"{path}/data.json")
    first = data.json()["posts"][0]
    assert (first["verdict"], first["why"], first["text"]) == ("hide", "A person decided.", f"{CANARY} #HarbourTalks")
    assert [d["by"] for d in first["decisions"]] == ["a rule", "a person"]
    async with house.running.database.reading() as db:
        from app.models import Account

        names = list(await db.scalars(select(Account.name)))
    assert not any(name in data.text for name in names) and "Jonas" not in data.text


async def test_a_receipt_s_holder_gets_that_one_post(house: House) -> None:
    receipt = await house.said("Mine alone")
    async with house.visitor() as visitor:
        told_ = (await visitor.get(f"/harbour/say/{receipt}/data.json")).json()
        assert [p["text"] for p in told_["posts"]] == ["Mine alone"] and told_["consent"]["version"]
        assert (await visitor.get("/harbour/say/nobodys/data.json")).status_code == 404
        assert (await visitor.get("/harbour/me/nobodys/data.json")).status_code == 404


async def test_a_claim_of_somebody_else_s_address_is_never_proved_and_says_so(house: House) -> None:
    async with house.visitor() as visitor:
        path, word = await begun(visitor)
        await visitor.post(path, data={"address": "https://kueste.example/@inka"})
        await house.receive(a_post(f"@inka look: {word} #HarbourTalks", an_author("Mallory"), "m"))
        await proved(house)
        async with house.running.database.transaction() as db:
            await claims.note_look(db, 1, "not_there", NOW)
        page = await visitor.get(path)
        assert "We looked, and your word is not there yet." in page.text
        assert (await visitor.post(f"{path}/remove")).status_code == 409
    assert await leaks(house)


async def test_a_private_page_takes_addresses_in_plain_sentences(house: House) -> None:
    async with house.visitor() as visitor:
        path, word = await begun(visitor)
        bad = await visitor.post(path, data={"address": "hello <you>"})
        assert bad.status_code == 400 and 'value="hello &lt;you&gt;"' in bad.text and told(bad)
        for address in ("@kim@social.example", "kim.bsky.example", "https://kim.example/about"):
            page = await visitor.post(path, data={"address": address})
        assert page.text.count('class="step claim"') == 3
        (claim, *_) = await house.all(Claim)
        await visitor.post(f"{path}/look", data={"claim": str(claim.id)})
        page = await visitor.post(f"{path}/leave-out", data={"claim": str(claim.id)})
        assert page.text.count('class="step claim"') == 2
        assert (await visitor.post(f"{path}/look", data={"claim": "999"})).status_code == 404
        assert (await visitor.post(f"{path}/look", data={"claim": "x"})).status_code in (400, 422)
        assert (await visitor.get("/harbour/me/nobodys")).status_code == 404
        house.running.clock.forward(8 * 24 * 3600)
        over = await visitor.get(path)
        assert "Its time is over." in over.text and f"{path}/word" in over.text
        renewed = await visitor.post(f"{path}/word")
        assert word not in renewed.text and "Its time is over." not in renewed.text


async def test_looking_changes_nothing(house: House) -> None:
    async with house.visitor() as visitor:
        for path in ("/harbour/posts/1/report", "/harbour/remove?what=@inka@kueste.example", "/harbour/me"):
            answer = await visitor.get(path)
            assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert await house.all(Removal) == await house.all(Report) == []
    assert len(await leaks(house)) == len(PAGES)
