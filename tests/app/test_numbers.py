"""Whatever number stands in an address or a form: it names something, or there is nothing there. Nothing breaks."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from fastapi import params
from fastapi.routing import APIRoute

from app import main
from app.domain.events import create_event
from app.models import Event, EventState, Policy
from app.models.account import Role
from tests.conftest import NOW
from tests.server import Running, serving

NUMBERS = (0, -1, 2**31, 2**63, "9" * 5_000)
VALUES = {"slug": "harbour", "token": "t" * 43, "receipt": "r" * 32}


def numbered() -> Iterator[tuple[APIRoute, str, bool]]:
    """Every route that takes a number, with its name and whether it stands in the path."""
    for module in main.ROUTERS:
        for route in module.router.routes:
            if isinstance(route, APIRoute):
                for name, one in inspect.signature(route.endpoint, eval_str=True).parameters.items():
                    if is_number(one.annotation):
                        yield route, name, "{" + name + "}" in route.path


def is_number(annotation: Any) -> bool:
    return annotation is int or (get_origin(annotation) is not None and any(map(is_number, get_args(annotation))))


FOUND = list(numbered())


def test_every_number_has_bounds() -> None:
    assert len(FOUND) > 20
    for route, name, in_path in FOUND:
        annotation = inspect.signature(route.endpoint, eval_str=True).parameters[name].annotation
        told = [one for one in get_args(annotation) if isinstance(one, params.Param | params.Body)]
        assert told and {"Ge", "Le"} <= {type(limit).__name__ for limit in told[0].metadata}, f"{route.path} {name}"
        assert isinstance(told[0], params.Path) == in_path


@pytest.fixture
async def served(store_url: str, tmp_path: Path) -> Any:
    async with serving(store_url, tmp_path) as running:
        async with running.database.transaction() as db:
            await create_event(db, "harbour", "Harbour", ["Harbour"], NOW, policy=Policy.OPEN, state=EventState.LIVE)
        yield running


@pytest.mark.timeout(400)
async def test_no_number_breaks_any_route(served: Running) -> None:
    async with served.database.reading() as db:
        event = await db.get_one(Event, 1)
    token = await served.sign_in(Role.ORGANISER, event)
    async with served.visitor(token, headers={"accept": "text/html"}, timeout=30) as kim:
        for route, name, in_path in FOUND:
            for number in NUMBERS:
                path = route.path.format_map(Filled(VALUES | ({name: number} if in_path else {})))
                for method in route.methods:
                    sent = {} if in_path else {"params" if method == "GET" else "data": {name: str(number)}}
                    answer = await kim.request(method, path, **sent)
                    assert answer.status_code < 500, f"{method} {path[:80]} {name}"
                    assert not in_path or answer.status_code in (404, 422, 429, 400), f"{method} {path[:80]}"


class Filled(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "1"


@pytest.mark.timeout(400)
async def test_no_number_breaks_what_reads_it_out_of_words(served: Running) -> None:
    """Filters, places and the form's fields are words first."""
    for number in NUMBERS:
        await _asks_everything(served, number)


async def _asks_everything(served: Running, number: int | str) -> None:
    place = f"20270611T090000.000000-{number}"
    asked = [
        ("/harbour", ("session", "author", "talk")), ("/harbour/say", ("to", "session", "guess")),
        ("/api/v1/events/harbour/posts", ("session", "author", "limit")), ("/harbour/live.sse", ("seq",)),
    ]  # fmt: skip
    async with served.visitor(timeout=30) as visitor:
        for path, names in asked:
            for name in names:
                more = {"epoch": "x", "audience": "no"} if name == "seq" else {}
                assert (await visitor.get(path, params={name: str(number)} | more)).status_code < 500, f"{path} {name}"
        for path in ("/harbour", "/harbour/people", "/api/v1/events/harbour/posts", "/api/v1/events/harbour/people"):
            for name in ("before", "after"):
                assert (await visitor.get(path, params={name: place})).status_code < 500, f"{path} {name}"
        for what in ("posts", "people"):
            named = {"what": f"{served.base}/harbour/{what}/{number}", "words": ""}
            assert (await visitor.get("/harbour/where", params={"what": named["what"]})).status_code < 500
            assert (await visitor.post("/harbour/remove", data=named)).status_code < 500
