"""The pages of lists, and the desk's own "block this": what is here already is held, and nothing is ever deleted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import unescape

import pytest
from sqlalchemy import func, select

from app.domain.desk import bulk
from app.domain.events import create_event
from app.models import AuditLine, Event, Listed, Policy, Post, Verdict
from app.models.account import Role
from ingest.types import Network
from tests.app.desk.conftest import Desk
from tests.app.rules.test_standing import ADA, UP, decide, take
from tests.conftest import NOW
from tests.factories import a_post, an_author

PAGE = "/desk/harbour/lists"
BOB = an_author("Bob")
EVA = an_author("Eva", Network.FORM)


async def lines(desk: Desk) -> list[tuple[str, str, str]]:
    async with desk.running.database.reading() as db:
        wanted = select(Listed).where(Listed.event_id == desk.event.id).order_by(Listed.id)
        return [(f"{one.side.value}-{one.kind.value}", one.value, one.key) for one in await db.scalars(wanted)]


async def posts(desk: Desk) -> Sequence[Post]:
    async with desk.running.database.reading() as db:
        return (await db.scalars(select(Post).where(Post.event_id == desk.event.id).order_by(Post.id))).all()


async def verdicts(desk: Desk) -> list[str]:
    return [post.verdict.value for post in await posts(desk)]


async def version(desk: Desk) -> int:
    async with desk.running.database.reading() as db:
        return (await db.get_one(Event, desk.event.id)).lists_version


async def said(desk: Desk, policy: Policy = Policy.OPEN) -> None:
    """Two of Ada's, one of Bob's, one of Eva's in the form."""
    async with desk.running.database.transaction() as db:
        (await db.get_one(Event, desk.event.id)).policy = policy
    await desk.add(upstream=UP)
    told = [a_post(f"{n} #HarbourTalks", who) for n, who in enumerate((ADA, ADA, BOB, EVA))]
    await take(desk.running.database, *told)


async def test_only_organisers_see_lists_and_moderators_may_block_from_the_queue(desk: Desk) -> None:
    await said(desk)
    reporter = await desk.running.sign_in(Role.REPORTER, desk.event)
    moderator = await desk.running.sign_in(Role.MODERATOR, desk.event)
    asked = {"side": "block", "kind": "author", "value": "@ada@kueste.example"}
    async with desk.running.visitor(reporter) as mira, desk.running.visitor(moderator) as kim:
        assert (await mira.post(PAGE, json=asked)).status_code == 403
        for address in (PAGE, f"{PAGE}/export?of=block-word"):
            assert (await kim.get(address)).status_code == 403
        for act in ("add", "remove", "clear", "import"):
            assert (await kim.post(f"{PAGE}/{act}", data={"of": "block-word", "value": "x"})).status_code == 403
        assert await lines(desk) == []
        answer = (await kim.post(PAGE, json=asked)).json()
    assert answer["listed"]["value"] == "@ada@kueste.example" and (answer["held"], answer["rest"]) == (2, 0)
    assert await verdicts(desk) == ["hold", "hold", "approve", "approve"]


async def test_a_block_from_the_queue_is_one_act_that_can_be_taken_back(desk: Desk) -> None:
    await said(desk)
    async with desk.organiser() as kim:
        answer = (await kim.post(PAGE, json={"kind": "domain", "post": (await posts(desk))[0].id})).json()
        assert (answer["listed"]["value"], answer["held"]) == ("kueste.example", 3)
        held = (await posts(desk))[0]
        assert (held.why, held.fired) == (
            "blocked_domain", [{"key": "blocked_domain", "detail": "kueste.example"}],
        )  # fmt: skip
        assert held.decided_by is not None
        undone = (await kim.post("/desk/harbour/undo", json={"bulk": answer["bulk"]})).json()
        assert undone["undone"] == 3
    assert await verdicts(desk) == ["approve"] * 4
    assert len(await lines(desk)) == 1  # what comes is still held
    await take(desk.running.database, a_post("more #HarbourTalks", BOB))
    assert (await verdicts(desk))[-1] == "hold"


async def test_somebody_from_the_form_is_blocked_by_their_post_and_not_exported(desk: Desk) -> None:
    await said(desk)
    async with desk.organiser() as kim:
        assert (await kim.post(PAGE, json={"kind": "author", "post": (await posts(desk))[3].id})).json()["held"] == 1
        assert (await kim.post(PAGE, json={"kind": "domain", "post": (await posts(desk))[3].id})).status_code == 400
        assert (await kim.post(PAGE, json={"kind": "author", "post": 10**9 % 2**31})).status_code == 404
        assert (await kim.get(f"{PAGE}/export?of=block-author")).text == ""
        assert "Eva" in (await kim.get(f"{PAGE}?of=block-author")).text
    await take(desk.running.database, a_post("again #HarbourTalks", EVA))
    assert await verdicts(desk) == ["approve", "approve", "approve", "hold", "hold"]


async def test_what_is_here_is_held_in_chunks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await said(desk)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    async with desk.organiser() as kim:
        asked = {"kind": "author", "value": "@ada@kueste.example"}
        first = (await kim.post(PAGE, json=asked)).json()
        assert first["held"] == 1 and first["rest"] > 0
        second = (await kim.post(PAGE, json=asked | {"bulk": first["bulk"]})).json()
        assert (second["held"], second["rest"], second["bulk"]) == (1, 0, first["bulk"])
        assert (await kim.post("/desk/harbour/undo", json={"bulk": first["bulk"]})).json()["undone"] >= 1


NO_LINES: list[dict[str, object]] = [
    {}, {"kind": "word"}, {"kind": "nothing", "value": "x"}, {"kind": "word", "value": "***"},
    {"kind": "author", "value": "x"}, {"kind": "word", "value": "x" * 1_001}, {"kind": "word", "value": "x" * 400},
    {"side": "trust", "kind": "word", "value": "x"}, {"kind": "domain", "value": "nowhere"},
    {"kind": "word", "value": 7}, {"kind": "author", "post": 0}, {"kind": "word", "value": "x", "more": 1},
]  # fmt: skip


async def test_what_is_no_line_is_one_sentence_and_adds_nothing(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for asked in NO_LINES:
            answer = await kim.post(PAGE, json=asked)
            assert answer.status_code in (400, 422) and answer.json()["error"], asked
    assert await lines(desk) == [] and await version(desk) == 0


async def test_lines_are_added_searched_and_taken_off(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for word in ("Scam*", "easy money", "Blödmann", "scam*", *(f"word{n}" for n in range(9))):
            answer = await kim.post(f"{PAGE}/add", data={"of": "block-word", "value": word})
            assert answer.status_code == 303, answer.text
        assert len(await lines(desk)) == 12 and await version(desk) == 12
        page = unescape((await kim.get(f"{PAGE}?of=block-word&q=BLODMANN")).text)
        assert "Blödmann" in page and "easy money" not in page
        assert "Nothing like that" in (await kim.get(f"{PAGE}?of=block-word&q=%25")).text
        assert (await kim.get(f"{PAGE}/export?of=block-word")).text.splitlines()[:3] == [
            "Scam*",
            "easy money",
            "Blödmann",
        ]
        async with desk.running.database.reading() as db:
            ids = list(await db.scalars(select(Listed.id).order_by(Listed.id).limit(2)))
        answer = await kim.post(f"{PAGE}/remove", data={"of": "block-word", "line": [str(i) for i in ids]})
        assert "2 lines are off the list" in (await kim.get(answer.headers["location"])).text
        gone = await kim.post(f"{PAGE}/remove", data={"of": "block-word", "line": str(ids[0])})
        assert gone.status_code == 404 and "not on the list any more" in gone.text
        answer = await kim.post(f"{PAGE}/clear", data={"of": "block-word"})
        assert "10 lines are gone" in (await kim.get(answer.headers["location"])).text
    assert await lines(desk) == []
    async with desk.running.database.reading() as db:
        wanted = select(AuditLine.act).where(AuditLine.chain_id == desk.event.id, AuditLine.act.contains("list"))
        acts = list(await db.scalars(wanted.order_by(AuditLine.id)))
    assert acts == ["list"] * 12 + ["unlist"] * 2 + ["clear list"]


async def test_what_was_typed_wrong_is_still_there(desk: Desk) -> None:
    async with desk.organiser() as kim:
        answer = await kim.post(f"{PAGE}/add", data={"of": "block-domain", "value": "no <server>"})
        assert answer.status_code == 400 and 'value="no &lt;server&gt;"' in answer.text
        assert "is no server. Write it like social.example." in answer.text
        for wrong in ({"of": "trust-word", "value": "x"}, {"value": "x"}, {"of": "block-word"}):
            assert (await kim.post(f"{PAGE}/add", data=wrong)).status_code == 400
        assert (await kim.post(f"{PAGE}/nothing", data={"of": "block-word"})).status_code == 404
    assert await lines(desk) == []


async def test_a_person_or_server_on_the_page_is_held_with_what_is_here(desk: Desk) -> None:
    await said(desk)
    async with desk.organiser() as kim:
        answer = await kim.post(f"{PAGE}/add", data={"of": "block-author", "value": "https://kueste.example/@ada"})
        assert "2 posts that were here already are held now." in (await kim.get(answer.headers["location"])).text
        await kim.post(f"{PAGE}/add", data={"of": "trust-domain", "value": "kueste.example"})
    assert await verdicts(desk) == ["hold", "hold", "approve", "approve"]
    async with desk.running.database.reading() as db:
        noted = (await db.scalars(select(AuditLine).where(AuditLine.act == "list").order_by(AuditLine.id))).all()
    assert "ada" not in str([line.detail for line in noted])  # the log is never erased: it names nobody
    assert noted[0].detail["kind"] == "author" and noted[1].detail["value"] == "kueste.example"


async def test_trusting_somebody_shows_nothing_that_waits(desk: Desk) -> None:
    await said(desk, Policy.TRUSTED)
    async with desk.organiser() as kim:
        await kim.post(f"{PAGE}/add", data={"of": "trust-author", "value": "@ada@kueste.example"})
    assert await verdicts(desk) == ["waiting"] * 4
    await take(desk.running.database, a_post("now #HarbourTalks", ADA))
    assert (await verdicts(desk))[-1] == "approve"


async def test_an_import_holds_what_no_person_has_let_pass(desk: Desk) -> None:
    await said(desk)
    await decide(desk.running.database, desk.event.id, (await posts(desk))[0], Verdict.APPROVE)
    async with desk.organiser() as kim:
        table = "#domain,#severity\nkueste.example,suspend\nseen.example,noop\nh*dden.example,suspend\n"
        answer = await kim.post(
            f"{PAGE}/import", data={"of": "block-domain"}, files={"file": ("blocks.csv", table.encode())}
        )
        page = unescape(answer.text)
        assert answer.status_code == 200 and "1 new line." in page
        assert "2 posts that were here already are held now." in page and "h*dden.example" in page
        again = await kim.post(f"{PAGE}/import", data={"of": "block-domain", "text": "kueste.example\n"})
        assert "0 new lines. 1 was there already." in again.text
        for nothing in ({"text": ""}, {"text": "# only a remark\n"}):
            assert (await kim.post(f"{PAGE}/import", data={"of": "block-word"} | nothing)).status_code == 400
        broken = await kim.post(f"{PAGE}/import", data={"of": "block-word"}, files={"file": ("x.png", b"\x89PNG\0\0")})
        assert broken.status_code == 400 and "is no text" in broken.text
    assert await lines(desk) == [("block-domain", "kueste.example", "kueste.example")]
    assert await verdicts(desk) == ["approve", "hold", "hold", "approve"]


async def test_a_hundred_thousand_lines_come_in_within_seconds_and_hold_the_next_post(desk: Desk) -> None:
    await said(desk)
    many = "\n".join(f"word{n:06d}x{'*' if n % 7 == 0 else ''}" for n in range(100_000))
    began = time.perf_counter()
    async with desk.organiser() as kim:
        answer = await kim.post(
            f"{PAGE}/import", data={"of": "block-word"}, files={"file": ("words.txt", many.encode())}, timeout=120
        )
        taken = time.perf_counter() - began
        assert "100000 new lines." in answer.text
        assert (await kim.get(f"{PAGE}?of=block-word&q=word000123")).status_code == 200
    print(f"\n100,000 lines taken in and made ready in {taken:.1f} s")
    assert taken < 60  # far off, so that a busy machine is no failure
    await take(desk.running.database, a_post("W\u200bo.r.d054321x #HarbourTalks", BOB))
    assert (await verdicts(desk))[-1] == "hold"
    began = time.perf_counter()
    for n in range(20):
        await take(desk.running.database, a_post(f"fine {n} #HarbourTalks", BOB))
    print(f"{(time.perf_counter() - began) * 50:.1f} ms for a post, taken in")
    async with desk.running.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(Listed))).scalar_one() == 100_000


async def test_a_list_of_one_event_is_none_of_another_s(desk: Desk) -> None:
    async with desk.organiser() as kim:
        await kim.post(f"{PAGE}/add", data={"of": "block-word", "value": "scam"})
        async with desk.running.database.reading() as db:
            line = (await db.scalars(select(Listed))).one()
        assert line.added_by is not None
    async with desk.running.database.transaction() as db:
        other = await create_event(db, "other", "Other", ["Other"], NOW)
    async with desk.running.visitor(await desk.running.sign_in(Role.ORGANISER, other)) as mira:
        assert (
            await mira.post("/desk/other/lists/remove", data={"of": "block-word", "line": str(line.id)})
        ).status_code == 404
        assert (await mira.get("/desk/other/lists/export?of=block-word")).text == ""
    assert len(await lines(desk)) == 1
