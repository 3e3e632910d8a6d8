"""The page of what was done: in sentences, by person and kind, page by page, and whole as a table."""

from __future__ import annotations

import csv
import io
import itertools
import re

import pytest

from app.desk import audit as page
from app.desk import audit_words
from app.domain import acts, audit
from app.domain.audit import Line
from app.models import Account, AuditLine
from app.pages import ROOT
from tests.app.at_home import OURS, House
from tests.conftest import NOW
from tests.factories import make_account

AUDIT = "/desk/harbour/audit"
HEADERS = {"origin": OURS, "accept": "text/html"}


async def note(house: House, by: Account | None, *lines: Line) -> None:
    async with house.database.transaction() as db:
        await audit.note(db, house.event.id, by, lines, house.clock())


async def test_audit_says_who_did_what_by_person_and_kind(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        lee = await make_account(db, "<Lee>")
    await note(
        at_home,
        at_home.kim,
        Line("decide", 7, "hide"),
        Line("role", detail={"account": lee.id, "before": "reporter", "role": "moderator"}),
    )
    await note(at_home, lee, Line("decide", 8, "approve"))
    await note(at_home, None, Line("freeze", detail={"way": "link"}))
    async with await at_home.organiser(headers=HEADERS) as kim:
        whole = (await kim.get(AUDIT)).text
        lees = (await kim.get(AUDIT, params={"who": lee.id})).text
        nobodys = (await kim.get(AUDIT, params={"who": "0"})).text
        people = (await kim.get(AUDIT, params={"kind": "people", "who": "nonsense"})).text
        german = (await kim.get(AUDIT, params={"lang": "de"})).text
    assert "<b><bdi>Kim</bdi></b> hid post 7." in whole
    assert "changed the role of &lt;Lee&gt;: reporter, now moderator." in whole
    assert "<b><bdi>Somebody with the link</bdi></b> froze the screens." in whole
    assert "showed post 8." in lees and "hid post 7." not in lees
    assert "froze" in nobodys and "post 8" not in nobodys
    assert "changed the role" in people and "post 7" not in people
    assert "hat Beitrag 7 ausgeblendet." in german


async def test_audit_goes_back_page_by_page(at_home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", 2)
    await note(at_home, at_home.kim, *(Line("decide", number, "hide") for number in range(1, 6)))
    async with await at_home.organiser(headers=HEADERS) as kim:
        address, seen = AUDIT, []
        for _ in range(3):
            text = (await kim.get(address)).text
            seen.append([n for n in range(1, 6) if f"hid post {n}." in text])
            address = text.partition('">Older')[0].rpartition('href="')[2].replace("&amp;", "&")
        assert (await kim.get(AUDIT, params={"before": 0})).status_code == 422
    assert seen == [[4, 5], [2, 3], [1]]


async def test_audit_as_a_table_is_whole_and_harmless(at_home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "STRETCH", 2)
    await note(at_home, at_home.kim, *(Line("list", detail={"value": "=1+1", "side": "block"}) for _ in range(5)))
    async with await at_home.organiser(headers=HEADERS) as kim:
        answer = await kim.get(f"{AUDIT}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert (rows[0]["sentence"], rows[0]["time_utc"]) == ("Kim put “=1+1” on a list.", "2027-06-11T09:00:00Z")
    assert "harbour-audit.csv" in answer.headers["content-disposition"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


async def test_audit_of_the_house_is_for_those_who_run_it(at_home: House) -> None:
    async with await at_home.organiser(headers=HEADERS) as kim:
        assert "<b><bdi>Kim</bdi></b> signed in." in (await kim.get("/desk/audit")).text
        assert "Kim signed in." in (await kim.get("/desk/audit.csv")).text
        assert "signed in." not in (await kim.get(AUDIT)).text


def a_line(act: str, verdict: str = "", why: str = "", **detail: object) -> AuditLine:
    return AuditLine(
        chain_id=1, number=1, at=NOW, account_id=1, act=act, post_id=4, verdict=verdict, why=why, detail=detail
    )


def told(line: AuditLine) -> str:
    return "".join(audit_words.sentence(line, {1: "Kim"}, str))


def test_audit_has_a_sentence_for_every_kind_of_act() -> None:
    every = sorted(itertools.chain.from_iterable(kinds for _, kinds in acts.KINDS.values()))
    assert len(every) == len(set(every))
    for act in every:
        line = a_line(act, "hide", "live", mode="off", role="reporter")
        assert audit_words._template(line) != audit_words.OTHER, act


def test_audit_of_another_version_is_told_as_well_as_may_be() -> None:
    assert told(a_line("dance")) == "Kim did this: dance."
    assert told(a_line("screen")) == "Kim added the screen “…”."
    assert told(a_line("screen", screen="{who} {0} %s")) == "Kim added the screen “{who} {0} %s”."
    assert told(a_line("decide", "approve", part="media")) == "Kim showed the pictures of post 4."


def test_audit_knows_every_act_that_is_noted_anywhere() -> None:
    """Noted as `Line("act", …)`: found in the source, so that a new one is not told by its bare name."""
    said = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    noted = set(re.findall(r"\bLine\(\s*\"([a-z ]+)\"", said)) | {"raid", "freeze", "release", "blank", "unblank"}
    known = frozenset().union(*(kinds for _, kinds in acts.KINDS.values()))
    assert noted - known == set()
