"""An error inside an event leads back to it; nothing about finding the way makes another error."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app import problems
from app.models import EventState
from display import strand
from tests.app.at_home import House

BACK, HOUSE = 'href="/harbour">Back to the strand', 'href="/">To the events of this house'


async def broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken")


async def test_what_is_missing_in_an_event_leads_back_to_it(at_home: House) -> None:
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        for path in ("/harbour/posts/7", "/harbour/posts/x", "/harbour/people/9", "/harbour/no/such"):
            answer = await visitor.get(path)
            assert answer.status_code == 404
            assert BACK in answer.text and HOUSE not in answer.text, path


@pytest.mark.parametrize("path", ["/nowhere/posts/7", "//posts/7", "/api-of-old", "/%F0%9F%90%9F/x", "/desk-/x"])
async def test_elsewhere_it_leads_to_the_house(at_home: House, path: str) -> None:
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        answer = await visitor.get(f"http://wall.example{path}")
    assert answer.status_code == 404
    assert HOUSE in answer.text and BACK not in answer.text
    assert '<a href="/">Strand</a>' in answer.text


async def test_a_draft_is_not_given_away_by_its_errors(at_home: House) -> None:
    async with at_home.database.transaction() as db:
        (await db.merge(at_home.event)).state = EventState.DRAFT
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        answer = await visitor.get("/harbour/no/such")
    assert answer.status_code == 404
    assert at_home.event.title not in answer.text and BACK not in answer.text


async def test_a_fault_of_ours_leads_back_too(at_home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strand.reading, "page", broken)
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        answer = await visitor.get("/harbour")
    assert answer.status_code == 500
    assert BACK in answer.text


@pytest.mark.parametrize("trouble", [RuntimeError("broken"), OperationalError("x", {}, Exception()), TimeoutError()])
async def test_no_way_back_is_no_second_error(
    at_home: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    async def fails(*_: Any) -> None:
        raise trouble

    monkeypatch.setattr(problems, "find_event", fails)
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        answer = await visitor.get("/harbour/no/such")
    assert answer.status_code == 404
    assert HOUSE in answer.text
